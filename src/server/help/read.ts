/** What the help center shows: published articles as they are now; the list is read again when one has changed. */

import type { Locale } from '../../domain/locale.ts';
import type { Clock } from '../../ports.ts';
import type { LiveRow } from '../../store/knowledge-rows.ts';
import type { Store } from '../../store/store.ts';
import type { LiveKnowledge } from '../deps.ts';

export type Library = () => Promise<LiveRow[]>;

export function readLibrary({ store, clock }: { store: Store; clock: Clock }): Library {
  let last: { revision: number; rows: Promise<LiveRow[]> } | null = null;
  const read = async () => {
    const { live } = await store.knowledge.all();
    const now = clock().toISOString();
    return live
      .filter(({ status, content }) => status === 'published' && (content.validTo === null || content.validTo > now))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  };
  return async () => {
    const revision = await store.knowledge.revision();
    if (last?.revision !== revision) {
      const rows = read();
      last = { revision, rows };
      rows.catch(() => {
        last = null;
      });
    }
    return last.rows;
  };
}

const SHOWN = 20;
/** What the engine finds less like the question than this is no find. */
const LIKE = 0.25;

/** What the bot would think of first, then whatever has the words. */
export function searchArticles(
  rows: readonly LiveRow[],
  { query, locale, knowledge }: { query: string; locale: Locale; knowledge: LiveKnowledge },
): LiveRow[] {
  const own = rows.filter((row) => row.locale === locale);
  const thought = knowledge
    .decide(query)
    .top.filter(({ score }) => score >= LIKE)
    .flatMap(({ id }) => own.find((row) => row.id === id) ?? []);
  const words = query.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean);
  const said = own.filter(({ content: { question, similar, answer, tags } }) => {
    const text = [question, ...similar, answer, ...tags].join('\n').normalize('NFKC').toLowerCase();
    return words.length > 0 && words.every((word) => text.includes(word));
  });
  return [...new Set([...thought, ...said])].slice(0, SHOWN);
}
