/** Setting up a mailbox: the provider first, then what it needs, then a try against the real servers. */
import { useMutation } from '@tanstack/react-query';
import { App, Button, Collapse, InputNumber, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../kit/notice.tsx';
import { errorWords, fieldErrors } from '../kit/words.ts';
import { CopyField } from './copy-field.tsx';
import { EmailChecks } from './email-checks.tsx';
import { Field, ServerFields, SwitchLine, TextField } from './email-fields.tsx';
import { type MailSettings, mailSettingsOf, PRESETS, PROVIDERS, type Provider, providerOf } from './email-presets.ts';
import type { InboxFormProps } from './inboxes.ts';

const SECRETS = ['imapPassword', 'smtpPassword', 'dkimKey', 'webhookSecret'] as const;
const FIELDS = ['address', 'imapHost', 'imapPort', 'smtpHost', 'smtpPort', ...SECRETS] as const;
type Name = (typeof FIELDS)[number];
type Draft = MailSettings & Record<(typeof SECRETS)[number], string>;
type Part = {
  draft: Draft;
  set: (change: Partial<Draft>) => void;
  errorOf: (name: Name) => string | undefined;
  kept: (name: (typeof SECRETS)[number]) => string;
};

export function EmailForm(props: InboxFormProps) {
  const { t } = useTranslation();
  if (mailSettingsOf(props.inbox).demo) return <Notice icon="check" title={t('mail.form.demo')} />;
  return <Mailbox {...props} />;
}

function Mailbox({ inbox, save, run }: InboxFormProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const empty = { imapPassword: '', smtpPassword: '', dkimKey: '', webhookSecret: '' };
  const [draft, setDraft] = useState<Draft>(() => ({ ...mailSettingsOf(inbox), ...empty }));
  const [folders, setFolders] = useState<string[]>([]);
  const write = useMutation({
    mutationFn: () => save({ ...inbox.settings, ...withoutEmpty(draft) }),
    onSuccess: () => {
      setDraft((old) => ({ ...old, ...empty }));
      void message.success(t('act.saved'));
    },
    onError: (error) => {
      if (fieldErrors(t, error, { fields: FIELDS }).length === 0) void message.error(errorWords(t, error));
    },
  });
  const errors = write.error ? fieldErrors(t, write.error, { fields: FIELDS }) : [];
  const part: Part = {
    draft,
    set: (change) => setDraft((old) => ({ ...old, ...change })),
    errorOf: (name) => (errors.some((one) => one.name === name) ? t('mail.form.wrong') : undefined),
    kept: (name) => (inbox.secretsSet.includes(name) ? t('mail.form.kept') : ''),
  };
  const steps = draft.receive === 'imap' ? (['imap', 'smtp', 'loop'] as const) : (['smtp', 'loop'] as const);
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          write.mutate();
        }}
      >
        <Account {...part} />
        <Receiving {...part} folders={folders} webhookUrl={inbox.webhookUrl ?? ''} />
        <Sending {...part} />
        <Advanced {...part} />
        <section className="panel">
          <Button type="primary" htmlType="submit" loading={write.isPending}>
            {t('act.save')}
          </Button>
        </section>
      </form>
      <EmailChecks run={run} steps={steps} onFolders={setFolders} />
    </>
  );
}

/** Secrets that were not touched are not sent: they stay as they are. */
function withoutEmpty(draft: Draft): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(draft).filter(([name, value]) => !(SECRETS.some((secret) => secret === name) && value === '')),
  );
}

function Account({ draft, set, errorOf, kept }: Part) {
  const { t } = useTranslation();
  const [provider, setProvider] = useState<Provider>(() => providerOf(draft));
  const choose = (next: Provider) => {
    setProvider(next);
    if (next !== 'custom') set({ ...PRESETS[next], receive: 'imap' });
  };
  return (
    <section className="panel">
      <h2>{t('mail.form.mailbox')}</h2>
      <Field label={t('mail.form.provider')} hint={t(`mail.form.hint.${provider}`)}>
        {(id) => (
          <Select
            id={id}
            value={provider}
            options={PROVIDERS.map((value) => ({ value, label: t(`mail.form.names.${value}`) }))}
            onChange={choose}
          />
        )}
      </Field>
      <TextField
        label={t('mail.form.address')}
        value={draft.address}
        error={errorOf('address')}
        onChange={(address) => set({ address: address.trim() })}
      />
      <TextField
        label={t('mail.form.password')}
        secret
        value={draft.imapPassword}
        placeholder={kept('imapPassword')}
        error={errorOf('imapPassword')}
        onChange={(imapPassword) => set({ imapPassword })}
      />
      <TextField
        label={t('mail.form.senderName')}
        value={draft.senderName}
        onChange={(senderName) => set({ senderName })}
      />
      <TextField
        label={t('mail.form.signature')}
        hint={t('mail.form.signatureHint')}
        long
        value={draft.signature}
        onChange={(signature) => set({ signature })}
      />
    </section>
  );
}

