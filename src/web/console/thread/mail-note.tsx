/** What surrounds a mail's own words in the thread: its subject, doubts about its sender, who else got it, and the whole of it. */
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type zhCN from '../i18n/zh-CN.json';
import { Icon } from '../kit/icon.tsx';
import type { Mail } from './mail.ts';

const MailDialog = lazy(async () => ({ default: (await import('./mail-dialog.tsx')).MailDialog }));

type Kind = keyof (typeof zhCN)['mail']['kind'];

export function MailHead({ mail }: { mail: Mail }) {
  const { t } = useTranslation();
  const { subject, trust, kind, from, name } = mail;
  if (!mail.id) return null;
  const sender = name && name !== from ? `${name} <${from}>` : from;
  return (
    <div className="mail-head">
      <p className="mail-from">{sender}</p>
      {subject ? <p className="mail-subject">{subject}</p> : null}
      {kind && kind !== 'human' ? <span className="mail-chip">{t(`mail.kind.${kind as Kind}`)}</span> : null}
      {trust === 'unverified' || trust === 'failed' ? (
        <span className={`mail-chip is-${trust}`} title={t(`mail.${trust}Hint`)}>
          <Icon name="alert" size={13} /> {t(`mail.${trust}`)}
        </span>
      ) : null}
    </div>
  );
}

export function MailFoot({ mail }: { mail: Mail }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { id, cc = [], related } = mail;
  return (
    <>
      {cc.length > 0 ? <p className="mail-cc">{t('mail.ccOf', { list: cc.join(', ') })}</p> : null}
      {related ? (
        <p className="mail-cc">
          <Link to="/inbox/$view/{-$conversationId}" params={{ view: 'all', conversationId: related }}>
            {t('mail.related')}
          </Link>
        </p>
      ) : null}
      {id ? (
        <button type="button" className="link mail-whole" onClick={() => setOpen(true)}>
          {t('mail.whole')}
        </button>
      ) : null}
      {id && open ? (
        <Suspense>
          <MailDialog mail={{ ...mail, id }} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
