/** One article: written on the left, tried, checked, published and looked back at beside it. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ArticleDetail } from '../../../contract/knowledge-shapes.ts';
import type { Locale } from '../../../domain/locale.ts';
import { currentLocale } from '../i18n/i18n.ts';
import { clockTime, fullTime } from '../kit/format.ts';
import { Icon } from '../kit/icon.tsx';
import { FailedNotice } from '../kit/notice.tsx';
import { LoadingPage, NotFoundPage } from '../kit/pages.tsx';
import { useTitle } from '../kit/title.ts';
import { may, useMe } from '../state/session.ts';
import { DiffView } from './diff-view.tsx';
import { Fields } from './fields.tsx';
import { GoldenList } from './golden-list.tsx';
import { History } from './history.tsx';
import { HealthMarks, StateChip } from './marks.tsx';
import { offerPrefill } from './prefill.ts';
import { PublishPanel } from './publish-panel.tsx';
import { articleQuery } from './queries.ts';
import { useTexts } from './texts.ts';
import { TryBox } from './try-box.tsx';
import { type Draft, useDraft } from './use-draft.ts';
import '../styles/pages.css';
import './knowledge.css';

const LOCALES: readonly Locale[] = ['zh-CN', 'en'];

export function EditorPage() {
  const t = useTexts();
  const params = useParams({ from: '/shell/knowledge/articles/$locale/$' });
  const locale = LOCALES.find((one) => one === params.locale);
  const key = { locale: locale ?? 'en', id: params._splat ?? '' };
  const query = useQuery({ ...articleQuery(key), enabled: locale !== undefined });
  if (!locale) return <NotFoundPage />;
  if (query.data) return <Editor key={`${key.locale} ${key.id}`} detail={query.data} />;
  if (query.isError)
    return (
      <main className="page">
        <FailedNotice title={t('editor.loadFailed')} error={query.error} onRetry={() => void query.refetch()} />
      </main>
    );
  return <LoadingPage />;
}

function Editor({ detail }: { detail: ArticleDetail }) {
  const t = useTexts();
  const me = useMe();
  const draft = useDraft(detail);
  const mayWrite = may(me, 'knowledge.draft');
  const isOpen = detail.draft === null || detail.draft.state === 'draft';
  useTitle(draft.content.question || t('title'));
  return (
    <main className="page k-page k-editor">
      <Head detail={detail} draft={draft} />
      <Alarms detail={detail} />
      <Notes detail={detail} draft={draft} mayWrite={mayWrite} />
      <div className="k-work">
        <div>
          <Fields
            content={draft.content}
            locale={detail.locale}
            disabled={!mayWrite || !isOpen}
            change={draft.change}
          />
          <GoldenList detail={detail} mayWrite={mayWrite} />
        </div>
        <div>
          <TryBox detail={detail} content={draft.content} />
          {mayWrite ? <PublishPanel detail={detail} draft={draft} /> : null}
          <History detail={detail} onRestored={draft.reset} />
        </div>
      </div>
    </main>
  );
}

function Head({ detail, draft }: { detail: ArticleDetail; draft: Draft }) {
  const t = useTexts();
  const { live } = detail;
  return (
    <header className="k-head">
      <Link to="/knowledge" className="btn" aria-label={t('editor.back')}>
        <Icon name="back" size={16} /> {t('tabs.articles')}
      </Link>
      <h1 lang={detail.locale}>{draft.content.question || t('editor.untitled')}</h1>
      <span className="k-row">
        {live ? <StateChip state={live.status} /> : null}
        {live ? <span className="k-sub">{t('version', { n: live.version })}</span> : null}
        {detail.draft ? <StateChip state={detail.draft.state} /> : null}
        <Saved draft={draft} detail={detail} />
        <Twin detail={detail} />
        {detail.helpUrl ? (
          <a href={detail.helpUrl} target="_blank" rel="noopener noreferrer">
            {t('editor.helpPage')}
          </a>
        ) : null}
      </span>
    </header>
  );
}

function Saved({ draft, detail }: { draft: Draft; detail: ArticleDetail }) {
  const t = useTexts();
  const at = detail.draft ? clockTime(detail.draft.updatedAt, currentLocale()) : '';
  const words = {
    clean: t('editor.noDraft'),
    unsaved: t('editor.unsaved'),
    saving: t('editor.saving'),
    saved: detail.draft ? t('editor.saved', { time: at }) : t('editor.noDraft'),
    failed: t('editor.saveFailed'),
    conflict: t('editor.unsaved'),
  }[draft.status];
  return (
    <span className={`k-saved is-${draft.status}`} role="status">
      {words}
    </span>
  );
}

function Twin({ detail }: { detail: ArticleDetail }) {
  const t = useTexts();
  const common = useTranslation().t;
  const me = useMe();
  const other: Locale = detail.locale === 'en' ? 'zh-CN' : 'en';
  const name = { locale: common(`locale.${other}`) };
  const { id } = detail;
  if (detail.twin)
    return (
      <Link to="/knowledge/articles/$locale/$" params={{ locale: other, _splat: id }}>
        {t('editor.twin', name)}
      </Link>
    );
  if (!may(me, 'knowledge.draft')) return null;
  const category = (detail.draft ?? detail.live)?.content.category ?? '';
  return (
    <Link to="/knowledge/new" onClick={() => offerPrefill({ locale: other, question: '', category, similar: [], id })}>
      {t('editor.makeTwin', name)}
    </Link>
  );
}

function Alarms({ detail: { health, live } }: { detail: ArticleDetail }) {
  const t = useTexts();
  if (health.marks.length === 0 && !live?.seeded) return null;
  return (
    <section className="k-alarms">
      <HealthMarks marks={health.marks} />
      {health.vague.length > 0 ? <p>{t('editor.vague', { words: health.vague.join('、') })}</p> : null}
      {health.conflicts.map(({ id, locale, question, mine, theirs }) => (
        <p key={`${id} ${mine}`}>
          <Link to="/knowledge/articles/$locale/$" params={{ locale, _splat: id }}>
            {t('editor.conflictWith', { question, mine, theirs })}
          </Link>
        </p>
      ))}
      {live?.seeded ? <p className="k-hint">{t('editor.seeded')}</p> : null}
    </section>
  );
}

function Notes({ detail, draft, mayWrite }: { detail: ArticleDetail; draft: Draft; mayWrite: boolean }) {
  const t = useTexts();
  const query = useQuery({ ...articleQuery(detail), enabled: false });
  if (!mayWrite) return <p className="banner">{t('editor.readonly')}</p>;
  if (draft.status === 'conflict') return <Conflict detail={detail} draft={draft} onRead={() => query.refetch()} />;
  if (detail.draft?.state === 'review') return <p className="banner">{t('editor.inReview')}</p>;
  if (detail.draft?.state === 'scheduled')
    return (
      <p className="banner">
        {t('editor.scheduled', { time: fullTime(detail.draft.publishAt ?? '', currentLocale()) })}
      </p>
    );
  if (detail.draft && detail.live && detail.draft.baseVersion !== detail.live.version)
    return (
      <section className="banner k-conflict">
        <h2>{t('editor.rebaseTitle')}</h2>
        <p>{t('editor.rebaseText')}</p>
        <DiffView from={detail.live.content} to={draft.content} locale={detail.locale} />
        <button type="button" className="btn" onClick={() => void draft.overwrite(detail, true)}>
          {t('editor.rebase')}
        </button>
      </section>
    );
  return null;
}

/** Both drafts, and the choice between them. */
function Conflict({
  detail,
  draft,
  onRead,
}: {
  detail: ArticleDetail;
  draft: Draft;
  onRead: () => Promise<{ data?: ArticleDetail | undefined }>;
}) {
  const t = useTexts();
  const theirs = useQuery({ ...articleQuery(detail), refetchOnMount: 'always' }).data ?? detail;
  const with_ = (act: (now: ArticleDetail) => void) => async () => {
    const { data } = await onRead();
    if (data) act(data);
  };
  return (
    <section className="banner is-error k-conflict" role="alert">
      <h2>{t('editor.conflictTitle')}</h2>
      <p>{t('editor.conflictText')}</p>
      <DiffView from={theirs.draft?.content ?? draft.content} to={draft.content} locale={detail.locale} />
      <span className="k-row">
        <button type="button" className="btn" onClick={() => void with_((now) => void draft.overwrite(now, false))()}>
          {t('editor.keepMine')}
        </button>
        <button type="button" className="btn" onClick={() => void with_(draft.reset)()}>
          {t('editor.takeTheirs')}
        </button>
      </span>
    </section>
  );
}
