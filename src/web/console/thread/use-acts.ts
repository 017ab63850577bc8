/** What may be done with a conversation now, and doing it; an act that is not offered is absent. */
import { useMutation } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationDetail, Me } from '../../../contract/shapes.ts';
import { ApiError, api } from '../../ui/api.ts';
import { isPending } from '../clocks/offers.ts';
import { place, readConversation } from '../data/apply.ts';
import { errorWords } from '../kit/words.ts';
import { may } from '../state/session.ts';

export type Acts = {
  takeOver: (() => void) | null;
  handBack: (() => void) | null;
  resolve: (() => void) | null;
  busy: boolean;
  /** Promises that are not settled are shown before the end. */
  closing: { close: () => void; confirm: () => void } | null;
  /** Taking it from a colleague wants a second word. */
  asking: { close: () => void; confirm: () => void } | null;
};
type Act = 'take-over' | 'force' | 'hand-back' | 'resolve';

export function useActs(conversation: ConversationDetail, me: Me, onMine: () => void): Acts {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [asking, setAsking] = useState(false);
  const [closing, setClosing] = useState(false);
  const { id, status, owner } = conversation;
  const mine = owner?.id === me.agent.id;
  const act = useMutation({
    mutationFn: (what: Act) => perform(id, what),
    onSuccess: (detail, what) => {
      if (what === 'take-over' || what === 'force') onMine();
      setClosing(false);
      place(detail);
      void message.success(
        t(what === 'resolve' ? 'act.resolvedToast' : what === 'hand-back' ? 'act.handedBackToast' : 'act.tookToast'),
      );
    },
    onError: (error) => {
      void message.error(refusalWords(error) ?? errorWords(t, error));
      if (error instanceof ApiError && (error.status === 409 || error.status === 404))
        void readConversation(id).catch(() => {});
    },
  });
  const refusalWords = (error: Error): string | null => {
    if (!(error instanceof ApiError) || error.code !== 'TakenByColleague') return null;
    const name = error.problem?.owner?.name;
    return name ? t('act.takenBy', { name }) : t('act.takenByColleague');
  };
  const finish = status !== 'resolved' && (mine || may(me, 'conversation.finishForeign'));
  const foreign = status === 'human' && !mine;
  const mayResolve = finish || (status === 'waiting' && owner === null);
  const hasPromises = conversation.promises.some(isPending);
  const once = (what: Act) => () => {
    if (!act.isPending) act.mutate(what);
  };
  return {
    takeOver:
      mine && status === 'human'
        ? null
        : foreign
          ? may(me, 'conversation.takeFromColleague')
            ? () => setAsking(true)
            : null
          : once('take-over'),
    handBack: finish && (status === 'human' || status === 'waiting') ? once('hand-back') : null,
    // One who waits and is nobody's may be ended by everybody.
    resolve: mayResolve ? (hasPromises ? () => setClosing(true) : once('resolve')) : null,
    busy: act.isPending,
    closing: closing && mayResolve ? { close: () => setClosing(false), confirm: once('resolve') } : null,
    asking: asking && foreign ? { close: () => setAsking(false), confirm: once('force') } : null,
  };
}

function perform(id: string, what: Act): Promise<ConversationDetail> {
  const params = { id };
  switch (what) {
    case 'take-over':
      return api('POST /api/v1/conversations/{id}/take-over', { params, body: {} });
    case 'force':
      return api('POST /api/v1/conversations/{id}/take-over', { params, body: { force: true } });
    case 'hand-back':
      return api('POST /api/v1/conversations/{id}/hand-back', { params });
    case 'resolve':
      return api('POST /api/v1/conversations/{id}/resolve', { params });
  }
}
