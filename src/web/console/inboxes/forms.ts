/** Which form sets up an account of which channel: a channel with settings has a row here. */
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { InboxFormProps } from './inboxes.ts';

type Form = LazyExoticComponent<ComponentType<InboxFormProps>>;

/** A channel's settings accept `{}`: an account is made with a name alone and set up on its page. */
export const INBOX_FORMS: Readonly<Record<string, Form>> = {
  email: lazy(async () => ({ default: (await import('./email-form.tsx')).EmailForm })),
  wechat: lazy(async () => ({ default: (await import('./wechat-form.tsx')).WeChatForm })),
};
