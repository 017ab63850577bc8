/** Setting up an Official Account or a Mini Program, in the order in which WeChat asks for it. */
import { useMutation } from '@tanstack/react-query';
import { App, Button, Input, Radio, Switch } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorWords, fieldErrors } from '../kit/words.ts';
import { CopyField } from './copy-field.tsx';
import type { InboxFormProps } from './inboxes.ts';
import { KeyField } from './key-field.tsx';
import { WeChatChecks } from './wechat-checks.tsx';
import { WeChatMenu } from './wechat-menu.tsx';
import { WeChatNotice } from './wechat-notice.tsx';
import { type Kind, randomKey, settingsOf, type WeChatSettings } from './wechat-settings.ts';

const KINDS: readonly Kind[] = ['service', 'subscription', 'unverified', 'miniprogram'];
const MODES = ['safe', 'compatible', 'plain'] as const;

export function WeChatForm(props: InboxFormProps) {
  const { kind } = settingsOf(props.inbox);
  return (
    <>
      <Keys {...props} />
      <WeChatChecks {...props} />
      {kind === 'service' || kind === 'subscription' ? <WeChatMenu {...props} /> : null}
      {kind === 'service' ? <WeChatNotice {...props} /> : null}
    </>
  );
}

type Draft = Pick<WeChatSettings, 'kind' | 'mode' | 'appId' | 'nativeAiLabel'> & {
  secret: string;
  token: string;
  aesKey: string;
};
const FIELDS = ['appId', 'secret', 'token', 'aesKey'] as const;

function Keys({ inbox, save }: InboxFormProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [draft, setDraft] = useState<Draft>(() => ({ ...settingsOf(inbox), secret: '', token: '', aesKey: '' }));
  const set = (change: Partial<Draft>) => setDraft((old) => ({ ...old, ...change }));
  const write = useMutation({
    mutationFn: () => save({ ...inbox.settings, ...draftOf(draft) }),
    onSuccess: () => void message.success(t('act.saved')),
    onError: (error) => {
      if (fieldErrors(t, error, { fields: FIELDS }).length === 0) void message.error(errorWords(t, error));
    },
  });
  const errors = write.error ? fieldErrors(t, write.error, { fields: FIELDS }) : [];
  const errorOf = (field: (typeof FIELDS)[number]) =>
    errors.some(({ name }) => name === field) ? t(`inboxes.wechat.wrong.${field}`) : undefined;
  const isSet = (name: string) => inbox.secretsSet.includes(name);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        write.mutate();
      }}
    >
      <section className="panel">
        <h2>{t('inboxes.wechat.account')}</h2>
        <p className="muted">{t('inboxes.wechat.accountHint')}</p>
        <Labelled label={t('inboxes.wechat.kind')}>
          <Radio.Group
            vertical
            value={draft.kind}
            options={KINDS.map((value) => ({ value, label: t(`inboxes.wechat.kinds.${value}`) }))}
            onChange={(event) => set({ kind: event.target.value as Kind })}
          />
        </Labelled>
        <TextField
          label="AppID"
          value={draft.appId}
          error={errorOf('appId')}
          onChange={(appId) => set({ appId: appId.trim() })}
        />
        <TextField
          label="AppSecret"
          value={draft.secret}
          secret
          placeholder={isSet('secret') ? t('inboxes.wechat.kept') : ''}
          error={errorOf('secret')}
          onChange={(secret) => set({ secret: secret.trim() })}
        />
      </section>
      <section className="panel">
        <h2>{t('inboxes.wechat.server')}</h2>
        <p className="muted">{t('inboxes.wechat.serverHint')}</p>
        <CopyField label="URL" value={inbox.webhookUrl ?? ''} />
        <KeyField
          label="Token"
          value={draft.token}
          isSet={isSet('token')}
          maxLength={32}
          error={errorOf('token')}
          onChange={(token) => set({ token })}
          onMake={() => set({ token: randomKey(32) })}
        />
        <KeyField
          label="EncodingAESKey"
          value={draft.aesKey}
          isSet={isSet('aesKey')}
          maxLength={43}
          error={errorOf('aesKey')}
          onChange={(aesKey) => set({ aesKey })}
          onMake={() => set({ aesKey: randomKey(43) })}
        />
        <Labelled label={t('inboxes.wechat.mode')}>
          <Radio.Group
            vertical
            value={draft.mode}
            options={MODES.map((value) => ({ value, label: t(`inboxes.wechat.modes.${value}`) }))}
            onChange={(event) => set({ mode: event.target.value as Draft['mode'] })}
          />
        </Labelled>
        <div className="switch-line">
          <Switch
            checked={draft.nativeAiLabel}
            aria-label={t('inboxes.wechat.aiLabel')}
            onChange={(nativeAiLabel) => set({ nativeAiLabel })}
          />
          <span>
            {t('inboxes.wechat.aiLabel')} <span className="muted">{t('inboxes.wechat.aiLabelHint')}</span>
          </span>
        </div>
        <Button type="primary" htmlType="submit" loading={write.isPending}>
          {t('act.save')}
        </Button>
      </section>
    </form>
  );
}

/** Secrets that were not touched are not sent: they stay as they are. */
function draftOf({ secret, token, aesKey, ...rest }: Draft): Record<string, unknown> {
  const secrets = Object.entries({ secret, token, aesKey }).filter(([, value]) => value !== '');
  return { ...rest, ...Object.fromEntries(secrets) };
}

function Labelled({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <fieldset className="labelled">
      <legend>{label}</legend>
      {children}
    </fieldset>
  );
}

type TextProps = {
  label: string;
  value: string;
  error: string | undefined;
  secret?: boolean;
  placeholder?: string;
  onChange: (value: string) => void;
};

function TextField({ label, value, error, secret, placeholder, onChange }: TextProps) {
  const id = useId();
  return (
    <div className="copy-field">
      <label htmlFor={id}>{label}</label>
      <Input
        id={id}
        type={secret ? 'password' : 'text'}
        value={value}
        maxLength={128}
        autoComplete={secret ? 'new-password' : 'off'}
        spellCheck={false}
        {...(placeholder ? { placeholder } : {})}
        {...(error ? { status: 'error' as const } : {})}
        onChange={(event) => onChange(event.target.value)}
      />
      {error ? (
        <p className="field-error" role="alert">
          {error}
        </p>
      ) : null}
    </div>
  );
}
