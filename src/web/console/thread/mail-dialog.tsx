/** A whole mail: formatted in a frame that can do nothing, as plain text, or as the bytes that came. */
import { Segmented, Switch } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../kit/dialog.tsx';
import type { Mail } from './mail.ts';

type Face = 'view' | 'text';

export function MailDialog({ mail, onClose }: { mail: Mail & { id: string }; onClose: () => void }) {
  const { t } = useTranslation();
  const [face, setFace] = useState<Face>('view');
  const [images, setImages] = useState(false);
  const imagesId = useId();
  const lines = [
    ['from', mail.from ? [mail.from] : []],
    ['to', mail.to ?? []],
    ['cc', mail.cc ?? []],
  ] as const;
  return (
    <Dialog title={mail.subject || t('mail.wholeTitle')} onClose={onClose}>
      <dl className="mail-lines">
        {lines.map(([name, addresses]) =>
          addresses.length > 0 ? (
            <div key={name}>
              <dt>{t(`mail.${name}`)}</dt>
              <dd>{addresses.join(', ')}</dd>
            </div>
          ) : null,
        )}
      </dl>
      <div className="mail-tools">
        <Segmented<Face>
          value={face}
          options={[
            { value: 'view', label: t('mail.formatted') },
            { value: 'text', label: t('mail.plain') },
          ]}
          onChange={setFace}
        />
        {face === 'view' ? (
          <span className="mail-images" title={t('mail.imagesHint')}>
            <Switch id={imagesId} size="small" checked={images} onChange={setImages} />
            <label htmlFor={imagesId}>{t('mail.images')}</label>
          </span>
        ) : null}
        <a href={`/api/v1/mails/${mail.id}/raw`} download>
          {t('mail.download')}
        </a>
      </div>
      <iframe
        className="mail-frame"
        title={t('mail.wholeTitle')}
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        referrerPolicy="no-referrer"
        src={`/api/v1/mails/${mail.id}/${face}${images && face === 'view' ? '?images=1' : ''}`}
      />
    </Dialog>
  );
}
