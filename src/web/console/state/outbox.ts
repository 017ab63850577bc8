/** Messages on their way: kept on this device until the server has them, sent in order per conversation, each with one client id for ever. */
import { create } from 'zustand';
import type { ActivityShape } from '../../../contract/shapes.ts';
import { ApiError } from '../../ui/api.ts';
import { newClientId } from './client-id.ts';
import type { Mode } from './drafts.ts';
import { readLocalJson, writeLocal } from './local.ts';

export type AttachedFile = { id: string; name: string };
export type Outgoing = {
  clientId: string;
  conversationId: string;
  mode: Mode;
  text: string;
  /** By mail: who else gets it. */
  cc?: readonly string[];
  /** Put into the conversation before. */
  files?: readonly AttachedFile[];
  at: string;
  state: 'sending' | 'failed';
  attempts: number;
  /** Code of the last error. */
  code: string | null;
};

export type Courier = {
  post: (message: Outgoing) => Promise<ActivityShape>;
  delivered: (message: Outgoing, activity: ActivityShape) => void;
  refused: (message: Outgoing, error: ApiError) => void;
  /** Resolves after about `ms`, or earlier when the connection came back. */
  pause: (ms: number) => Promise<void>;
};

export const useOutbox = create<{ messages: readonly Outgoing[] }>(() => ({ messages: [] }));

/** About two minutes of trying before a person is asked. */
export const MAX_ATTEMPTS = 12;
const busy = new Set<string>();
let storageKey = '';
let courier: Courier | null = null;

/** Opens the box of one person and sends what was left in it. */
export function openOutbox(agentId: string, by: Courier): void {
  storageKey = `zk.outbox:${agentId}`;
  courier = by;
  const stored = readLocalJson(storageKey);
  useOutbox.setState({ messages: Array.isArray(stored) ? (stored as Outgoing[]).filter(isOutgoing) : [] });
  wakeOutbox();
}

/** Nothing is sent after this until the box is opened again; what is in it stays on the device. */
export function closeOutbox(): void {
  courier = null;
}

type Enqueued = Pick<Outgoing, 'conversationId' | 'mode' | 'text' | 'at' | 'cc' | 'files'>;

export function enqueue(given: Enqueued): void {
  change((messages) => [...messages, { ...given, clientId: newClientId(), state: 'sending', attempts: 0, code: null }]);
  void drain(given.conversationId);
}

export function retry(clientId: string): void {
  const message = useOutbox.getState().messages.find((one) => one.clientId === clientId);
  if (!message) return;
  update(clientId, { state: 'sending', attempts: 0, code: null });
  void drain(message.conversationId);
}

export function discard(clientId: string): void {
  if (useOutbox.getState().messages.some((one) => one.clientId === clientId))
    change((messages) => messages.filter((one) => one.clientId !== clientId));
}

/** Starts every conversation's queue that stands still. */
export function wakeOutbox(): void {
  for (const id of new Set(useOutbox.getState().messages.map((one) => one.conversationId))) void drain(id);
}

async function drain(conversationId: string): Promise<void> {
  if (busy.has(conversationId)) return;
  busy.add(conversationId);
  try {
    for (let next = head(conversationId); next && courier; next = head(conversationId)) await attempt(next, courier);
  } finally {
    busy.delete(conversationId);
  }
}

function head(conversationId: string): Outgoing | undefined {
  return useOutbox.getState().messages.find((one) => one.conversationId === conversationId && one.state === 'sending');
}

async function attempt(message: Outgoing, by: Courier): Promise<void> {
  try {
    const activity = await by.post(message);
    by.delivered(message, activity);
    discard(message.clientId);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    await recover(message, error, by);
  }
}

async function recover(message: Outgoing, error: ApiError, by: Courier): Promise<void> {
  const attempts = message.attempts + 1;
  if (error.status === 401) {
    // The session ended, the message did not: it goes out after the next sign-in.
    closeOutbox();
    by.refused(message, error);
    return;
  }
  if (error.transient && attempts < MAX_ATTEMPTS) {
    update(message.clientId, { attempts, code: error.code });
    const wait = error.retryAfter === null ? Math.min(15_000, 400 * 2 ** (attempts - 1)) : error.retryAfter * 1000;
    await by.pause(wait);
    return;
  }
  update(message.clientId, { attempts, state: 'failed', code: error.code });
  // Later ones must not overtake one that only the network refused.
  if (error.transient)
    for (const later of useOutbox.getState().messages)
      if (later.conversationId === message.conversationId)
        update(later.clientId, { state: 'failed', code: error.code });
  by.refused(message, error);
}

function update(clientId: string, patch: Partial<Outgoing>): void {
  change((messages) => messages.map((one) => (one.clientId === clientId ? { ...one, ...patch } : one)));
}

function change(by: (messages: readonly Outgoing[]) => readonly Outgoing[]): void {
  const messages = by(useOutbox.getState().messages);
  useOutbox.setState({ messages });
  if (storageKey !== '') writeLocal(storageKey, messages.length === 0 ? null : JSON.stringify(messages));
}

function isOutgoing(value: Partial<Outgoing> | null): value is Outgoing {
  return (
    typeof value?.clientId === 'string' &&
    typeof value.conversationId === 'string' &&
    typeof value.text === 'string' &&
    typeof value.at === 'string' &&
    (value.mode === 'reply' || value.mode === 'note') &&
    (value.state === 'sending' || value.state === 'failed') &&
    typeof value.attempts === 'number'
  );
}
