/** A one-time link, shown once. */
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLocale } from '../i18n/i18n.ts';
import { Dialog } from '../kit/dialog.tsx';
import { fullTime } from '../kit/format.ts';
import type { SignInLink } from './sign-in-link.ts';

export function LinkDialog({ link, onClose }: { link: SignInLink; onClose: () => void }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link.url);
      setCopied(true);
    } catch {
      // No clipboard outside secure contexts: the text is selected for the person to copy.
      document.querySelector<HTMLInputElement>('.link-once input')?.select();
    }
  };
  return (
    <Dialog
      title={t('team.linkTitle', { name: link.agent.name })}
      onClose={onClose}
      footer={<Button onClick={onClose}>{t('act.close')}</Button>}
    >
      <p>{t('team.linkText', { time: fullTime(link.expiresAt, currentLocale()) })}</p>
      <div className="link-once">
        <Input readOnly value={link.url} aria-label={t('team.link')} onFocus={(event) => event.target.select()} />
        <Button type="primary" onClick={() => void copy()}>
          {t(copied ? 'act.copied' : 'act.copy')}
        </Button>
      </div>
    </Dialog>
  );
}
