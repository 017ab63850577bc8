/** The one message that may still reach a customer whose window is closed: a template or subscription message of the account. */
import { useMutation } from '@tanstack/react-query';
import { App, Button, Input, Radio } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorWords } from '../kit/words.ts';
import type { InboxFormProps } from './inboxes.ts';
import { type Notice, settingsOf } from './wechat-settings.ts';

const MAX_FIELDS = 10;
const NEW: Notice = { kind: 'template', templateId: '', fields: [{ name: 'thing1', value: '' }] };

export function WeChatNotice({ inbox, save }: InboxFormProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const id = useId();
  const [notice, setNotice] = useState<Notice | null>(() => settingsOf(inbox).notice);
  const write = useMutation({
    mutationFn: (given: Notice | null) => save({ ...inbox.settings, notice: given }),
    onSuccess: (_saved, given) => {
      setNotice(given);
      void message.success(t('act.saved'));
    },
    onError: (error) => void message.error(errorWords(t, error)),
  });
  const set = (change: Partial<Notice>) => setNotice((old) => ({ ...(old ?? NEW), ...change }));
  return (
    <section className="panel">
      <h2>{t('inboxes.wechat.notice')}</h2>
      <p className="muted">{t('inboxes.wechat.noticeHint')}</p>
      {notice === null ? (
        <Button onClick={() => setNotice(NEW)}>{t('inboxes.wechat.noticeAdd')}</Button>
      ) : (
        <>
          <Radio.Group
            value={notice.kind}
            options={[
              { value: 'template', label: t('inboxes.wechat.noticeTemplate') },
              { value: 'subscribe', label: t('inboxes.wechat.noticeSubscribe') },
            ]}
            onChange={(event) => set({ kind: event.target.value as Notice['kind'] })}
          />
          <div className="copy-field">
            <label htmlFor={id}>{t('inboxes.wechat.templateId')}</label>
            <Input
              id={id}
              value={notice.templateId}
              maxLength={100}
              onChange={(event) => set({ templateId: event.target.value.trim() })}
            />
          </div>
          <NoticeFields notice={notice} onChange={(fields) => set({ fields })} />
          <div className="menu-acts">
            <Button
              type="primary"
              loading={write.isPending}
              disabled={notice.templateId === '' || notice.fields.some(({ name }) => name === '')}
              onClick={() => write.mutate(notice)}
            >
              {t('act.save')}
            </Button>
            <Button disabled={write.isPending} onClick={() => write.mutate(null)}>
              {t('inboxes.wechat.noticeRemove')}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

function NoticeFields({ notice, onChange }: { notice: Notice; onChange: (fields: Notice['fields']) => void }) {
  const { t } = useTranslation();
  const { fields } = notice;
  const change = (index: number, part: Partial<Notice['fields'][number]>) =>
    onChange(fields.map((field, at) => (at === index ? { ...field, ...part } : field)));
  return (
    <>
      <ol className="menu-children">
        {[...fields.entries()].map(([index, { name, value }]) => (
          <li key={index}>
            <div className="menu-leaf">
              <Input
                aria-label={t('inboxes.wechat.fieldName')}
                value={name}
                maxLength={40}
                onChange={(event) => change(index, { name: event.target.value.trim() })}
              />
              <Input
                aria-label={t('inboxes.wechat.fieldValue')}
                placeholder={t('inboxes.wechat.fieldHint')}
                value={value}
                maxLength={60}
                onChange={(event) => change(index, { value: event.target.value })}
              />
            </div>
            <Button size="small" onClick={() => onChange(fields.filter((_, at) => at !== index))}>
              {t('inboxes.wechat.remove')}
            </Button>
          </li>
        ))}
      </ol>
      <Button
        size="small"
        disabled={fields.length >= MAX_FIELDS}
        onClick={() => onChange([...fields, { name: '', value: '' }])}
      >
        {t('inboxes.wechat.addField')}
      </Button>
    </>
  );
}
