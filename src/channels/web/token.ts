/** What opens a web conversation: signed, short-lived, each for one purpose, and none of them good for another. */
import { createHmac } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { ZhikeError } from '../../domain/errors.ts';
import type { Clock, NewId } from '../../ports.ts';

/** Lives in seconds. The client refreshes its token every 900 s whatever it is told. */
export const TOKEN_SECONDS = 3_600;
const TICKET_SECONDS = 60;
const FILE_LINK_SECONDS = 24 * 3_600;
const CREDENTIAL_SECONDS = 24 * 3_600;

/** The first key of a ring signs, all of them verify. */
export type SigningKey = { kid: string; secret: Uint8Array };

/** Bound to one conversation; `epoch` must still be the conversation's, `origins` narrows where it may be used. */
export type Grant = { conversationId: string; user: string; epoch: number; origins?: readonly string[] | undefined };
/** For a stream; the client's address as it was seen when the ticket was given: sockets are counted by it. */
export type TicketGrant = Grant & { address: string };
/** A visitor who comes back; the epoch of the conversation revokes it too. */
export type VisitorGrant = { user: string; epoch: number };

type Audience = 'directline' | 'stream' | 'file' | 'visitor';

const grantClaims = z.object({
  conv: z.string(),
  user: z.string(),
  ep: z.number().int(),
  ori: z.array(z.string()).optional(),
  exp: z.number(),
});
const ticketClaims = grantClaims.extend({ adr: z.string() });
const visitorClaims = z.object({ user: z.string(), ep: z.number().int() });
const fileClaims = z.object({ sub: z.string() });

export type Tokens = {
  issueToken(grant: Grant): string;
  /** Like all `verify…`: rejects with `TokenExpired` or `BadToken`. */
  verifyToken(token: string): Promise<Grant>;
  issueTicket(grant: TicketGrant): string;
  verifyTicket(ticket: string): Promise<TicketGrant>;
  issueCredential(grant: VisitorGrant): string;
  verifyCredential(credential: string): Promise<VisitorGrant>;
  issueFileLink(fileId: string): string;
  /** The id of the one file that the link opens. */
  verifyFileLink(link: string): Promise<string>;
};

export type TokenOptions = { keys: readonly [SigningKey, ...SigningKey[]]; clock: Clock; newId: NewId };

/** Tokens checked of late: a client shows the same one with every message. What may end sooner, the epoch, is checked elsewhere. */
const MAX_VERIFIED = 10_000;

export function createTokens(options: TokenOptions): Tokens {
  const verified = new LRUCache<string, { grant: Grant; until: number }>({ max: MAX_VERIFIED });
  return {
    issueToken: (grant) => sign({ audience: 'directline', seconds: TOKEN_SECONDS, claims: claimsOf(grant) }, options),
    async verifyToken(token) {
      const known = verified.get(token);
      if (known && known.until > options.clock().getTime()) return known.grant;
      const claims = await verify({ audience: 'directline', token, claims: grantClaims }, options);
      const grant = grantOf(claims);
      verified.set(token, { grant, until: claims.exp * 1000 });
      return grant;
    },
    issueTicket: (grant) =>
      sign(
        { audience: 'stream', seconds: TICKET_SECONDS, claims: { ...claimsOf(grant), adr: grant.address } },
        options,
      ),
    async verifyTicket(token) {
      const { adr: address, ...claims } = await verify({ audience: 'stream', token, claims: ticketClaims }, options);
      return { ...grantOf(claims), address };
    },
    issueCredential: ({ user, epoch }) =>
      sign({ audience: 'visitor', seconds: CREDENTIAL_SECONDS, claims: { user, ep: epoch } }, options),
    async verifyCredential(token) {
      const { user, ep } = await verify({ audience: 'visitor', token, claims: visitorClaims }, options);
      return { user, epoch: ep };
    },
    issueFileLink: (sub) => sign({ audience: 'file', seconds: FILE_LINK_SECONDS, claims: { sub } }, options),
    verifyFileLink: async (token) => (await verify({ audience: 'file', token, claims: fileClaims }, options)).sub,
  };
}

type GrantClaims = z.output<typeof grantClaims>;

function claimsOf({ conversationId: conv, user, epoch: ep, origins: ori }: Grant): Record<string, unknown> {
  return { conv, user, ep, ...(ori ? { ori } : {}) };
}

function grantOf({ conv, user, ep, ori }: GrantClaims): Grant {
  return { conversationId: conv, user, epoch: ep, origins: ori };
}

type Issue = { audience: Audience; seconds: number; claims: Record<string, unknown> };

/** Signs at once, without a promise, so that an activity with files can be presented in the moment it is heard of. */
function sign({ audience, seconds, claims }: Issue, { keys, clock, newId }: TokenOptions): string {
  const [{ kid, secret }] = keys;
  const iat = Math.floor(clock().getTime() / 1000);
  const payload = { ...claims, aud: audience, iat, exp: iat + seconds, jti: newId() };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT', kid })}.${part(payload)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

type Check<T> = { audience: Audience; token: string; claims: z.ZodType<T> };

async function verify<T>({ audience, token, claims }: Check<T>, { keys, clock }: TokenOptions): Promise<T> {
  try {
    const { payload } = await jwtVerify(
      token,
      ({ kid }) => {
        const key = keys.find((candidate) => candidate.kid === kid);
        if (!key) throw new ZhikeError('BadToken');
        return key.secret;
      },
      { algorithms: ['HS256'], audience, currentDate: clock(), requiredClaims: ['iat', 'exp', 'jti'] },
    );
    return claims.parse(payload);
  } catch (error) {
    throw new ZhikeError(error instanceof errors.JWTExpired ? 'TokenExpired' : 'BadToken');
  }
}
