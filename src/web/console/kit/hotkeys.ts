/** Single keys outside text boxes, by the key's place on the board, so that an input method does not matter. */
import { useEffect, useRef } from 'react';

/** Names as of `event.code`, with `Shift+` in front where Shift is held; and `?`. */
export type Hotkeys = readonly (readonly [name: string, act: (() => void) | null])[];

export function useHotkeys(hotkeys: Hotkeys): void {
  const latest = useRef(hotkeys);
  useEffect(() => {
    latest.current = hotkeys;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
        return;
      if (isTyping(event.target) || document.querySelector('dialog[open]')) return;
      // The question mark is where each layout has it, in Chinese the full-width one.
      const name = event.key === '?' || event.key === '？' ? '?' : `${event.shiftKey ? 'Shift+' : ''}${event.code}`;
      const act = latest.current.find(([one]) => one === name)?.[1];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
