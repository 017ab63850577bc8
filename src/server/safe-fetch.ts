/** The one door for addresses that others give us: public destinations only, in bounded time and size, checked at every hop. */
import { type LookupAddress, lookup as resolve } from 'node:dns';
import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { FetchedFile, FetchFile } from '../ports.ts';

/** Nothing there is the public internet (RFC 6890); an administrator may open some of it, never the last three. */
const PRIVATE =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 ::/128 ::1/128 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001:db8::/32 2002::/16 fc00::/7 fe80::/10 ff00::/8';
const METADATA = '169.254.169.254/32 100.100.100.200/32 fd00:ec2::254/128';
const MAX_HOPS = 3;

function listOf(networks: string): BlockList {
  const list = new BlockList();
  for (const network of networks.split(' ').filter((part) => part !== '')) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}

class Refused extends Error {}

/** @param allowed networks of our own (`10.1.0.0/16`) that may be fetched from. */
export function createSafeFetch(allowed: readonly string[] = []): FetchFile {
  const [closed, metadata, open] = [listOf(PRIVATE), listOf(METADATA), listOf(allowed.join(' '))];
  const mayConnect = (address: string) => {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (isIP(address) === 0 || metadata.check(address, family)) return false;
    return open.check(address, family) || !closed.check(address, family);
  };
  /** Every answer must be public: one private address among them is a trap. */
  const lookup: LookupFunction = (host, options, done) =>
    resolve(host, { ...options, all: true }, (error, found: LookupAddress[]) => {
      const first = found?.[0];
      const failure = error ?? (first && found.every(({ address }) => mayConnect(address)) ? null : new Refused());
      if (failure || !first) return done(failure ?? new Refused(), '', 0);
      return options.all ? done(null, found) : done(null, first.address, first.family);
    });
  return async (url, bounds) => {
    const signal = AbortSignal.any([AbortSignal.timeout(bounds.timeoutMs), ...(bounds.signal ? [bounds.signal] : [])]);
    try {
      let target = url;
      for (let hop = 0; hop <= MAX_HOPS; hop++) {
        const answer = await ask(target, { mayConnect, lookup, signal });
        const next = redirectOf(answer);
        if (next === null) return await read(answer, bounds.maxBytes);
        answer.destroy();
        target = new URL(next, target).href;
      }
      return { ok: false, reason: 'failed' };
    } catch {
      // Refused, unreachable and late look alike to whoever gave the address.
      return { ok: false, reason: 'failed' };
    }
  };
}

type Guards = { mayConnect: (address: string) => boolean; lookup: LookupFunction; signal: AbortSignal };

function ask(url: string, { mayConnect, lookup, signal }: Guards): Promise<IncomingMessage> {
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, '');
  const isHttp = target.protocol === 'http:' || target.protocol === 'https:';
  if (!isHttp || target.username !== '' || target.password !== '' || (isIP(host) !== 0 && !mayConnect(host)))
    return Promise.reject(new Refused());
  return new Promise((resolved, rejected) => {
    const start = target.protocol === 'https:' ? tlsRequest : plainRequest;
    const request: ClientRequest = start(target, { lookup, signal, agent: false, headers: { accept: '*/*' } });
    request.on('response', (answer) => {
      const peer = answer.socket?.remoteAddress;
      if (peer !== undefined && !mayConnect(peer.replace(/^::ffff:(?=\d+\.)/, ''))) {
        request.destroy();
        rejected(new Refused());
      } else resolved(answer);
    });
    request.on('error', rejected);
    request.end();
  });
}

function redirectOf(answer: IncomingMessage): string | null {
  const moved = [301, 302, 303, 307, 308].includes(answer.statusCode ?? 0);
  return moved ? (answer.headers.location ?? null) : null;
}

async function read(answer: IncomingMessage, maxBytes: number): Promise<FetchedFile> {
  if (answer.statusCode !== 200) {
    answer.destroy();
    return { ok: false, reason: answer.statusCode === 404 || answer.statusCode === 410 ? 'gone' : 'failed' };
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      answer.destroy();
      return { ok: false, reason: 'too-large' };
    }
    chunks.push(chunk);
  }
  return { ok: true, bytes: Buffer.concat(chunks) };
}
