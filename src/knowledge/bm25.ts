import { copyTable, createTable, enter, lookUp, type TokenTable } from './token-table.ts';

/**
 * Okapi BM25 (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework") on typed arrays, for bases too large
 * for a classifier: every stored question is a document, `k1` 1.2, `b` 0.4.
 */

export type Bm25 = {
  terms: TokenTable;
  starts: Int32Array;
  documents: Int32Array;
  /** Saturated term frequency times idf, ready to add. */
  values: Float32Array;
  idf: Float32Array;
  /** How many documents there are. */
  count: number;
};

const K1 = 1.2;
const B = 0.4;
/** Longest posting list that is walked while rarer terms are there: a word in that many questions ranks little. */
const COMMON = 20_000;

export type Hit = { document: number; score: number };

/** Indexes one token list per document. */
export function indexBm25(documents: Iterable<readonly string[]>): Bm25 {
  const terms = createTable();
  const owners: number[] = [];
  const ids: number[] = [];
  const lengths: number[] = [];
  let document = 0;
  for (const tokens of documents) {
    for (const token of tokens) {
      let id = lookUp(terms, token);
      if (id < 0) {
        id = terms.size;
        enter(terms, token, id);
      }
      ids.push(id);
      owners.push(document);
    }
    lengths.push(tokens.length);
    document += 1;
  }
  return weigh(terms, { ids, owners, lengths });
}

function weigh(terms: TokenTable, raw: { ids: number[]; owners: number[]; lengths: number[] }): Bm25 {
  const { ids, owners, lengths } = raw;
  const count = lengths.length;
  const average = ids.length / Math.max(1, count);
  const starts = new Int32Array(terms.size + 1);
  for (const id of ids) starts[id + 1] = (starts[id + 1] as number) + 1;
  for (let id = 0; id < terms.size; id += 1) starts[id + 1] = (starts[id + 1] as number) + (starts[id] as number);
  const next = starts.slice();
  const documents = new Int32Array(ids.length);
  for (let at = 0; at < ids.length; at += 1) {
    const id = ids[at] as number;
    documents[next[id] as number] = owners[at] as number;
    next[id] = (next[id] as number) + 1;
  }
  const values = new Float32Array(ids.length);
  const idf = new Float32Array(terms.size);
  for (let id = 0; id < terms.size; id += 1) {
    const from = starts[id] as number;
    const to = starts[id + 1] as number;
    idf[id] = Math.log(1 + (count - (to - from) + 0.5) / (to - from + 0.5));
    for (let slot = from; slot < to; slot += 1) {
      const norm = K1 * (1 - B + (B * (lengths[documents[slot] as number] as number)) / average);
      values[slot] = ((idf[id] as number) * (K1 + 1)) / (1 + norm);
    }
  }
  return { terms, starts, documents, values, idf, count };
}

/**
 * The index without the documents that `keep` refuses and with new ones at the end. How common a term is stays as it was
 * counted; a term not seen before counts as one of a single document.
 */
export function amend(index: Bm25, keep: (document: number) => boolean, added: readonly (readonly string[])[]): Bm25 {
  const place = new Int32Array(index.count).fill(-1);
  let kept = 0;
  for (let document = 0; document < index.count; document += 1) if (keep(document)) place[document] = kept++;
  const terms = copyTable(index.terms);
  const postings = new Map<number, number[]>();
  added.forEach((tokens, at) => {
    for (const token of tokens) {
      let id = lookUp(terms, token);
      if (id < 0) {
        id = terms.size;
        enter(terms, token, id);
      }
      postings.set(id, [...(postings.get(id) ?? []), kept + at]);
    }
  });
  const average = index.documents.length / Math.max(1, index.count);
  const alone = Math.log(1 + (index.count - 0.5) / 1.5);
  const idf = Float32Array.from({ length: terms.size }, (_, id) => index.idf[id] ?? alone);
  const room = index.documents.length + added.reduce((sum, tokens) => sum + tokens.length, 0);
  const starts = new Int32Array(terms.size + 1);
  const documents = new Int32Array(room);
  const values = new Float32Array(room);
  let at = 0;
  for (let id = 0; id < terms.size; id += 1) {
    for (let slot = index.starts[id] ?? 0; slot < (index.starts[id + 1] ?? 0); slot += 1) {
      const to = place[index.documents[slot] as number] as number;
      if (to < 0) continue;
      documents[at] = to;
      values[at++] = index.values[slot] as number;
    }
    for (const document of postings.get(id) ?? []) {
      const norm = K1 * (1 - B + (B * (added[document - kept] as readonly string[]).length) / average);
      documents[at] = document;
      values[at++] = ((idf[id] as number) * (K1 + 1)) / (1 + norm);
    }
    starts[id + 1] = at;
  }
  return {
    terms,
    starts,
    documents: documents.slice(0, at),
    values: values.slice(0, at),
    idf,
    count: kept + added.length,
  };
}

/** The `limit` best documents for the tokens, best first; ties go to the earlier document. */
export function search(index: Bm25, tokens: readonly string[], limit: number): Hit[] {
  const scores = scratch(index.count);
  const known = [...new Set(tokens)].map((token) => lookUp(index.terms, token)).filter((id) => id >= 0);
  const rare = known.filter((id) => sizeOf(index, id) <= COMMON);
  const used = rare.length > 0 ? rare : known;
  const touched: number[] = [];
  for (const id of used) {
    for (let slot = index.starts[id] as number; slot < (index.starts[id + 1] as number); slot += 1) {
      const document = index.documents[slot] as number;
      if (scores[document] === 0) touched.push(document);
      scores[document] = (scores[document] as number) + (index.values[slot] as number);
    }
  }
  const hits = best(touched, scores, limit);
  for (const document of touched) scores[document] = 0;
  return hits;
}

let zeros = new Float32Array(0);

/** All zero; whoever writes to it wipes what was written. */
function scratch(size: number): Float32Array {
  if (zeros.length < size) zeros = new Float32Array(size);
  return zeros;
}

const sizeOf = (index: Bm25, id: number): number => (index.starts[id + 1] as number) - (index.starts[id] as number);

function best(touched: readonly number[], scores: Float32Array, limit: number): Hit[] {
  const kept: Hit[] = [];
  let floor = 0;
  const worseFirst = (a: Hit, b: Hit): number => b.score - a.score || a.document - b.document;
  for (const document of touched) {
    const score = scores[document] as number;
    if (kept.length >= limit && score <= floor) continue;
    kept.push({ document, score });
    if (kept.length < 4 * limit) continue;
    kept.sort(worseFirst).length = limit;
    floor = kept[limit - 1]?.score ?? 0;
  }
  return kept.sort(worseFirst).slice(0, limit);
}