function Receiving({
  draft,
  set,
  errorOf,
  kept,
  folders,
  webhookUrl,
}: Part & { folders: string[]; webhookUrl: string }) {
  const { t } = useTranslation();
  const known = [...new Set([...folders, ...draft.folders])];
  return (
    <section className="panel">
      <h2>{t('mail.form.receive')}</h2>
      <Radio.Group
        vertical
        value={draft.receive}
        options={(['imap', 'push'] as const).map((value) => ({ value, label: t(`mail.form.${value}`) }))}
        onChange={(event) => set({ receive: event.target.value as Draft['receive'] })}
      />
      {draft.receive === 'push' ? (
        <>
          <CopyField label={t('mail.form.webhookUrl')} value={webhookUrl} />
          <TextField
            label={t('mail.form.webhookSecret')}
            hint={t('mail.form.webhookHint')}
            secret
            value={draft.webhookSecret}
            placeholder={kept('webhookSecret')}
            error={errorOf('webhookSecret')}
            onChange={(webhookSecret) => set({ webhookSecret: webhookSecret.trim() })}
          />
        </>
      ) : (
        <>
          <ServerFields
            host={draft.imapHost}
            port={draft.imapPort}
            security={draft.imapSecurity}
            errors={{ host: errorOf('imapHost'), port: errorOf('imapPort') }}
            onChange={({ host, port, security }) =>
              set({
                ...(host === undefined ? {} : { imapHost: host }),
                ...(port === undefined ? {} : { imapPort: port }),
                ...(security === undefined ? {} : { imapSecurity: security }),
              })
            }
          />
          <TextField
            label={t('mail.form.user')}
            hint={t('mail.form.userHint')}
            value={draft.imapUser}
            onChange={(imapUser) => set({ imapUser: imapUser.trim() })}
          />
          <Field label={t('mail.form.folders')}>
            {(id) => (
              <Select
                id={id}
                mode="tags"
                value={draft.folders}
                options={known.map((value) => ({ value, label: value }))}
                onChange={(value) => set({ folders: value })}
              />
            )}
          </Field>
          <Field label={t('mail.form.historyDays')}>
            {(id) => (
              <InputNumber
                id={id}
                min={0}
                max={30}
                value={draft.historyDays}
                onChange={(value) => set({ historyDays: value ?? 0 })}
              />
            )}
          </Field>
        </>
      )}
    </section>
  );
}

function Sending({ draft, set, errorOf, kept }: Part) {
  const { t } = useTranslation();
  return (
    <section className="panel">
      <h2>{t('mail.form.send')}</h2>
      <ServerFields
        host={draft.smtpHost}
        port={draft.smtpPort}
        security={draft.smtpSecurity}
        errors={{ host: errorOf('smtpHost'), port: errorOf('smtpPort') }}
        onChange={({ host, port, security }) =>
          set({
            ...(host === undefined ? {} : { smtpHost: host }),
            ...(port === undefined ? {} : { smtpPort: port }),
            ...(security === undefined ? {} : { smtpSecurity: security }),
          })
        }
      />
      <TextField
        label={t('mail.form.user')}
        hint={t('mail.form.smtpUserHint')}
        value={draft.smtpUser}
        onChange={(smtpUser) => set({ smtpUser: smtpUser.trim() })}
      />
      <TextField
        label={t('mail.form.password')}
        hint={t('mail.form.smtpUserHint')}
        secret
        value={draft.smtpPassword}
        placeholder={kept('smtpPassword')}
        onChange={(smtpPassword) => set({ smtpPassword })}
      />
    </section>
  );
}

function Advanced({ draft, set, kept }: Part) {
  const { t } = useTranslation();
  const fields = (
    <>
      <SwitchLine
        label={t('mail.form.plus')}
        hint={t('mail.form.plusHint')}
        checked={draft.plusAddressing}
        onChange={(plusAddressing) => set({ plusAddressing })}
      />
      <SwitchLine
        label={t('mail.form.appendSent')}
        hint={t('mail.form.appendHint')}
        checked={draft.appendSent}
        onChange={(appendSent) => set({ appendSent })}
      />
      <TextField
        label={t('mail.form.authserv')}
        hint={t('mail.form.authservHint')}
        value={draft.authservId}
        onChange={(authservId) => set({ authservId: authservId.trim() })}
      />
      <TextField
        label={t('mail.form.dkimDomain')}
        value={draft.dkimDomain}
        onChange={(dkimDomain) => set({ dkimDomain: dkimDomain.trim() })}
      />
      <TextField
        label={t('mail.form.dkimSelector')}
        value={draft.dkimSelector}
        onChange={(dkimSelector) => set({ dkimSelector: dkimSelector.trim() })}
      />
      <TextField
        label={t('mail.form.dkimKey')}
        secret
        long
        value={draft.dkimKey}
        placeholder={kept('dkimKey')}
        onChange={(dkimKey) => set({ dkimKey })}
      />
    </>
  );
  return (
    <section className="panel">
      <Collapse ghost items={[{ key: 'advanced', label: t('mail.form.advanced'), children: fields }]} />
    </section>
  );
}
