/** The routes of accounts: the audit log, sessions, two-step sign-in. */
import * as z from 'zod';
import { route } from './route.ts';
import { agentSchema, idSchema } from './shapes.ts';

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

const done = z.object({ ok: z.literal(true) });
const byId = z.object({ id: idSchema });

export const sessionRoutes = {
  listSessions: route({
    method: 'get',
    path: '/api/v1/me/sessions',
    id: 'listSessions',
    tag: 'Me',
    summary: 'Where one is signed in, last seen first',
    response: z.object({
      items: z.array(
        z.object({
          id: idSchema,
          /** The browser as it names itself. */
          device: z.string().nullable(),
          ip: z.string().nullable(),
          createdAt: z.iso.datetime(),
          seenAt: z.iso.datetime(),
          current: z.boolean(),
        }),
      ),
    }),
  }),
  endSession: route({
    method: 'post',
    path: '/api/v1/me/sessions/{id}/end',
    id: 'endSession',
    tag: 'Me',
    summary: 'End one of the own sessions',
    params: byId,
    response: done,
  }),
  endOtherSessions: route({
    method: 'post',
    path: '/api/v1/me/sessions/end-others',
    id: 'endOtherSessions',
    tag: 'Me',
    summary: 'End all own sessions but this one',
    response: done,
  }),
};

/** Six digits of an authenticator app, or a recovery code. */
export const totpSchema = z.string().trim().max(40);
const code = z.strictObject({ code: totpSchema.min(1) });
const recoveryCodes = z.object({
  /** Shown once; each works once. */
  recoveryCodes: z.array(z.string()),
});
const twoFactor = z.object({
  enabled: z.boolean(),
  /** Whether the desk asks this person for it. */
  demanded: z.boolean(),
  recoveryLeft: z.number().int(),
});
const twoFactorFor = z.enum(['nobody', 'admins', 'everybody']);
const security = z.object({
  twoFactorFor,
  /** Set by REQUIRE_TWO_FACTOR: cannot be changed here. */
  fixed: z.boolean(),
});

export const twoFactorRoutes = {
  getTwoFactor: route({
    method: 'get',
    path: '/api/v1/me/two-factor',
    id: 'getTwoFactor',
    tag: 'Me',
    summary: 'Whether a second factor is asked for, and how many recovery codes are left',
    response: twoFactor,
  }),
  beginTwoFactor: route({
    method: 'post',
    path: '/api/v1/me/two-factor/begin',
    id: 'beginTwoFactor',
    tag: 'Me',
    summary: 'A new secret for an authenticator app; nothing is asked for before it is confirmed',
    body: z.strictObject({ password: z.string().max(200).default('') }),
    response: z.object({ secret: z.string(), uri: z.string() }),
  }),
  confirmTwoFactor: route({
    method: 'post',
    path: '/api/v1/me/two-factor/confirm',
    id: 'confirmTwoFactor',
    tag: 'Me',
    summary: 'Turn it on by a first code; answers with the recovery codes and ends the other sessions',
    body: code,
    response: recoveryCodes,
  }),
  renewRecoveryCodes: route({
    method: 'post',
    path: '/api/v1/me/two-factor/codes',
    id: 'renewRecoveryCodes',
    tag: 'Me',
    summary: 'New recovery codes; the old ones die',
    body: code,
    response: recoveryCodes,
  }),
  disableTwoFactor: route({
    method: 'post',
    path: '/api/v1/me/two-factor/disable',
    id: 'disableTwoFactor',
    tag: 'Me',
    summary: 'Turn it off by a code, where the desk does not ask for it',
    body: code,
    response: twoFactor,
  }),
  resetTwoFactor: route({
    method: 'post',
    path: '/api/v1/agents/{id}/two-factor/reset',
    id: 'resetTwoFactor',
    tag: 'Team',
    summary: 'Take the second factor off a colleague whose phone is gone; ends their sessions',
    params: byId,
    response: agentSchema,
  }),
  getSecurity: route({
    method: 'get',
    path: '/api/v1/security',
    id: 'getSecurity',
    tag: 'Team',
    summary: 'Who must have a second factor',
    response: security,
  }),
  setSecurity: route({
    method: 'patch',
    path: '/api/v1/security',
    id: 'setSecurity',
    tag: 'Team',
    summary: 'Say who must have a second factor',
    body: z.strictObject({ twoFactorFor }),
    response: security,
  }),
};
