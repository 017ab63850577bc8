/** From draft to customers: review, check, publish; and back again. */
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ArticleDetail } from '../../../contract/knowledge-shapes.ts';
import { api } from '../../ui/api.ts';
import { queryClient } from '../data/queries.ts';
import { ConfirmDialog } from '../kit/dialog.tsx';
import { errorWords } from '../kit/words.ts';
import { may, useMe } from '../state/session.ts';
import { CheckProgress, CheckReport } from './check-report.tsx';
import { Field } from './frame.tsx';
import { articleQuery, keepArticle, readAgain } from './queries.ts';
import { useTexts } from './texts.ts';
import { useCheck } from './use-check.ts';
import type { Draft } from './use-draft.ts';

export function PublishPanel({ detail, draft }: { detail: ArticleDetail; draft: Draft }) {
  const t = useTexts();
  const { message } = App.useApp();
  const me = useMe();
  const { locale, id } = detail;
  const { check, start, publish, forget } = useCheck((released) => {
    void message.success(t(released.published.length > 0 ? 'publish.done' : 'publish.scheduledDone'));
    void queryClient.fetchQuery(articleQuery({ locale, id })).then(draft.reset);
  });
  const acts = useActs(detail, draft);
  const run = async () => {
    const now = await draft.flush();
    if (now?.draft) start.mutate([{ id, locale, version: now.draft.version }]);
  };
  const hasDraft = detail.draft !== null || draft.status === 'unsaved' || draft.status === 'saving';
  const isStale = check?.state === 'done' && (check.stale || draft.status === 'unsaved');
  return (
    <section className="panel k-form k-publish">
      <h2>{t('publish.title')}</h2>
      <p className="k-hint">{hasDraft ? t('publish.hint') : t('editor.noDraft')}</p>
      <span className="k-row">
        {hasDraft && detail.draft?.state !== 'scheduled' ? (
          <button
            type="button"
            className={`btn ${check ? '' : 'primary'}`}
            disabled={start.isPending || check?.state === 'running' || draft.status === 'conflict'}
            onClick={() => void run()}
          >
            {t(check ? 'publish.checkAgain' : 'publish.check')}
          </button>
        ) : null}
        <Moves detail={detail} hasDraft={hasDraft} acts={acts} />
      </span>
      {check?.state === 'running' ? <CheckProgress check={check} /> : null}
      {check?.state === 'failed' ? <p className="banner is-error">{t('publish.failed')}</p> : null}
      {check?.report ? <CheckReport report={check.report} /> : null}
      {isStale ? <p className="banner">{t('publish.stale')}</p> : null}
      {check?.report && !isStale ? (
        may(me, 'knowledge.publish') ? (
          <Release
            regressions={check.report.regressions}
            isLater={(draft.content.validFrom ?? '') > new Date().toISOString()}
            isPending={publish.isPending}
            onPublish={(given) => publish.mutate(given)}
          />
        ) : (
          <p className="k-hint">{t('publish.needPublisher')}</p>
        )
      ) : null}
      {check && !hasDraft ? (
        <button type="button" className="btn" onClick={forget}>
          {t('history.close')}
        </button>
      ) : null}
    </section>
  );
}

export function Release({
  regressions,
  isLater,
  isPending,
  action,
  onPublish,
}: {
  regressions: number;
  isLater: boolean;
  isPending: boolean;
  action?: string;
  onPublish: (given: { note?: string; overrideReason?: string }) => void;
}) {
  const t = useTexts();
  const [note, setNote] = useState('');
  const [reason, setReason] = useState('');
  const isBlocked = regressions > 0;
  const given = {
    ...(note.trim() ? { note: note.trim() } : {}),
    ...(isBlocked && reason.trim() ? { overrideReason: reason.trim() } : {}),
  };
  return (
    <div className="k-release">
      <Field label={t('publish.note')}>
        <input className="k-input" value={note} maxLength={500} onChange={(event) => setNote(event.target.value)} />
      </Field>
      {isBlocked ? (
        <Field label={t('publish.override')} hint={t('publish.overrideHint')}>
          <input
            className="k-input"
            value={reason}
            maxLength={500}
            onChange={(event) => setReason(event.target.value)}
          />
        </Field>
      ) : null}
      <button
        type="button"
        className={`btn ${isBlocked ? 'danger' : 'primary'}`}
        disabled={isPending || (isBlocked && reason.trim().length < 3)}
        onClick={() => onPublish(given)}
      >
        {isBlocked ? t('publish.overrideAction') : (action ?? t(isLater ? 'publish.schedule' : 'publish.now'))}
      </button>
    </div>
  );
}

