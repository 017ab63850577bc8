/** What may be said about a promise in each state. */
import type { PromiseShape } from '../../../contract/clocks.ts';

export type Settlement = 'open' | 'kept' | 'waived' | 'dismissed';
/** The likeliest first. */
export const OFFERS: Partial<Record<PromiseShape['state'], readonly Settlement[]>> = {
  proposed: ['open', 'dismissed'],
  open: ['kept', 'waived'],
  broken: ['kept', 'waived'],
};

/** Whether somebody still has to do something about it. */
export function isPending({ state }: PromiseShape): boolean {
  return OFFERS[state] !== undefined;
}
