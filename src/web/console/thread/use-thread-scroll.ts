/** Where a thread stands: jumps to its end once, follows while it is there, holds still when older pages come in above. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

const END_PX = 80;
const TOP_PX = 300;

type Given = {
  /** Numbers of the first and last loaded activity. */
  first: number;
  last: number;
  outgoing: number;
  /** Whether the last activity is somebody else's. */
  foreign: boolean;
  onTop: () => void;
};

export function useThreadScroll({ first, last, outgoing, foreign, onTop }: Given) {
  const scroller = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const [news, setNews] = useState(0);
  const follow = useRef(true);
  const seen = useRef({ first, last, outgoing, height: 0 });

  const toEnd = useCallback(() => {
    const box = scroller.current;
    if (!box) return;
    follow.current = true;
    box.scrollTop = box.scrollHeight;
    setAtEnd(true);
    setNews(0);
  }, []);

  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const before = seen.current;
    const grown = box.scrollHeight - before.height;
    if (before.last === 0 || outgoing > before.outgoing) toEnd();
    else if (first < before.first) box.scrollTop += grown;
    else if (follow.current) toEnd();
    else if (last > before.last && foreign) setNews((count) => count + last - before.last);
    seen.current = { first, last, outgoing, height: box.scrollHeight };
  }, [first, last, outgoing, foreign, toEnd]);

  const onScroll = () => {
    const box = scroller.current;
    if (!box) return;
    const end = box.scrollHeight - box.scrollTop - box.clientHeight < END_PX;
    follow.current = end;
    setAtEnd(end);
    if (end) setNews(0);
    if (box.scrollTop < TOP_PX && last > 0) onTop();
  };

  // Images that load and a composer that grows must not push the end out of sight.
  const ready = last > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the elements exist once there is something to show
  useEffect(() => {
    const [box, content] = [scroller.current, inner.current];
    if (!box || !content) return;
    const observer = new ResizeObserver(() => {
      if (follow.current) box.scrollTop = box.scrollHeight;
      seen.current.height = box.scrollHeight;
    });
    observer.observe(content);
    observer.observe(box);
    return () => observer.disconnect();
  }, [ready]);

  return { scroller, inner, atEnd, news, toEnd, onScroll };
}
