/** An article on its way: its states, the moves between them, and how large its parts may be. */
import type { Locale } from './locale.ts';

export const DRAFT_STATES = ['draft', 'review', 'scheduled'] as const;
export type DraftState = (typeof DRAFT_STATES)[number];
export const LIVE_STATES = ['published', 'retired'] as const;
export type LiveState = (typeof LIVE_STATES)[number];
export type ArticleState = DraftState | LiveState;

/** Where an article may go from each state. A published one is edited in a draft of its own beside it. */
export const ARTICLE_MOVES: Record<ArticleState, readonly ArticleState[]> = {
  draft: ['review', 'scheduled', 'published'],
  review: ['draft', 'scheduled', 'published'],
  scheduled: ['draft', 'published'],
  published: ['retired'],
  retired: ['published'],
};

export function mayMove(from: ArticleState, to: ArticleState): boolean {
  return ARTICLE_MOVES[from].includes(to);
}

/** What a person writes; times are UTC instants, ISO 8601. Before `validFrom` it waits, from `validTo` on it is retired. */
export type ArticleContent = {
  question: string;
  similar: string[];
  /** Markdown without HTML and images. */
  answer: string;
  category: string;
  tags: string[];
  verbatim: boolean;
  validFrom: string | null;
  validTo: string | null;
  ownerId: string | null;
};

export type ArticleKey = { id: string; locale: Locale };

/** Characters and counts that are taken; in line with what the files of `knowledge/` may hold. */
export const ARTICLE_LIMITS = {
  question: 300,
  similar: 200,
  answer: 20_000,
  category: 80,
  tags: 20,
  tag: 40,
} as const;

/** `topic/slug`: what help pages are addressed by. */
export const ARTICLE_ID = /^[a-z0-9][a-z0-9-]{0,79}(\/[a-z0-9][a-z0-9-]{0,79}){0,3}$/;
