/** The one door to "may they?": every route and live frame of the desk asks `can`. */
import type { Actor, Role } from './agent.ts';

const ACTIONS = {
  'conversation.read': ['agent', 'supervisor', 'admin'],
  'conversation.takeOver': ['agent', 'supervisor', 'admin'],
  /** Taking a conversation away from the colleague who owns it. */
  'conversation.takeFromColleague': ['supervisor', 'admin'],
  'conversation.reply': ['agent', 'supervisor', 'admin'],
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

export function can(actor: Actor, action: Action): boolean {
  const roles: readonly Role[] = ACTIONS[action];
  return roles.includes(actor.role);
}

/** All that a role may do, for the console to show or hide its buttons; the server asks `can` again. */
export function permissionsOf(role: Role): Action[] {
  return (Object.keys(ACTIONS) as Action[]).filter((action) => (ACTIONS[action] as readonly Role[]).includes(role));
}
