/** Each step of a mailbox's set-up, tried against the real servers, with what to do where it does not work. */
import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type zhCN from '../i18n/zh-CN.json';
import { Icon } from '../kit/icon.tsx';
import { errorWords } from '../kit/words.ts';
import type { InboxFormProps } from './inboxes.ts';

const STEPS = ['imap', 'smtp', 'loop'] as const;
type Step = (typeof STEPS)[number];
type Outcome = { ok: boolean; words: string };
type Code = keyof (typeof zhCN)['inboxes']['health'];
type Props = Pick<InboxFormProps, 'run'> & { steps: readonly Step[]; onFolders: (folders: string[]) => void };

export function EmailChecks({ run, steps, onFolders }: Props) {
  const { t } = useTranslation();
  const [found, setFound] = useState<Partial<Record<Step, Outcome>>>({});
  const tryStep = async (step: Step): Promise<Outcome> => {
    try {
      const { ok, code, params, data } = await run(step);
      const folders = (data as { folders?: unknown } | undefined)?.folders;
      if (Array.isArray(folders)) onFolders(folders.map(String));
      const words = t(`inboxes.health.${code as Code}`, {
        ...params,
        defaultValue: t('inboxes.health.other', { code }),
      });
      return { ok, words };
    } catch (error) {
      return { ok: false, words: errorWords(t, error) };
    }
  };
  const check = useMutation({
    mutationFn: async () => {
      setFound({});
      for (const step of steps) {
        const outcome = await tryStep(step);
        setFound((old) => ({ ...old, [step]: outcome }));
        if (!outcome.ok) break;
      }
    },
  });
  return (
    <section className="panel">
      <h2>{t('mail.form.checks')}</h2>
      <p className="muted">{t('mail.form.checksHint')}</p>
      <ol className="checks" aria-live="polite">
        {steps.map((step) => {
          const outcome = found[step];
          return (
            <li key={step} className={outcome ? (outcome.ok ? 'is-good' : 'is-bad') : ''}>
              <span className="checks-mark">
                {outcome ? <Icon name={outcome.ok ? 'check' : 'alert'} size={16} /> : null}
              </span>
              <span>
                <b>{t(`mail.form.steps.${step}`)}</b>
                <span className="checks-words">{outcome?.words ?? t('mail.form.notChecked')}</span>
              </span>
            </li>
          );
        })}
      </ol>
      <Button loading={check.isPending} onClick={() => check.mutate()}>
        {t('mail.form.checkAll')}
      </Button>
    </section>
  );
}
