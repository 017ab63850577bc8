/** Sessions of colleagues: an opaque cookie of 256 random bits, of which the database knows only the SHA-256. */
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Response } from 'express';
import type { Actor } from '../../domain/agent.ts';
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

export type Session = { agent: AgentRecord; actor: Actor; tokenHash: string; byLink: boolean };

/** `entry`: what the audit log is told, where the start is news in itself. */
export type Start = { agentId: string; byLink: boolean; entry?: AuditEntry };

export type Sessions = {
  /** Ends the session that the request came with, starts a new one and sets its cookie. */
  start(request: IncomingMessage, response: Response, given: Start): Promise<void>;
  /** The live session of a request, or null; it counts as activity. */
  find(request: IncomingMessage): Promise<Session | null>;
  /** Whether a session that was found before still lives; asking is no activity. */
  lives(tokenHash: string): Promise<boolean>;
  end(session: Session, response: Response, entry: AuditEntry): Promise<void>;
};

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
/** 256 random bits for URLs and cookies. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

type SessionDeps = { store: Pick<Store, 'sessions' | 'recording'>; clock: Clock; publicUrl: () => string };

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
  async function lookUp(tokenHash: string): Promise<{ agent: AgentRecord; idleMs: number } | null> {
    const now = clock();
    const found = await store.find(tokenHash, now);
    if (!found) return null;
    const idleMs = now.getTime() - Date.parse(found.seenAt);
    return idleMs > IDLE_MS ? null : { agent: found.agent, idleMs };
  }
  return {
    start: async (request, response, { agentId, byLink, entry }) => {
      const former = hashOf(request);
      if (former) await store.end(former.tokenHash);
      const token = (byLink ? 'l' : 'p') + newSecret();
      const now = clock();
      const expiresAt = new Date(now.getTime() + ABSOLUTE_MS);
      const kept = entry ? deps.store.recording(entry).sessions : store;
      await kept.create({ tokenHash: sha256(token), agentId, now, expiresAt });
      response.cookie(cookieName(), token, { ...cookie(), maxAge: ABSOLUTE_MS });
    },
    find: async (request) => {
      const known = hashOf(request);
      const found = known && (await lookUp(known.tokenHash));
      if (!known || !found) return null;
      if (found.idleMs > TOUCH_MS) await store.touch(known.tokenHash, clock());
      const { id, name, role } = found.agent;
      return { agent: found.agent, actor: { id, name, role }, ...known };
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
