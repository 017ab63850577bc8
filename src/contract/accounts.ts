/** The routes of accounts: the audit log. */
import * as z from 'zod';
import { route } from './route.ts';

const cursor = z.string().max(200).optional();
const limit = z.coerce.number().int().min(1).max(100).default(50);

export const auditEntrySchema = z
  .object({
    seq: z.number().int(),
    at: z.iso.datetime(),
    actor: z.object({
      kind: z.enum(['agent', 'key', 'system', 'nobody']),
      id: z.string().nullable(),
      name: z.string().nullable(),
    }),
    action: z.string(),
    object: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string().nullable() }).nullable(),
    ip: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()),
    hash: z.string(),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntryShape = z.output<typeof auditEntrySchema>;

export const auditRoutes = {
  listAudit: route({
    method: 'get',
    path: '/api/v1/audit',
    id: 'listAudit',
    tag: 'Audit',
    summary: 'Who did what, newest first; `action` also takes the part before the dot',
    query: z.strictObject({
      actor: z.string().max(64).optional(),
      action: z.string().max(60).optional(),
      object: z.string().max(64).optional(),
      from: z.iso.datetime({ offset: true }).optional(),
      to: z.iso.datetime({ offset: true }).optional(),
      cursor,
      limit,
    }),
    response: z.object({ items: z.array(auditEntrySchema), nextCursor: z.string().nullable() }),
  }),
  verifyAudit: route({
    method: 'get',
    path: '/api/v1/audit/verification',
    id: 'verifyAudit',
    tag: 'Audit',
    summary: 'Recomputes the whole chain; names the first entry that does not hold',
    response: z.object({
      entries: z.number().int(),
      head: z.string().nullable(),
      broken: z
        .object({ seq: z.number().int(), fault: z.enum(['missing', 'changed', 'unlinked', 'rewritten']) })
        .nullable(),
    }),
  }),
};
