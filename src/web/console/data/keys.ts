/** Names of everything in the query cache. */
import type { View } from '../../../contract/shapes.ts';

export const keys = {
  me: ['me'] as const,
  counts: ['counts'] as const,
  agents: ['agents'] as const,
  lists: ['list'] as const,
  list: (view: View) => ['list', view] as const,
  conversation: (id: string) => ['conversation', id] as const,
  window: (id: string) => ['window', id] as const,
  activities: (id: string) => ['activities', id] as const,
};
