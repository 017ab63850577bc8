/**
 * Grouped statements without a timer: a group is what arrived while the last one flew. One fsync then serves many
 * messages, and a lone message waits for nothing.
 */
export type Batcher<I, O> = { submit(item: I): Promise<O>; idle(): Promise<void> };

export type BatchOptions<I, O> = {
  maxSize: number;
  maxInFlight: number;
  /** Items of one key never fly in two groups at once, so that they land in the order in which they came. */
  keyOf(item: I): string;
  /** Answers one result per item, in order; it throws when the group failed as a whole. */
  run(items: I[]): Promise<O[]>;
};

type Waiting<I, O> = { item: I; resolve: (result: O) => void; reject: (error: unknown) => void };

export function createBatcher<I, O>({ maxSize, maxInFlight, keyOf, run }: BatchOptions<I, O>): Batcher<I, O> {
  let queue: Waiting<I, O>[] = [];
  const flying = new Set<string>();
  let inFlight = 0;
  let scheduled = false;
  let idlers: (() => void)[] = [];

  const schedule = () => {
    if (scheduled || queue.length === 0 || inFlight >= maxInFlight) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      flush();
    });
  };
  const nextGroup = () => {
    const group: Waiting<I, O>[] = [];
    queue = queue.filter((waiting) => {
      if (group.length === maxSize || flying.has(keyOf(waiting.item))) return true;
      group.push(waiting);
      return false;
    });
    return group;
  };
  const flush = () => {
    while (queue.length > 0 && inFlight < maxInFlight) {
      const group = nextGroup();
      if (group.length === 0) return;
      const keys = new Set(group.map(({ item }) => keyOf(item)));
      for (const key of keys) flying.add(key);
      inFlight++;
      void settle(group, run).finally(() => {
        inFlight--;
        for (const key of keys) flying.delete(key);
        schedule();
        if (inFlight === 0 && queue.length === 0) {
          for (const idler of idlers) idler();
          idlers = [];
        }
      });
    }
  };
  return {
    submit: (item) =>
      new Promise<O>((resolve, reject) => {
        queue.push({ item, resolve, reject });
        schedule();
      }),
    idle: () =>
      inFlight === 0 && queue.length === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve)),
  };
}

/** One bad row must not fail its neighbours: a group that failed is run again one by one, each with its own outcome. */
async function settle<I, O>(group: Waiting<I, O>[], run: (items: I[]) => Promise<O[]>): Promise<void> {
  try {
    const results = await run(group.map(({ item }) => item));
    group.forEach((waiting, index) => {
      waiting.resolve(results[index] as O);
    });
  } catch (error) {
    if (group.length === 1) {
      group[0]?.reject(error);
      return;
    }
    for (const waiting of group) await settle([waiting], run);
  }
}
