/** What API keys may be for, by name, without the weight of the schemas. */
import type { Scope } from '../domain/permission.ts';

export const SCOPES = Object.keys({
  'conversations:read': true,
  'messages:write': true,
  'tickets:write': true,
  'customers:write': true,
  'knowledge:read': true,
  'knowledge:write': true,
  'team:read': true,
  'inboxes:manage': true,
  'audit:read': true,
} satisfies Record<Scope, true>) as [Scope, ...Scope[]];
