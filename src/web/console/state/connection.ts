/** What the live stream says about itself and about who is typing; fed by `live/stream.ts`. */
import { create } from 'zustand';

export type Connection = 'connecting' | 'online' | 'reconnecting' | 'offline';
export const useConnection = create<{ state: Connection }>(() => ({ state: 'connecting' }));

export type Typist = { author: 'customer' | 'bot' | 'agent'; name: string | null };
export const useTyping = create<{ typists: Readonly<Record<string, Typist>> }>(() => ({ typists: {} }));

/** A typist who says nothing for this long has stopped. */
const TYPING_MS = 5_000;
const timers = new Map<string, ReturnType<typeof setTimeout>>();

export function showTyping(conversationId: string, typist: Typist): void {
  clearTimeout(timers.get(conversationId));
  timers.set(
    conversationId,
    setTimeout(() => hideTyping(conversationId), TYPING_MS),
  );
  useTyping.setState(({ typists }) => ({ typists: { ...typists, [conversationId]: typist } }));
}

export function hideTyping(conversationId: string): void {
  clearTimeout(timers.get(conversationId));
  timers.delete(conversationId);
  if (!(conversationId in useTyping.getState().typists)) return;
  useTyping.setState(({ typists: { [conversationId]: _gone, ...typists } }) => ({ typists }));
}
