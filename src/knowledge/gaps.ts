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
type Cluster = { wordings: Wording[]; square: number };
/** Of each token, the sums of the clusters that have it. */
type Index = Map<string, Map<number, number>>;

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
  const index: Index = new Map();
  for (const [at, wording] of wordings.entries()) {
    if (at % STEP === STEP - 1) await breathe();
    const home = nearest(wording, clusters, index);
    if (home === null) clusters.push({ wordings: [], square: 0 });
    join({ clusters, index }, home ?? { at: clusters.length - 1, dot: 0 }, wording);
  }
  return clusters.map((cluster, at) => gapOf(locale, cluster, (wording) => cosineTo({ at, cluster, index }, wording)));
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
  const thought = near(question).filter(({ score }) => score > 0);
  const share = thought.length > 0 ? THOUGHT_SHARE : 0;
  const scale = Math.sqrt((1 - share) / square);
  for (const [token, weight] of weights) vector.set(token, weight * scale);
  const length = Math.sqrt(thought.reduce((sum, { score }) => sum + score ** 2, 0));
  for (const { id, score } of thought) vector.set(`\0${id}`, (score / length) * Math.sqrt(share));
  return vector;
}

/** Sums of all clusters at once, token by token: only clusters that share a token are looked at. */
function nearest(wording: Wording, clusters: readonly Cluster[], index: Index): { at: number; dot: number } | null {
  const dots = new Map<number, number>();
  for (const [token, weight] of wording.vector)
    for (const [at, sum] of index.get(token) ?? []) dots.set(at, (dots.get(at) ?? 0) + weight * sum);
  let best: { at: number; dot: number; cosine: number } | null = null;
  for (const [at, dot] of dots) {
    const cosine = dot / Math.sqrt((clusters[at] as Cluster).square);
    if (cosine >= SAME && (best === null || cosine > best.cosine)) best = { at, dot, cosine };
  }
  return best;
}

/** The square of the new length follows from the dot product: a wording has length one. */
function join(
  { clusters, index }: { clusters: readonly Cluster[]; index: Index },
  { at, dot }: { at: number; dot: number },
  wording: Wording,
): void {
  const cluster = clusters[at] as Cluster;
  cluster.wordings.push(wording);
  cluster.square += 2 * dot + 1;
  for (const [token, weight] of wording.vector) {
    const sums = index.get(token) ?? new Map<number, number>();
    index.set(token, sums);
    sums.set(at, (sums.get(at) ?? 0) + weight);
  }
}

function cosineTo({ at, cluster, index }: { at: number; cluster: Cluster; index: Index }, { vector }: Wording): number {
  let dot = 0;
  for (const [token, weight] of vector) dot += weight * (index.get(token)?.get(at) ?? 0);
  return dot / Math.sqrt(cluster.square);
}

const customersOf = (asks: readonly Ask[]): number => new Set(asks.map(({ customerId }) => customerId)).size;

function gapOf(locale: Locale, cluster: Cluster, nearness: (wording: Wording) => number): Gap {
  // Near the middle, and asked by many.
  const typicality = (wording: Wording) => nearness(wording) * (1 + Math.log(customersOf(wording.asks)));
  const typical = cluster.wordings
    .map((wording) => ({ wording, worth: typicality(wording) }))
    .reduce((best, one) => (one.worth > best.worth ? one : best)).wording;
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
