/** What is being written: kept on this device at once, on the server when the person pauses, never over a colleague's. */
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { ArticleContentShape, ArticleDetail } from '../../../contract/knowledge-shapes.ts';
import { ApiError, api } from '../../ui/api.ts';
import { readLocalJson, writeLocal } from '../state/local.ts';
import { keepArticle } from './queries.ts';

export type DraftStatus = 'clean' | 'unsaved' | 'saving' | 'saved' | 'failed' | 'conflict';
type Shown = { content: ArticleContentShape; status: DraftStatus };
type Keeper = ReturnType<typeof createKeeper>;
export type Draft = Shown & Pick<Keeper, 'change' | 'flush' | 'overwrite' | 'reset'>;

const PAUSE_MS = 1_500;
const RETRY_MS = 5_000;
const EMPTY: ArticleContentShape = {
  question: '',
  similar: [],
  answer: '',
  category: '',
  tags: [],
  verbatim: false,
  validFrom: null,
  validTo: null,
  ownerId: null,
};

type Kept = { version: number | null; content: ArticleContentShape };
const nameOf = ({ locale, id }: ArticleDetail): string => `zk.article.${locale}.${id}`;
const versionOf = ({ draft }: ArticleDetail): number | null => draft?.version ?? null;
const contentOf = ({ draft, live }: ArticleDetail): ArticleContentShape => draft?.content ?? live?.content ?? EMPTY;
const isRefused = (error: unknown): boolean =>
  error instanceof ApiError && (error.code === 'Conflict' || error.code === 'IllegalMove');

/** What this device kept of an unfinished edit, if it was begun on what the server has now. */
function keptOf(detail: ArticleDetail): ArticleContentShape | null {
  const kept = readLocalJson(nameOf(detail)) as Kept | null;
  return kept && kept.version === versionOf(detail) ? { ...EMPTY, ...kept.content } : null;
}

export function useDraft(detail: ArticleDetail): Draft {
  const [keeper] = useState(() => createKeeper(detail));
  const shown = useSyncExternalStore(keeper.subscribe, keeper.shown);
  useEffect(() => {
    keeper.start();
    return () => void keeper.flush();
  }, [keeper]);
  const { change, flush, overwrite, reset } = keeper;
  return { ...shown, change, flush, overwrite, reset };
}

function createKeeper(first: ArticleDetail) {
  const kept = keptOf(first);
  let detail = first;
  let shown: Shown = { content: kept ?? contentOf(first), status: kept ? 'unsaved' : first.draft ? 'saved' : 'clean' };
  let flushing: Promise<ArticleDetail | null> | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listeners = new Set<() => void>();
  const show = (given: Partial<Shown>) => {
    shown = { ...shown, ...given };
    for (const listener of listeners) listener();
  };
  const soon = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), ms);
  };
  const save = async (version: number | null, rebase: boolean): Promise<boolean> => {
    const sent = shown.content;
    show({ status: 'saving' });
    try {
      detail = await send(detail, { version, content: sent, rebase });
      keepArticle(detail);
      if (shown.content === sent) writeLocal(nameOf(detail), null);
      show({ status: shown.content === sent ? 'saved' : 'unsaved' });
      return true;
    } catch (error) {
      show({ status: isRefused(error) ? 'conflict' : 'failed' });
      return false;
    }
  };
  const saveAll = async (): Promise<ArticleDetail | null> => {
    while (shown.status === 'unsaved' || shown.status === 'failed')
      if (!(await save(versionOf(detail), false))) return null;
    return shown.status === 'conflict' ? null : detail;
  };
  /** Saves what is not saved; resolves with how the article stands then, null when that failed. */
  const flush = (): Promise<ArticleDetail | null> => {
    clearTimeout(timer);
    flushing ??= saveAll().finally(() => {
      flushing = null;
      if (shown.status === 'failed') soon(RETRY_MS);
    });
    return flushing;
  };
  return {
    shown: () => shown,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    start: () => {
      if (shown.status === 'unsaved') soon(PAUSE_MS);
    },
    change: (given: Partial<ArticleContentShape>) => {
      const content = { ...shown.content, ...given };
      writeLocal(nameOf(detail), JSON.stringify({ version: versionOf(detail), content } satisfies Kept));
      const isHeld = shown.status === 'conflict' || shown.status === 'saving';
      show({ content, ...(isHeld ? {} : { status: 'unsaved' as const }) });
      if (shown.status !== 'conflict') soon(PAUSE_MS);
    },
    flush,
    /** Goes on with one's own words over what is on the server now. */
    overwrite: async (now: ArticleDetail, rebase: boolean) => {
      detail = now;
      await save(versionOf(now), rebase);
    },
    /** Takes what is on the server. */
    reset: (now: ArticleDetail) => {
      clearTimeout(timer);
      writeLocal(nameOf(now), null);
      detail = now;
      show({ content: contentOf(now), status: now.draft ? 'saved' : 'clean' });
    },
  };
}

function send(
  { locale, id }: ArticleDetail,
  body: { version: number | null; content: ArticleContentShape; rebase: boolean },
): Promise<ArticleDetail> {
  return api('PATCH /api/v1/articles/{locale}/{id}/draft', { params: { locale, id }, body });
}
