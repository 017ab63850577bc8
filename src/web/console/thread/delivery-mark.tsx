/** Whether a message arrived; where it did not, why, and the way on. */
import { useMutation } from '@tanstack/react-query';
import { App } from 'antd';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActivityShape } from '../../../contract/shapes.ts';
import { api } from '../../ui/api.ts';
import { applyDelivery } from '../data/apply.ts';
import type zhCN from '../i18n/zh-CN.json';
import { ConfirmDialog } from '../kit/dialog.tsx';
import { errorWords } from '../kit/words.ts';
import { WebLink } from './web-link.tsx';

type Reason = keyof (typeof zhCN)['delivery']['reason'];

/** The code itself is better than nothing where there are no words for it. */
function reasonWords(t: TFunction, reason: string): string {
  const [, code] = /^WeChat(-?\d+)$/.exec(reason) ?? [];
  return code === undefined
    ? t(`delivery.reason.${reason as Reason}`, { defaultValue: reason })
    : t('delivery.code', { code });
}

/** Of the channels only WeChat closes; a mail that failed has another address, not another way. */
function mayGoRound({ delivery, mail }: ActivityShape): boolean {
  if (delivery?.state === 'held') return true;
  return delivery?.state === 'failed' && !mail && !delivery.reason?.startsWith('mail-');
}

export function DeliveryMark({ activity }: { activity: ActivityShape }) {
  const { t } = useTranslation();
  const { delivery, visibility } = activity;
  if (visibility === 'internal') return null;
  const { state, reason, via } = delivery ?? { state: 'sent' as const };
  const why = reason ? `: ${reasonWords(t, reason)}` : '';
  if (state === 'failed' || state === 'unknown' || state === 'held')
    return (
      <>
        <span className={`mark is-${state === 'held' ? 'unknown' : state}`}>
          {t(`delivery.${state}`)}
          {why}
        </span>
        <Again activity={activity} mayHaveArrived={state === 'unknown'} />
        {mayGoRound(activity) ? <WebLink conversationId={activity.conversationId} /> : null}
      </>
    );
  if (state !== 'sent') return <span className="mark">{t('bubble.sending')}</span>;
  return (
    <span className="mark">
      ✓ {t('bubble.sent')}
      {via ? ` (${reasonWords(t, via)})` : ''}
    </span>
  );
}

/** What may have arrived is sent again only by somebody who was told so. */
function Again({ activity, mayHaveArrived }: { activity: ActivityShape; mayHaveArrived: boolean }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [asking, setAsking] = useState(false);
  const { conversationId, seq } = activity;
  const again = useMutation({
    mutationFn: (evenIfSent: boolean) =>
      api('POST /api/v1/conversations/{id}/messages/{seq}/retry', {
        params: { id: conversationId, seq },
        body: { evenIfSent },
      }),
    onSuccess: ({ delivery }) => applyDelivery({ type: 'delivery', conversationId, seq, delivery }),
    onError: (error) => void message.error(errorWords(t, error)),
  });
  return (
    <>
      <button
        type="button"
        className="link"
        disabled={again.isPending}
        onClick={() => (mayHaveArrived ? setAsking(true) : again.mutate(false))}
      >
        {t('delivery.again')}
      </button>
      {asking ? (
        <ConfirmDialog
          title={t('delivery.again')}
          text={t('errors.MayHaveArrived')}
          action={t('delivery.again')}
          danger
          onConfirm={() => again.mutate(true)}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
