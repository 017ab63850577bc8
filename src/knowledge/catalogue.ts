import { amend, type Bm25, indexBm25, search } from './bm25.ts';
import type { Ranker, Ranking } from './evidence.ts';
import type { Language } from './language.ts';
import { lookUp } from './token-table.ts';
import { weigh } from './vector.ts';

/** The ranker for large bases: BM25 finds candidates, cosines to their questions order and judge them. */

const CATALOGUE = { candidates: 20, cosine: 0.6, keep: 10 };

/** What was indexed, enough to rank with. */
export type Catalogue = { texts: string[]; entryOf: Int32Array; index: Bm25; entries: number };

/** Indexes the questions of each entry. */
export function indexCatalogue(questions: readonly (readonly string[])[], language: Language): Catalogue {
  const texts = questions.flat();
  const entryOf = Int32Array.from(questions.flatMap((own, entry) => own.map(() => entry)));
  return { texts, entryOf, index: indexBm25(termLists(texts, language)), entries: questions.length };
}

/** The catalogue over other entries: `from` is the old number of each, -1 for one that is new or rewritten to `added`. */
export function amendCatalogue(
  { texts, entryOf, index }: Catalogue,
  { from, added }: { from: Int32Array; added: readonly { entry: number; questions: readonly string[] }[] },
  language: Language,
): Catalogue {
  const now = new Map([...from.entries()].filter(([, old]) => old >= 0).map(([entry, old]) => [old, entry]));
  const fresh = added.flatMap(({ entry, questions }) => questions.map((text) => ({ entry, text })));
  const kept = [...texts.keys()].filter((at) => now.has(entryOf[at] as number));
  return {
    texts: [...kept.map((at) => texts[at] as string), ...fresh.map(({ text }) => text)],
    entryOf: Int32Array.from([
      ...kept.map((at) => now.get(entryOf[at] as number) as number),
      ...fresh.map(({ entry }) => entry),
    ]),
    index: amend(index, (document) => now.has(entryOf[document] as number), [
      ...termLists(
        fresh.map(({ text }) => text),
        language,
      ),
    ]),
    entries: from.length,
  };
}

/** Ranks with what was indexed. */
export function openCatalogue({ texts, entryOf, index, entries }: Catalogue, language: Language): Ranker {
  return {
    rank: (text) => {
      const terms = language.terms(text);
      const hits = search(index, terms, CATALOGUE.candidates);
      const highest = Math.max(1e-9, hits[0]?.score ?? 0);
      const message = unit(text, language);
      const found = new Map<number, { score: number; nearest: number }>();
      for (const { document, score } of hits) {
        const entry = entryOf[document] as number;
        const nearest = cosine(message, unit(texts[document] ?? '', language));
        const blended =
          CATALOGUE.cosine * nearest + (1 - CATALOGUE.cosine) * (score / highest) * Math.max(nearest, 0.2);
        const known = found.get(entry);
        if (known === undefined || known.score < blended) found.set(entry, { score: blended, nearest });
      }
      const known =
        terms.length === 0 ? 0 : terms.filter((term) => lookUp(index.terms, term) >= 0).length / terms.length;
      return ranking(found, {
        known,
        tokens: message.size,
        entries,
        questions: texts.length,
        chinese: language.chinese,
      });
    },
  };
}

function* termLists(texts: readonly string[], language: Language): Generator<string[]> {
  for (const text of texts) yield language.terms(text);
}

/** Entries the index found nothing for follow in stored order, so that there is always something to show. */
function ranking(
  found: ReadonlyMap<number, { score: number; nearest: number }>,
  base: { known: number; tokens: number; entries: number; questions: number; chinese: boolean },
): Ranking {
  const order = [...found.keys()].sort((a, b) => (found.get(b)?.score ?? 0) - (found.get(a)?.score ?? 0) || a - b);
  for (let entry = 0; order.length < CATALOGUE.keep && entry < base.entries; entry += 1) {
    if (!found.has(entry)) order.push(entry);
  }
  const first = found.get(order[0] ?? -1);
  const second = found.get(order[1] ?? -1);
  return {
    order,
    scores: order.map((entry) => Math.min(1, found.get(entry)?.score ?? 0)),
    evidence: {
      ranker: 'catalogue',
      probability: undefined,
      none: 0,
      nearest: first?.nearest ?? 0,
      centroid: first?.nearest ?? 0,
      lead: (first?.score ?? 0) - (second?.score ?? 0),
      nearestLead: (first?.nearest ?? 0) - (second?.nearest ?? 0),
      known: base.known,
      tokens: base.tokens,
      entries: base.entries,
      questionsPerEntry: base.questions / base.entries,
      chinese: base.chinese,
    },
  };
}

function unit(text: string, language: Language): Map<string, number> {
  const { weights, square } = weigh(text, language);
  const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
  for (const [token, weight] of weights) weights.set(token, weight * scale);
  return weights;
}

function cosine(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const [token, weight] of a) sum += weight * (b.get(token) ?? 0);
  return sum;
}
