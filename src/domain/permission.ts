/** The one door to "may they?": every route and live frame of the desk asks `can`. */
import type { Actor, Role } from './agent.ts';

const ACTIONS = {
  'conversation.read': ['agent', 'supervisor', 'admin'],
  'conversation.takeOver': ['agent', 'supervisor', 'admin'],
  /** Taking a conversation away from the colleague who owns it. */
  'conversation.takeFromColleague': ['supervisor', 'admin'],
  'conversation.reply': ['agent', 'supervisor', 'admin'],
  /** A link that opens the conversation as its customer: for people, never for a key. */
  'conversation.link': ['agent', 'supervisor', 'admin'],
  'conversation.note': ['agent', 'supervisor', 'admin'],
  /** Giving back, resolving: one's own; supervisors everybody's. */
  'conversation.finishForeign': ['supervisor', 'admin'],
  'ticket.move': ['agent', 'supervisor', 'admin'],
  /** Parting two customers that were joined by mistake. */
  'customer.unmerge': ['supervisor', 'admin'],
  'agent.list': ['agent', 'supervisor', 'admin'],
  'agent.manage': ['admin'],
  'audit.read': ['admin'],
  'security.manage': ['admin'],
  'apiKey.manage': ['admin'],
  'inbox.manage': ['admin'],
  /** Working hours and SLA policies. */
  'clock.manage': ['admin'],
  'knowledge.read': ['agent', 'supervisor', 'admin'],
  /** Writing drafts, golden questions, imports, and saying what becomes of gaps. */
  'knowledge.draft': ['supervisor', 'admin'],
  /** What customers get: publishing, retiring, rolling back, turning the knob. */
  'knowledge.publish': ['admin'],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof ACTIONS;

/** What API keys may be for. An action that is in none of them is closed to all keys. */
const SCOPES = {
  'conversations:read': ['conversation.read'],
  'messages:write': [
    'conversation.takeOver',
    'conversation.reply',
    'conversation.note',
    'conversation.finishForeign',
    'conversation.takeFromColleague',
  ],
  'tickets:write': ['ticket.move'],
  'customers:write': ['customer.unmerge'],
  'knowledge:read': ['knowledge.read'],
  'knowledge:write': ['knowledge.draft', 'knowledge.publish'],
  'team:read': ['agent.list'],
  'inboxes:manage': ['inbox.manage'],
  'audit:read': ['audit.read'],
} as const satisfies Record<string, readonly Action[]>;
export type Scope = keyof typeof SCOPES;

export function can(actor: Actor, action: Action): boolean {
  const roles: readonly Role[] = ACTIONS[action];
  return (
    roles.includes(actor.role) && (actor.scopes === undefined || actor.scopes.some((scope) => opens(scope, action)))
  );
}

function opens(scope: string, action: Action): boolean {
  return Object.hasOwn(SCOPES, scope) && (SCOPES[scope as Scope] as readonly Action[]).includes(action);
}

/** All that a role may do, for the console to show or hide its buttons; the server asks `can` again. */
export function permissionsOf(role: Role): Action[] {
  return (Object.keys(ACTIONS) as Action[]).filter((action) => (ACTIONS[action] as readonly Role[]).includes(role));
}
