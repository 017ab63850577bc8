/** The rows that can be seen, of a list as long as it likes to be. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationShape } from '../../../contract/shapes.ts';
import { ConversationRow, ROW_HEIGHT } from './conversation-row.tsx';

type Props = {
  rows: readonly ConversationShape[];
  inView: ReadonlyMap<string, ConversationShape>;
  selected: string | null;
  /** How many new ones wait to be let in. */
  fresh: number;
  /** Rows in all, or -1 while the server has more. */
  total: number;
  loadingMore: boolean;
  onOpen: (id: string) => void;
  onHold: (held: boolean) => void;
  onEnd: () => void;
};

export function RowList({ rows, inView, selected, fresh, total, loadingMore, onOpen, onHold, onEnd }: Props) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6,
    getItemKey: (index) => rows[index]?.id ?? index,
    useFlushSync: false,
  });
  const visible = virtual.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 8) onEnd();
  }, [last, rows.length, onEnd]);
  const at = rows.findIndex((row) => row.id === selected);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when another conversation is opened, not when rows move
  useEffect(() => {
    if (at !== -1) virtual.scrollToIndex(at, { align: 'auto' });
  }, [selected]);
  const letIn = useHold(scroller, onHold);
  return (
    <div className="rows-wrap">
      {fresh > 0 ? (
        <button type="button" className="pill rows-fresh" onClick={letIn}>
          {t('list.newItems', { n: fresh })}
        </button>
      ) : null}
      <div className="rows" ref={scroller}>
        <ol style={{ height: virtual.getTotalSize() }} className="rows-all">
          {visible.map((item) => {
            const row = rows[item.index];
            return row ? (
              <li
                key={item.key}
                className="row-slot"
                aria-setsize={total}
                aria-posinset={item.index + 1}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <ConversationRow row={row} selected={row.id === selected} left={!inView.has(row.id)} onOpen={onOpen} />
              </li>
            ) : null;
          })}
        </ol>
        <p className="rows-end muted">{loadingMore ? t('app.loading') : total === -1 ? '' : t('list.end')}</p>
      </div>
    </div>
  );
}

/** Holds the rows while the pointer is over them or they are scrolled away from the top; gives the act that lets news in. */
function useHold(scroller: RefObject<HTMLDivElement | null>, onHold: (held: boolean) => void): () => void {
  const hovered = useRef(false);
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const hold = () => onHold(hovered.current || box.scrollTop > ROW_HEIGHT / 2);
    const enter = () => {
      hovered.current = true;
      hold();
    };
    const leave = () => {
      hovered.current = false;
      hold();
    };
    box.addEventListener('scroll', hold, { passive: true });
    box.addEventListener('mouseenter', enter);
    box.addEventListener('mouseleave', leave);
    return () => {
      box.removeEventListener('scroll', hold);
      box.removeEventListener('mouseenter', enter);
      box.removeEventListener('mouseleave', leave);
    };
  }, [scroller, onHold]);
  return () => {
    hovered.current = false;
    scroller.current?.scrollTo({ top: 0 });
    onHold(false);
  };
}
