/** Unsent text, one per person, conversation and mode: it survives switch, reload and sign-in, and never meets another conversation. */
import { create } from 'zustand';
import { localKeys, readLocal, writeLocal } from './local.ts';

export type Mode = 'reply' | 'note';
type Drafts = { texts: Readonly<Record<string, string>> };

export const useDrafts = create<Drafts>(() => ({ texts: {} }));
let owner = '';

const PREFIX = 'zk.draft';
export function draftKey(conversationId: string, mode: Mode): string {
  return `${conversationId}:${mode}`;
}

/** Reads the drafts that this person left on this device; those of others stay where they are. */
export function openDrafts(agentId: string): void {
  if (owner === `${PREFIX}:${agentId}:`) return;
  owner = `${PREFIX}:${agentId}:`;
  const texts: Record<string, string> = {};
  for (const key of localKeys(owner)) texts[key.slice(owner.length)] = readLocal(key) ?? '';
  useDrafts.setState({ texts });
}

export function readDraft(key: string): string {
  return useDrafts.getState().texts[key] ?? '';
}

/** Empty text removes the draft. */
export function writeDraft(key: string, text: string): void {
  const { [key]: _old, ...others } = useDrafts.getState().texts;
  useDrafts.setState({ texts: text === '' ? others : { ...others, [key]: text } });
  if (owner !== '') writeLocal(owner + key, text === '' ? null : text);
}
