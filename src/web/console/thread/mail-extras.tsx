/** What a reply can carry beside its words: files, and by mail people who are copied in. */
import { App } from 'antd';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../kit/icon.tsx';
import type { AttachedFile } from '../state/outbox.ts';

export type Extras = { cc: string; files: readonly AttachedFile[] };
export const NO_EXTRAS: Extras = { cc: '', files: [] };

const MAX_FILES = 10;
const ADDRESS = /^[^\s@<>()[\],;:"\\]{1,64}@[^\s@<>()[\],;:"\\]+\.[^\s@<>()[\],;:"\\.]+$/;

export function ccOf(text: string): { addresses: string[]; wrong: string | null } {
  const addresses = text.split(/[\s,;，；、]+/).filter((part) => part !== '');
  return { addresses, wrong: addresses.find((one) => !ADDRESS.test(one)) ?? null };
}

type Props = { conversationId: string; isMail: boolean; extras: Extras; onChange: (extras: Extras) => void };

export function MailExtras({ conversationId, isMail, extras, onChange }: Props) {
  const { t } = useTranslation();
  const [withCc, setWithCc] = useState(false);
  const ccId = useId();
  const { wrong } = ccOf(extras.cc);
  return (
    <div className="mail-extras">
      {withCc ? (
        <div className="mail-cc-line">
          <label htmlFor={ccId}>{t('mail.addCc')}</label>
          <input
            id={ccId}
            type="text"
            inputMode="email"
            value={extras.cc}
            title={t('mail.ccHint')}
            aria-label={t('mail.ccLabel')}
            aria-invalid={wrong !== null}
            placeholder={t('mail.ccHint')}
            onChange={(event) => onChange({ ...extras, cc: event.target.value })}
          />
        </div>
      ) : null}
      {wrong ? (
        <p className="field-error" role="status">
          {t('mail.ccWrong', { address: wrong })}
        </p>
      ) : null}
      <ul className="mail-files">
        {extras.files.map((file) => (
          <li key={file.id}>
            {file.name}
            <button
              type="button"
              className="icon-btn"
              aria-label={t('mail.removeFile', { name: file.name })}
              onClick={() => onChange({ ...extras, files: extras.files.filter(({ id }) => id !== file.id) })}
            >
              <Icon name="close" size={14} />
            </button>
          </li>
        ))}
      </ul>
      <div className="mail-extras-tools">
        <AttachButton
          conversationId={conversationId}
          full={extras.files.length >= MAX_FILES}
          onAttached={(file) => onChange({ ...extras, files: [...extras.files, file].slice(0, MAX_FILES) })}
        />
        {isMail && !withCc ? (
          <button type="button" className="link" onClick={() => setWithCc(true)}>
            {t('mail.addCc')}
          </button>
        ) : null}
      </div>
    </div>
  );
}

type AttachProps = { conversationId: string; full: boolean; onAttached: (file: AttachedFile) => void };

function AttachButton({ conversationId, full, onAttached }: AttachProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const attach = async (files: readonly File[]) => {
    setBusy(true);
    for (const file of files) {
      const attached = await upload(conversationId, file);
      if (attached) onAttached(attached);
      else void message.error(t('mail.attachFailed', { name: file.name }));
    }
    setBusy(false);
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          void attach([...(event.target.files ?? [])].slice(0, MAX_FILES));
          event.target.value = '';
        }}
      />
      <button type="button" className="link" disabled={busy || full} onClick={() => input.current?.click()}>
        {t('mail.attach')}
      </button>
    </>
  );
}

/** One file per request, its bytes as they are. */
async function upload(conversationId: string, file: File): Promise<AttachedFile | null> {
  try {
    const response = await fetch(`/api/v1/conversations/${conversationId}/files`, {
      method: 'POST',
      headers: {
        'content-type': file.type || 'application/octet-stream',
        'x-file-name': encodeURIComponent(file.name),
        'x-zhike': '1',
      },
      body: file,
    });
    if (!response.ok) return null;
    const { id, name } = (await response.json()) as AttachedFile;
    return { id, name };
  } catch {
    return null;
  }
}
