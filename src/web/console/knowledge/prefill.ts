/** What a new article begins with when it comes from a gap or from its twin in the other language. */
import type { Locale } from '../../../domain/locale.ts';

export type Prefill = {
  locale: Locale;
  question: string;
  category: string;
  similar: string[];
  id?: string;
  gap?: { key: string; locale: Locale };
};

let waiting: Prefill | null = null;

export function offerPrefill(prefill: Prefill): void {
  waiting = prefill;
}

/** Once: whoever opens the page again begins with nothing. */
export function takePrefill(): Prefill | null {
  const given = waiting;
  waiting = null;
  return given;
}
