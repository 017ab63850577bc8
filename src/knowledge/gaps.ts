/**
 * Questions without an answer, gathered by what they ask: leader clustering (Hartigan 1975) over the engine's own
 * weighted tokens, the commonest questions first, so that the same questions always make the same gaps.
 */
import type { Locale } from '../domain/locale.ts';
import { languageWith } from './language.ts';
import { normalise } from './normalise.ts';
import { weigh } from './vector.ts';

/** One time it was asked. */
export type Ask = {
  question: string;
  locale: Locale;
  customerId: string;
  conversationId: string;
  seq: number;
  at: string;
  why: 'abstained' | 'unclear' | 'rated-badly';
};
export type Gap = {
  locale: Locale;
  /** The normalised form of its most typical question: names it for as long as that is asked. */
  key: string;
  /** Distinct normalised questions. */
  keys: string[];
  /** Its most typical question as a customer wrote it. */
  question: string;
  customers: number;
  asks: Ask[];
};

/** What the engine ranks first for a question, whether or not it would answer. */
export type Near = (question: string) => readonly { id: string; score: number }[];
/** `breathe` lets others run between steps. */
type Means = { near: Near; breathe: () => Promise<void> };

/** Cosine from which on a question belongs to a gap, between many small gaps and few that mix (on the shipped golden questions). */
const SAME = 0.45;
const MAX_CHARS = 200;
/**
 * Share of the squared length that says which entries a question makes one think of (explicit semantic analysis,
 * Gabrilovich & Markovitch 2007): other words for the same thing bring the same entries to mind.
 */
const THOUGHT_SHARE = 0.4;

/** The same question by anyone, once folded. */
export const gapKey = (question: string): string => normalise(question.slice(0, MAX_CHARS)).key;

type Wording = { key: string; asks: Ask[]; vector: Map<string, number> };
type Cluster = { wordings: Wording[]; sum: Map<string, number>; length: number };

/** Ranked by distinct customers, then by how often, then by what was asked last. */
export async function clusterGaps(asks: readonly Ask[], { near, breathe }: Means): Promise<Gap[]> {
  const gaps: Gap[] = [];
  for (const locale of ['zh-CN', 'en'] as const) {
    const own = asks.filter((ask) => languageOf(ask) === locale);
    gaps.push(...(await clusterIn(locale, own, { near, breathe })));
  }
  return gaps.sort(
    (a, b) => b.customers - a.customers || b.asks.length - a.asks.length || (lastOf(a) < lastOf(b) ? 1 : -1),
  );
}

/** By what was written; a conversation's language decides where there are no letters. */
function languageOf({ question, locale }: Ask): Locale {
  if (/\p{Script=Han}/u.test(question)) return 'zh-CN';
  return /[a-z]{2}/i.test(question) ? 'en' : locale;
}

const lastOf = ({ asks }: Gap): string =>
  asks
    .map(({ at }) => at)
    .sort()
    .at(-1) ?? '';
const STEP = 200;

async function clusterIn(locale: Locale, asks: readonly Ask[], { near, breathe }: Means): Promise<Gap[]> {
  const wordings = await wordingsOf(locale, asks, { near, breathe });
  const clusters: Cluster[] = [];
  const byToken = new Map<string, number[]>();
  for (const [at, wording] of wordings.entries()) {
    if (at % STEP === STEP - 1) await breathe();
    const home = nearest(wording, clusters, { byToken, limit: SAME });
    const index = home ?? clusters.push({ wordings: [], sum: new Map(), length: 0 }) - 1;
    join(clusters[index] as Cluster, wording);
    for (const token of wording.vector.keys()) {
      const known = byToken.get(token);
      if (!known) byToken.set(token, [index]);
      else if (!known.includes(index)) known.push(index);
    }
  }
  return clusters.map((cluster) => gapOf(locale, cluster));
}

/** Distinct wordings, those of most customers first; what has nothing but greetings in it is none. */
async function wordingsOf(locale: Locale, asks: readonly Ask[], { near, breathe }: Means): Promise<Wording[]> {
  const groups = Map.groupBy(asks, ({ question }) => gapKey(question));
  groups.delete('');
  const wordings: Wording[] = [];
  for (const [key, own] of groups) {
    if (wordings.length % READ === READ - 1) await breathe();
    wordings.push({ key, asks: own, vector: vectorOf(own[0]?.question ?? '', locale, near) });
  }
  return wordings
    .filter(({ vector }) => vector.size > 0)
    .sort(
      (a, b) => customersOf(b.asks) - customersOf(a.asks) || b.asks.length - a.asks.length || (a.key < b.key ? -1 : 1),
    );
}
const READ = 20;

/** The engine's tokens, and the entries it would think of first. */
function vectorOf(question: string, locale: Locale, near: Near): Map<string, number> {
  const { text } = normalise(question.slice(0, MAX_CHARS));
  const { weights, square } = weigh(text, languageWith(locale, []));
  const vector = new Map<string, number>();
  if (square === 0) return vector;
  const scale = Math.sqrt((1 - THOUGHT_SHARE) / square);
  for (const [token, weight] of weights) vector.set(token, weight * scale);
  const thought = near(question);
  const length = Math.sqrt(thought.reduce((sum, { score }) => sum + score ** 2, 0));
  for (const { id, score } of thought)
    if (score > 0) vector.set(`\0${id}`, (score / length) * Math.sqrt(THOUGHT_SHARE));
  return vector;
}

function nearest(
  wording: Wording,
  clusters: readonly Cluster[],
  { byToken, limit }: { byToken: ReadonlyMap<string, number[]>; limit: number },
): number | null {
  const candidates = new Set([...wording.vector.keys()].flatMap((token) => byToken.get(token) ?? []));
  let best: { index: number; cosine: number } | null = null;
  for (const index of candidates) {
    const cosine = cosineTo(clusters[index] as Cluster, wording);
    if (cosine >= limit && (best === null || cosine > best.cosine)) best = { index, cosine };
  }
  return best?.index ?? null;
}

function cosineTo(cluster: Cluster, { vector }: Wording): number {
  let dot = 0;
  for (const [token, weight] of vector) dot += weight * (cluster.sum.get(token) ?? 0);
  return dot / cluster.length;
}

function join(cluster: Cluster, wording: Wording): void {
  cluster.wordings.push(wording);
  for (const [token, weight] of wording.vector) cluster.sum.set(token, (cluster.sum.get(token) ?? 0) + weight);
  let square = 0;
  for (const weight of cluster.sum.values()) square += weight * weight;
  cluster.length = Math.sqrt(square);
}

const customersOf = (asks: readonly Ask[]): number => new Set(asks.map(({ customerId }) => customerId)).size;

function gapOf(locale: Locale, cluster: Cluster): Gap {
  const typical = cluster.wordings.reduce((best, one) =>
    typicality(cluster, one) > typicality(cluster, best) ? one : best,
  );
  const asks = cluster.wordings.flatMap((wording) => wording.asks);
  return {
    locale,
    key: typical.key,
    keys: cluster.wordings.map(({ key }) => key),
    question: typical.asks[0]?.question ?? typical.key,
    customers: customersOf(asks),
    asks: asks.sort((a, b) => (a.at < b.at ? 1 : -1)),
  };
}

/** Near the middle, and asked by many. */
function typicality(cluster: Cluster, wording: Wording): number {
  return cosineTo(cluster, wording) * (1 + Math.log(customersOf(wording.asks)));
}
