/** The seam between the store and its engine: nothing above it knows whether PGlite or PostgreSQL answers. */

/** Rows with int8 as number, timestamps as ISO strings (UTC), json as values, bytea as Uint8Array; on both engines. */
export type Query = <R>(text: string, values?: readonly unknown[], name?: string) => Promise<R[]>;

export type Db = {
  readonly engine: 'pglite' | 'postgres';
  /** `name` makes it a prepared statement where the engine has such. */
  query: Query;
  /** Never await the network or a model inside. */
  tx<T>(work: (query: Query) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

function sqlState(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

const TRANSIENT = new Set(['40P01', '40001', '55P03', '57014']);

/** Deadlock, serialization failure or lock time-out: the same statement may be tried again. */
function isTransient(error: unknown): boolean {
  return TRANSIENT.has(sqlState(error));
}

export function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === '23505';
}

/** The connection went away or the server is (re)starting: what was sent may or may not have happened. */
export function isConnectionLoss(error: unknown): boolean {
  const state = sqlState(error);
  return (
    state.startsWith('08') ||
    /^57P0[1-3]$/.test(state) ||
    /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND)/.test(state) ||
    (error instanceof Error && /Connection terminated|connection timeout|not queryable/i.test(error.message))
  );
}

/** Repeats `work` on transient errors, with jitter, at most five times. `work` must be safe to repeat. */
export async function retryTransient<T>(work: () => Promise<T>, random: () => number): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= 5 || !isTransient(error)) throw error;
      await new Promise((resume) => setTimeout(resume, random() * 10 * 2 ** attempt));
    }
  }
}
