/** The way round a closed channel: a one-time link with which the customer goes on in the web chat. */
import { useMutation } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../../ui/api.ts';
import { currentLocale } from '../i18n/i18n.ts';
import { CopyField } from '../inboxes/copy-field.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { fullTime } from '../kit/format.ts';
import { errorWords } from '../kit/words.ts';

export function WebLink({ conversationId: id }: { conversationId: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const link = useMutation({
    mutationFn: () => api('POST /api/v1/conversations/{id}/web-link', { params: { id } }),
    onError: (error) => void message.error(errorWords(t, error)),
  });
  return (
    <>
      <button type="button" className="link" disabled={link.isPending} onClick={() => link.mutate()}>
        {t('delivery.webLink.get')}
      </button>
      {link.data ? (
        <Dialog
          title={t('delivery.webLink.title')}
          onClose={link.reset}
          footer={<Button onClick={link.reset}>{t('act.close')}</Button>}
        >
          <p>{t('delivery.webLink.text', { time: fullTime(link.data.expiresAt, currentLocale()) })}</p>
          <div className="web-link">
            <CopyField label={t('delivery.webLink.label')} value={link.data.url} />
          </div>
        </Dialog>
      ) : null}
    </>
  );
}
