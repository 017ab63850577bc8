/** The order in which rows are shown: while it is held, rows stay where they are and news wait to be let in. */
import { useLayoutEffect, useRef } from 'react';

export type CalmOrder = { order: string[]; fresh: number };

/** `keep` stays in the list, even when it left the view, until another one is opened. */
export function calmOrder(given: {
  previous: readonly string[];
  ids: readonly string[];
  held: boolean;
  keep: string | null;
}): CalmOrder {
  const { previous, ids, held, keep } = given;
  const present = new Set(ids);
  if (!held || previous.length === 0) {
    const order = [...ids];
    const at = keep === null || present.has(keep) ? -1 : previous.indexOf(keep);
    if (at !== -1 && keep !== null) order.splice(Math.min(at, order.length), 0, keep);
    return { order, fresh: 0 };
  }
  const shown = previous.filter((id) => present.has(id) || id === keep);
  const known = new Set(shown);
  const end = ids.findLastIndex((id) => known.has(id));
  // What comes after all that is shown moves nothing.
  const below = ids.slice(end + 1);
  return {
    order: [...shown, ...below],
    fresh: ids.length - below.length - shown.filter((id) => present.has(id)).length,
  };
}

export function useCalmOrder(items: readonly { id: string }[], held: boolean, keep: string | null): CalmOrder {
  const previous = useRef<readonly string[]>([]);
  const calm = calmOrder({ previous: previous.current, ids: items.map((item) => item.id), held, keep });
  useLayoutEffect(() => {
    previous.current = calm.order;
  });
  return calm;
}
