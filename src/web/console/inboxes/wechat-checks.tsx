/** Each step of the set-up, tried for real, with what to do where it does not work. */
import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLocale } from '../i18n/i18n.ts';
import type zhCN from '../i18n/zh-CN.json';
import { fullTime } from '../kit/format.ts';
import { Icon } from '../kit/icon.tsx';
import { errorWords } from '../kit/words.ts';
import { CopyField } from './copy-field.tsx';
import type { CheckResult, InboxFormProps } from './inboxes.ts';
import { settingsOf } from './wechat-settings.ts';

const STEPS = ['checkSecret', 'checkAddresses', 'checkCallback', 'readMenu'] as const;
type Step = (typeof STEPS)[number];
/** `ip`: our address as WeChat saw it, to be put on its list. */
type Outcome = { ok: boolean; words: string; ip?: string | undefined };
type Code = keyof (typeof zhCN)['inboxes']['wechatCheck'];

/** What a step found, in words; codes without words of their own show WeChat's. */
export function checkWords(t: TFunction, { code, params = {} }: CheckResult): string {
  const shown = params.at ? { ...params, at: fullTime(params.at, currentLocale()) } : params;
  return t(`inboxes.wechatCheck.${code as Code}`, {
    ...shown,
    defaultValue: t('inboxes.wechatCheck.WeChatRefused', { code: params.code ?? code, message: params.message ?? '' }),
  });
}

export function WeChatChecks({ inbox, run }: InboxFormProps) {
  const { t } = useTranslation();
  const [found, setFound] = useState<Partial<Record<Step, Outcome>>>({});
  const steps = STEPS.filter((step) => step !== 'readMenu' || settingsOf(inbox).kind !== 'miniprogram');
  const check = useMutation({
    mutationFn: async () => {
      setFound({});
      for (const step of steps) {
        const outcome = await tryStep(step);
        setFound((old) => ({ ...old, [step]: outcome }));
      }
    },
  });
  const tryStep = async (step: Step): Promise<Outcome> => {
    try {
      const result = await run(step);
      return { ok: result.ok, words: checkWords(t, result), ip: result.params?.ip };
    } catch (error) {
      return { ok: false, words: errorWords(t, error) };
    }
  };
  return (
    <section className="panel">
      <h2>{t('inboxes.wechat.checks')}</h2>
      <p className="muted">{t('inboxes.wechat.checksHint')}</p>
      <ol className="checks" aria-live="polite">
        {steps.map((step) => (
          <CheckLine key={step} step={step} outcome={found[step]} />
        ))}
      </ol>
      <Button loading={check.isPending} onClick={() => check.mutate()}>
        {t('inboxes.wechat.checkAll')}
      </Button>
    </section>
  );
}

function CheckLine({ step, outcome }: { step: Step; outcome: Outcome | undefined }) {
  const { t } = useTranslation();
  return (
    <li className={outcome ? (outcome.ok ? 'is-good' : 'is-bad') : ''}>
      <span className="checks-mark">{outcome ? <Icon name={outcome.ok ? 'check' : 'alert'} size={16} /> : null}</span>
      <div className="checks-step">
        <b>{t(`inboxes.wechat.steps.${step}`)}</b>
        <span className="checks-words">{outcome?.words ?? t('inboxes.wechat.notChecked')}</span>
        {outcome?.ip ? <CopyField label={t('inboxes.wechat.ownIp')} value={outcome.ip} /> : null}
      </div>
    </li>
  );
}
