/** Working hours and policies as the console reads them, and spans of a day as people write them. */
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../ui/api.ts';
import { queryClient } from '../data/queries.ts';

export type Span = { opens: number; closes: number };

export const calendarsQuery = queryOptions({
  queryKey: ['rules', 'calendars'] as const,
  queryFn: ({ signal }) => api('GET /api/v1/calendars', { signal }),
  staleTime: 0,
});
export const inboxClocksQuery = queryOptions({
  queryKey: ['rules', 'inboxes'] as const,
  queryFn: async ({ signal }) => (await api('GET /api/v1/inbox-clocks', { signal })).items,
  staleTime: 0,
});
export const policiesQuery = queryOptions({
  queryKey: ['rules', 'policies'] as const,
  queryFn: async ({ signal }) => (await api('GET /api/v1/sla/policies', { signal })).items,
  staleTime: 0,
});

export function rulesChanged(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: ['rules'] });
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** `09:00-12:00, 13:00-18:00`; empty for a day off. */
export function spansText(spans: readonly Span[]): string {
  return spans.map(({ opens, closes }) => `${clock(opens)}-${clock(closes)}`).join(', ');
}

/** null when it cannot be read, or spans overlap; full-width forms and `～` are understood. */
export function readSpans(text: string): Span[] | null {
  const parts = text
    .normalize('NFKC')
    .split(/[,、;\s]+(?![-~])/)
    .filter(Boolean);
  const spans = parts.map(readSpan).sort((a, b) => (a?.opens ?? 0) - (b?.opens ?? 0));
  const isGood = spans.every((span, n) => span !== null && span.opens >= (spans[n - 1]?.closes ?? 0));
  return isGood ? (spans as Span[]) : null;
}

function readSpan(text: string): Span | null {
  const match = /^(\d{1,2})(?::(\d{2}))?\s*[-~–—]\s*(\d{1,2})(?::(\d{2}))?$/.exec(text);
  if (!match) return null;
  const [, h1, m1 = '0', h2, m2 = '0'] = match;
  const [opens, closes] = [Number(h1) * 60 + Number(m1), Number(h2) * 60 + Number(m2)];
  return Number(m1) < 60 && Number(m2) < 60 && opens < closes && closes <= 1440 ? { opens, closes } : null;
}
