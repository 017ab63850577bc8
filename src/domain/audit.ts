/** What the audit log is told: who did what to what, when and from where. */
export type AuditAction =
  | 'signIn.succeeded'
  | 'signIn.failed'
  | 'signIn.link'
  | 'signIn.out'
  | 'session.ended'
  | 'password.changed'
  | 'twoFactor.enabled'
  | 'twoFactor.disabled'
  | 'twoFactor.reset'
  | 'twoFactor.recoveryUsed'
  | 'twoFactor.codesRenewed'
  | 'agent.invited'
  | 'agent.changed'
  | 'agent.link'
  | 'security.changed'
  | 'inbox.created'
  | 'inbox.changed'
  | 'calendar.changed'
  | 'sla.changed'
  | 'knowledge.overridden'
  | 'knowledge.policyChanged'
  | 'conversation.takenByForce'
  | 'conversation.linkMade'
  | 'conversation.linkOpened'
  | 'customer.unmerged'
  | 'apiKey.created'
  | 'apiKey.revoked';

/** `nobody` is whoever knocked without being let in; `key` acts by an API key. */
export type AuditActor = { kind: 'agent' | 'key' | 'system' | 'nobody'; id: string | null; name: string | null };
export type AuditObject = { kind: string; id: string | null; name?: string | null };

export type AuditEntry = {
  at: Date;
  actor: AuditActor;
  action: AuditAction;
  object?: AuditObject | null;
  ip?: string | null;
  /** What was changed; never a secret, never a customer's words. */
  detail?: Record<string, unknown>;
};
