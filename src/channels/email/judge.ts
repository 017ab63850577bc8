/** SPF, DKIM and DMARC of a mail that another server hands to us (RFC 7208, 6376, 7489). */
import { isIP } from 'node:net';
import type { Log } from '../../ports.ts';
import type { JudgeSender } from './listener.ts';

type Resolver = (name: string, type: string) => Promise<unknown>;

/** Looking a domain up must not hold a mail for long. */
const LOOK_UP_MS = 8_000;

export function createJudge({ log, resolver }: { log: Log; resolver?: Resolver }): JudgeSender {
  return async (raw, { ip, helo, sender }) => {
    // Mail from this very machine was judged by whoever brought it here.
    if (isIP(ip) === 0 || isLoopback(ip)) return undefined;
    const { authenticate } = await import('mailauth');
    try {
      const result = await authenticate(Buffer.from(raw), {
        ip,
        helo,
        sender,
        mta: 'zhike',
        trustReceived: false,
        disableBimi: true,
        disableArc: true,
        ...(resolver ? { resolver: resolver as never } : {}),
        signal: AbortSignal.timeout(LOOK_UP_MS),
      } as never);
      return foundIn(result);
    } catch (error) {
      log.warn({ error: String(error) }, 'the sender of a mail could not be checked');
      return undefined;
    }
  };
}

type Found = {
  dmarc?: false | { status?: { result?: string }; domain?: string };
  dkim?: { headerFrom?: string[]; results?: { status?: { result?: string; aligned?: string | false } }[] };
  spf?: false | { status?: { result?: string }; domain?: string };
};

function foundIn(result: unknown): { domain: string; result: 'pass' | 'fail' | 'none' } | undefined {
  const { dmarc, dkim, spf } = result as Found;
  const from = dkim?.headerFrom ?? [];
  const domain = (from[0] ?? '').split('@').at(-1)?.toLowerCase() ?? '';
  // Two senders are nobody's word.
  if (domain === '' || from.length > 1) return undefined;
  const said = dmarc ? dmarc.status?.result : undefined;
  if (said === 'pass') return { domain, result: 'pass' };
  if (said === 'fail') return { domain, result: 'fail' };
  const isSigned = (dkim?.results ?? []).some(({ status }) => status?.result === 'pass' && Boolean(status.aligned));
  const isSent = spf && spf.status?.result === 'pass' && spf.domain?.toLowerCase() === domain;
  return { domain, result: isSigned || isSent ? 'pass' : 'none' };
}

function isLoopback(ip: string): boolean {
  return ip === '::1' || ip.startsWith('127.') || ip.startsWith('::ffff:127.');
}
