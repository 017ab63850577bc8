/** What is published anywhere is answered here within a second: hints make it quick, a look at the numbers makes it sure. */
import type { Library } from '../knowledge/library.ts';
import type { Live, Log } from '../ports.ts';
import type { Store } from '../store/store.ts';

/** Another process may commit a lower number after a higher one was read: so far each look goes back. */
const LOOK_BACK = 200;
const MAX_KNOWN = 10 * LOOK_BACK;

type Articles = Pick<Store['articles'], 'changed'>;
type Head = { id: string; locale: string; revision: number };
/** The changes that were read, oldest first, and the newest number among them. */
export type Seen = { known: Set<string>; newest: number };
export type KnowledgeFeed = { start(): void; stop(): Promise<void> };
type Deps = {
  articles: Articles;
  library: Pick<Library, 'update'>;
  live: Live;
  log: Log;
  /** What was there before the library was built. */
  seen: Seen;
  /** How often to look without a hint; never where no other process writes. */
  periodMs: number | null;
};

const nameOf = ({ id, locale, revision }: Head): string => `${locale} ${id} ${revision}`;

/** What is there now; read it before the articles, so that a change between the two is read twice and not never. */
export async function seeArticles(articles: Articles, newest: number): Promise<Seen> {
  const seen: Seen = { known: new Set(), newest };
  await articles.changed(newest - LOOK_BACK, (head) => learn(seen, head));
  return seen;
}

function learn(seen: Seen, head: Head): true {
  seen.known.add(nameOf(head));
  seen.newest = Math.max(seen.newest, head.revision);
  const [oldest] = seen.known;
  if (seen.known.size > MAX_KNOWN && oldest !== undefined) seen.known.delete(oldest);
  return true;
}

export function createKnowledgeFeed({ articles, library, live, log, seen, periodMs }: Deps): KnowledgeFeed {
  let failing = false;
  let again = false;
  let reading: Promise<void> | undefined;
  const readOnce = async (): Promise<void> => {
    const rows = await articles.changed(seen.newest - LOOK_BACK, (head) => seen.known.has(nameOf(head)));
    await library.update({
      changed: rows.filter((row) => row.live),
      removed: rows.filter((row) => !row.live),
    });
    for (const row of rows) learn(seen, row);
  };
  const readAll = async (): Promise<void> => {
    try {
      do {
        again = false;
        await readOnce();
      } while (again);
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, 'changed articles could not be read; trying again');
      failing = true;
    }
  };
  const read = (): void => {
    again = true;
    reading ??= readAll().finally(() => {
      reading = undefined;
      if (again) read(); // a hint that came while the last look was ending
    });
  };
  let timer: NodeJS.Timeout | undefined;
  let leave = (): void => {};
  return {
    start: () => {
      const unsubscribe = live.subscribe((event) => {
        if (event.kind === 'knowledge') read();
      });
      const unsync = live.onResync(read);
      leave = () => {
        unsubscribe();
        unsync();
      };
      if (periodMs !== null) timer = setInterval(read, periodMs).unref();
      read();
    },
    stop: async () => {
      clearInterval(timer);
      leave();
      await reading;
    },
  };
}