type Acts = ReturnType<typeof useActs>;

function Moves({ detail, hasDraft, acts }: { detail: ArticleDetail; hasDraft: boolean; acts: Acts }) {
  const t = useTexts();
  const me = useMe();
  const [asking, setAsking] = useState<'discard' | 'retire' | null>(null);
  const state = detail.draft?.state ?? (hasDraft ? 'draft' : null);
  const isLive = detail.live?.status === 'published';
  return (
    <>
      {state === 'draft' ? (
        <button type="button" className="btn" disabled={acts.isPending} onClick={() => acts.move('review')}>
          {t('publish.submit')}
        </button>
      ) : null}
      {state === 'review' || state === 'scheduled' ? (
        <button type="button" className="btn" disabled={acts.isPending} onClick={() => acts.move('draft')}>
          {t(state === 'review' ? 'publish.return' : 'publish.cancelSchedule')}
        </button>
      ) : null}
      {detail.draft ? (
        <button type="button" className="btn" disabled={acts.isPending} onClick={() => setAsking('discard')}>
          {t('publish.discard')}
        </button>
      ) : null}
      {isLive && may(me, 'knowledge.publish') ? (
        <button type="button" className="btn" disabled={acts.isPending} onClick={() => setAsking('retire')}>
          {t('publish.retire')}
        </button>
      ) : null}
      {asking ? (
        <ConfirmDialog
          title={t(`publish.${asking}Title`)}
          text={t(`publish.${asking}Text`)}
          action={t(`publish.${asking}`)}
          danger
          onConfirm={asking === 'discard' ? acts.discard : acts.retire}
          onClose={() => setAsking(null)}
        />
      ) : null}
    </>
  );
}

function useActs(detail: ArticleDetail, draft: Draft) {
  const t = useTexts();
  const common = useTranslation().t;
  const { message } = App.useApp();
  const navigate = useNavigate();
  const params = { locale: detail.locale, id: detail.id };
  const act = useMutation({
    mutationFn: (work: () => Promise<ArticleDetail | null>) => work(),
    onSuccess: (now) => {
      readAgain('articles');
      if (!now) return;
      keepArticle(now);
      draft.reset(now);
    },
    onError: (error) => void message.error(errorWords(common, error)),
  });
  const move = (to: 'draft' | 'review') =>
    act.mutate(async () => {
      const now = await draft.flush();
      if (!now?.draft) return null;
      const moved = await api('POST /api/v1/articles/{locale}/{id}/draft/state', {
        params,
        body: { version: now.draft.version, to },
      });
      if (to === 'review') void message.success(t('publish.submitted'));
      return moved;
    });
  const discard = () =>
    act.mutate(async () => {
      const now = await draft.flush();
      if (!now?.draft) return null;
      await api('POST /api/v1/articles/{locale}/{id}/draft/discard', { params, body: { version: now.draft.version } });
      if (detail.live) return api('GET /api/v1/articles/{locale}/{id}', { params });
      await navigate({ to: '/knowledge' });
      return null;
    });
  const retire = () =>
    act.mutate(() =>
      api('POST /api/v1/articles/{locale}/{id}/retire', { params, body: { version: detail.live?.version ?? 1 } }),
    );
  return { isPending: act.isPending, move, discard, retire };
}
