/** Storage that never throws: the browser's where it is allowed, else memory for the life of the page. */

export type Memory = {
  get(key: string): string | null;
  /** Null forgets the key. */
  set(key: string, value: string | null): void;
  keys(): string[];
};

export function openMemory(): Memory {
  const fallback = new Map<string, string>();
  return {
    get(key) {
      try {
        return localStorage.getItem(key) ?? fallback.get(key) ?? null;
      } catch {
        return fallback.get(key) ?? null;
      }
    },
    set(key, value) {
      fallback.delete(key);
      try {
        if (value === null) localStorage.removeItem(key);
        else localStorage.setItem(key, value);
      } catch {
        if (value !== null) fallback.set(key, value);
      }
    },
    keys() {
      try {
        return [...Object.keys(localStorage), ...fallback.keys()];
      } catch {
        return [...fallback.keys()];
      }
    },
  };
}
