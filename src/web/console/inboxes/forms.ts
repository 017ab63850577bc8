/** Which form sets up an account of which channel: a channel with settings has a row here. */
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { InboxShape } from '../../../contract/shapes.ts';
import type { CheckResult } from './inboxes.ts';

/** The page around a form has name, switch, health and the account's removal from sight; the form has all the rest. */
export type InboxFormProps = {
  inbox: InboxShape;
  /** Resolves with the account as it now stands; rejects with `ApiError`, whose fields are named `settings.<key>`. */
  save(settings: Record<string, unknown>): Promise<InboxShape>;
  /** Runs a step of the set-up against the real account. */
  run(action: string, input?: unknown): Promise<CheckResult>;
};

type Form = LazyExoticComponent<ComponentType<InboxFormProps>>;

/** A channel's settings accept `{}`: an account is made with a name alone and set up on its page. */
export const INBOX_FORMS: Readonly<Record<string, Form>> = {
  email: lazy(async () => ({ default: (await import('./email-form.tsx')).EmailForm })),
  wechat: lazy(async () => ({ default: (await import('./wechat-form.tsx')).WeChatForm })),
};
