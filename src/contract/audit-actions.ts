/** The acts of the audit log by name, without the weight of the schemas. */
import type { AuditAction } from '../domain/audit.ts';

/** Every act that the log may tell of, as the console offers them. */
export const AUDIT_ACTIONS = Object.keys({
  'signIn.succeeded': true,
  'signIn.failed': true,
  'signIn.link': true,
  'signIn.out': true,
  'session.ended': true,
  'password.changed': true,
  'twoFactor.enabled': true,
  'twoFactor.disabled': true,
  'twoFactor.reset': true,
  'twoFactor.recoveryUsed': true,
  'twoFactor.codesRenewed': true,
  'agent.invited': true,
  'agent.changed': true,
  'agent.link': true,
  'security.changed': true,
  'inbox.created': true,
  'inbox.changed': true,
  'knowledge.overridden': true,
  'knowledge.policyChanged': true,
  'conversation.takenByForce': true,
  'conversation.linkMade': true,
  'conversation.linkOpened': true,
  'customer.unmerged': true,
  'apiKey.created': true,
  'apiKey.revoked': true,
  'calendar.changed': true,
  'sla.changed': true,
} satisfies Record<AuditAction, true>) as AuditAction[];
