/** Sessions of colleagues: an opaque cookie of 256 random bits, of which the database knows only the SHA-256. */
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';
import type { Actor, Role } from '../../domain/agent.ts';
import type { AuditEntry } from '../../domain/audit.ts';
import type { Clock } from '../../ports.ts';
import type { AgentRecord, Store } from '../../store/store.ts';

const HOUR = 3_600_000;
/** A working day; after it everybody signs in again. */
const ABSOLUTE_MS = 12 * HOUR;
const IDLE_MS = 8 * HOUR;
/** `seenAt` is written no more often than this. */
const TOUCH_MS = 60_000;
/** `p`: by password. `l`: by a one-time link, which lets its owner choose a password without the old one. */
const TOKEN = /^[pl][A-Za-z0-9_-]{43}$/;

export type TwoFactorFor = 'nobody' | 'admins' | 'everybody';
/** `key`: the API key that acts in the agent's name. `mustEnrol`: the desk asks for a second factor that is not there yet; only one's own account is open. */
export type Session = {
  agent: AgentRecord;
  actor: Actor;
  tokenHash: string;
  byLink: boolean;
  mustEnrol: boolean;
  key?: { id: string; name: string };
};

/** `entry`: what the audit log is told, where the start is news in itself. */
export type Start = { agentId: string; byLink: boolean; entry?: AuditEntry };

export type Sessions = {
  /** Ends the session that the request came with, starts a new one and sets its cookie. */
  start(request: Request, response: Response, given: Start): Promise<void>;
  /** The live session of a request, or null; it counts as activity. One that must enrol first is none. */
  find(request: IncomingMessage): Promise<Session | null>;
  /** As `find`, but also one that must enrol first. */
  findAny(request: IncomingMessage): Promise<Session | null>;
  /** Who must have a second factor; `fixed`: the environment says so. */
  rule(): Promise<{ twoFactorFor: TwoFactorFor; fixed: boolean }>;
  demands(role: Role): Promise<boolean>;
  /** Whether a session that was found before still lives; asking is no activity. */
  lives(tokenHash: string): Promise<boolean>;
  end(session: Session, response: Response, entry: AuditEntry): Promise<void>;
};

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
/** 256 random bits for URLs and cookies. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

type SessionDeps = {
  store: Pick<Store, 'sessions' | 'recording' | 'settings'>;
  clock: Clock;
  publicUrl: () => string;
  twoFactorFor: TwoFactorFor | null;
};

function ruleOf(given: unknown): TwoFactorFor {
  return given === 'admins' || given === 'everybody' ? given : 'nobody';
}
function covers(rule: TwoFactorFor, role: Role): boolean {
  return rule === 'everybody' || (rule === 'admins' && role === 'admin');
}

export function createSessions(deps: SessionDeps): Sessions {
  const { clock, publicUrl } = deps;
  const store = deps.store.sessions;
  const secure = () => publicUrl().startsWith('https:');
  const cookieName = () => (secure() ? '__Host-zhike' : 'zhike');
  const cookie = () => ({ httpOnly: true, sameSite: 'lax', secure: secure(), path: '/' }) as const;

  function hashOf(request: IncomingMessage): { tokenHash: string; byLink: boolean } | null {
    const token = readCookie(request.headers.cookie, cookieName());
    return token !== null && TOKEN.test(token) ? { tokenHash: sha256(token), byLink: token.startsWith('l') } : null;
  }
  async function lookUp(tokenHash: string): Promise<{ agent: AgentRecord; idleMs: number; mustEnrol: boolean } | null> {
    const now = clock();
    const found = await store.find(tokenHash, now);
    if (!found) return null;
    const idleMs = now.getTime() - Date.parse(found.seenAt);
    if (idleMs > IDLE_MS) return null;
    const { agent } = found;
    const mustEnrol = !agent.hasTotp && covers(deps.twoFactorFor ?? ruleOf(found.rule), agent.role);
    return { agent, idleMs, mustEnrol };
  }
  const findAny = async (request: IncomingMessage): Promise<Session | null> => {
    const known = hashOf(request);
    const found = known && (await lookUp(known.tokenHash));
    if (!known || !found) return null;
    if (found.idleMs > TOUCH_MS) await store.touch(known.tokenHash, clock());
    const { id, name, role } = found.agent;
    return { agent: found.agent, actor: { id, name, role }, mustEnrol: found.mustEnrol, ...known };
  };
  const rule = async () => {
    if (deps.twoFactorFor) return { twoFactorFor: deps.twoFactorFor, fixed: true };
    const kept = await deps.store.settings.get<{ twoFactorFor?: unknown }>('security');
    return { twoFactorFor: ruleOf(kept?.twoFactorFor), fixed: false };
  };
  return {
    findAny,
    rule,
    demands: async (role) => covers((await rule()).twoFactorFor, role),
    start: async (request, response, { agentId, byLink, entry }) => {
      const former = hashOf(request);
      if (former) await store.end(former.tokenHash);
      const token = (byLink ? 'l' : 'p') + newSecret();
      const now = clock();
      const expiresAt = new Date(now.getTime() + ABSOLUTE_MS);
      const kept = entry ? deps.store.recording(entry).sessions : store;
      const device = request.headers['user-agent']?.slice(0, 300) ?? null;
      const ip = request.ip ?? null;
      await kept.create({ tokenHash: sha256(token), agentId, now, expiresAt, device, ip });
      response.cookie(cookieName(), token, { ...cookie(), maxAge: ABSOLUTE_MS });
    },
    find: async (request) => {
      const session = await findAny(request);
      return session?.mustEnrol ? null : session;
    },
    lives: async (tokenHash) => (await lookUp(tokenHash)) !== null,
    end: async (session, response, entry) => {
      await deps.store.recording(entry).sessions.end(session.tokenHash);
      response.clearCookie(cookieName(), cookie());
    },
  };
}

/** The first cookie of that name. */
function readCookie(header: string | undefined, name: string): string | null {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return null;
}
