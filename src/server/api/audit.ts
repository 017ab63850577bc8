/** The audit log as administrators read it, and how handlers say who acted. */
import type { Request } from 'express';
import type { AuditAction, AuditActor, AuditEntry, AuditObject } from '../../domain/audit.ts';
import type { AgentRecord } from '../../store/store.ts';
import type { Session } from '../auth/sessions.ts';
import type { Handlers } from '../bind.ts';
import type { ApiDeps } from './deps.ts';

type Caller = { session: Pick<Session, 'actor' | 'key'>; request: Request };

/** The entry of an act, by whoever the request came from. */
export function entryOf(
  { clock }: Pick<ApiDeps, 'clock'>,
  { session, request }: Caller,
  told: { action: AuditAction; object?: AuditObject | null; detail?: Record<string, unknown> },
): AuditEntry {
  const { id, name } = session.actor;
  const actor: AuditActor = session.key ? { kind: 'key', ...session.key } : { kind: 'agent', id, name };
  return { at: clock(), actor, ip: request.ip ?? null, ...told };
}

export const agentObject = ({ id, name }: Pick<AgentRecord, 'id' | 'name'>): AuditObject => ({
  kind: 'agent',
  id,
  name,
});

export function auditHandlers({ store }: ApiDeps): Pick<Handlers, 'listAudit' | 'verifyAudit'> {
  return {
    listAudit: { may: 'audit.read', run: ({ query }) => store.audit.list(query) },
    verifyAudit: { may: 'audit.read', run: () => store.audit.verify() },
  };
}
