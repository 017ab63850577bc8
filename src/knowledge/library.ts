/** The published knowledge in memory: what finds, and what is found. A change is live at once and learnt whole soon after. */
import type { Locale } from '../domain/locale.ts';
import type { Article, Log } from '../ports.ts';
import { type Cost, costOf } from './cost.ts';
import { type AnswerDecision, type AnswerEngine, openEngine } from './engine.ts';
import { strictOf } from './rehearse.ts';
import {
  amendRoom,
  type CompiledRoom,
  compileRoom,
  ordersOf,
  type RoomOrder,
  type SynonymGroups,
  warmUp,
} from './room.ts';

export type Library = {
  decide(text: string): AnswerDecision;
  article(id: string, locale: Locale): Article | undefined;
  /** Takes in articles that were published or rewritten, and keys that are no longer; live when it resolves. */
  update(change: LibraryChange): Promise<void>;
  /** Decides by another knob or other synonyms; live when it resolves. */
  tune(tuning: Partial<Tuning>): Promise<void>;
  /** Resolves when what changed has been learnt whole. */
  settled(): Promise<void>;
  /** What each setting of the knob costs, and how honest the confidence is; undefined for a base too small to tell. */
  cost(): Cost | undefined;
  readonly size: number;
  /** Of the engine that decides now. */
  readonly revision: string;
};
type Key = Pick<Article, 'id' | 'locale'>;
export type LibraryChange = { changed: readonly Article[]; removed: readonly Key[] };
/** `targetWrong`: share of messages that may be answered wrong, 0..1; `synonyms`: the merchant's groups of words. */
export type Tuning = { targetWrong: number; synonyms: SynonymGroups };
/** `compile` does the slow work, elsewhere if it can. */
type Given = {
  targetWrong: number;
  synonyms?: SynonymGroups;
  compile: (order: RoomOrder) => Promise<CompiledRoom>;
  log?: Pick<Log, 'warn'>;
};

export async function buildLibrary(articles: readonly Article[], given: Given): Promise<Library> {
  const library = new Shelves(articles, given);
  await library.start();
  return library;
}

/** A language of fewer articles is learnt on the spot. */
const FEW = 5;
const keyOf = ({ id, locale }: Key): string => `${locale} ${id}`;

class Shelves implements Library {
  readonly #given: Given;
  #articles: ReadonlyMap<string, Article>;
  #tuning: Tuning;
  #rooms = new Map<Locale, CompiledRoom>();
  #engine: AnswerEngine;
  /** What is being learnt whole, until nothing changes meanwhile. */
  #learning: Promise<void> | undefined;
  /** Counts what changed, so that learning sees that it is late. */
  #changes = 0;

  constructor(articles: readonly Article[], given: Given) {
    this.#given = given;
    this.#tuning = { targetWrong: given.targetWrong, synonyms: given.synonyms ?? [] };
    this.#articles = new Map(articles.map((article) => [keyOf(article), article]));
    this.#engine = openEngine([]);
  }

  async start(): Promise<void> {
    const learning = this.#learn();
    for (const { locale } of this.#orders()) warmUp(locale);
    await learning;
  }

  get size(): number {
    return this.#articles.size;
  }

  get revision(): string {
    return this.#engine.revision;
  }

  decide(text: string): AnswerDecision {
    return this.#engine.decide(text);
  }

  article(id: string, locale: Locale): Article | undefined {
    return this.#articles.get(keyOf({ id, locale }));
  }

  async update({ changed, removed }: LibraryChange): Promise<void> {
    if (changed.length + removed.length === 0) return;
    this.#changes += 1;
    const articles = new Map(this.#articles);
    for (const key of removed) articles.delete(keyOf(key));
    for (const article of changed) articles.set(keyOf(article), article);
    this.#articles = articles;
    const locales = new Set([...changed, ...removed].map(({ locale }) => locale));
    const amended = [...locales].map((locale) => this.#amend(locale, { changed, removed }));
    this.#open();
    const whole = this.#learnSoon();
    if (amended.includes(false)) await whole;
  }

  async tune(tuning: Partial<Tuning>): Promise<void> {
    this.#changes += 1;
    const { synonyms } = this.#tuning;
    this.#tuning = { ...this.#tuning, ...tuning };
    this.#open();
    if (JSON.stringify(synonyms) !== JSON.stringify(this.#tuning.synonyms)) await this.#learnSoon();
  }

  cost(): Cost | undefined {
    return costOf([...this.#rooms.values()].flatMap(({ learnt }) => ('trials' in learnt ? (learnt.trials ?? []) : [])));
  }

  async settled(): Promise<void> {
    await this.#learning;
  }

  /** Changes one language without learning it whole; false where that cannot be done. */
  #amend(locale: Locale, { changed, removed }: LibraryChange): boolean {
    let count = 0;
    for (const article of this.#articles.values()) if (article.locale === locale) count += 1;
    if (count <= FEW) {
      this.#rooms.delete(locale);
      const order = this.#orders().find((one) => one.locale === locale);
      if (order) this.#rooms.set(locale, compileRoom(order));
      return true;
    }
    const room = this.#rooms.get(locale);
    const amended =
      room &&
      amendRoom(room, {
        changed: changed.filter((article) => article.locale === locale),
        removed: removed.filter((key) => key.locale === locale).map(({ id }) => id),
        find: (id) => this.#articles.get(keyOf({ id, locale })),
      });
    if (amended) this.#rooms.set(locale, amended);
    return amended !== undefined;
  }

  /** Learns the whole beside what goes on; a failure leaves what is live. */
  #learnSoon(): Promise<void> {
    this.#learning ??= this.#learn()
      .catch((error: unknown) => {
        this.#given.log?.warn({ err: error }, 'the knowledge could not be learnt whole: it answers as amended');
      })
      .finally(() => {
        this.#learning = undefined;
      });
    return this.#learning;
  }

  async #learn(): Promise<void> {
    let seen = -1;
    let learnt: [Locale, CompiledRoom][] = [];
    while (seen !== this.#changes) {
      seen = this.#changes;
      learnt = await Promise.all(
        this.#orders().map(async (order) => [order.locale, await this.#given.compile(order)] as [Locale, CompiledRoom]),
      );
    }
    this.#rooms = new Map(learnt);
    this.#open();
  }

  #orders(): RoomOrder[] {
    return ordersOf([...this.#articles.values()], this.#tuning);
  }

  #open(): void {
    this.#engine = openEngine([...this.#rooms.values()], {
      targetWrong: this.#tuning.targetWrong,
      strict: strictOf([...this.#articles.values()]),
    });
  }
}
