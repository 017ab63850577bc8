/** Which mail servers may be talked to: the ports of mail, and no address inside the house unless its operator says so. */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { MailFault } from './fault.ts';

const PORTS = new Set([25, 143, 465, 587, 993]);

/** Private, local, reserved and metadata addresses of both families. */
const CLOSED =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 ::/128 ::1/128 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001:db8::/32 2002::/16 fc00::/7 fe80::/10 ff00::/8';

export type Endpoint = { host: string; port: number };
/** The address that was checked is the one that is dialled: a name cannot change its mind in between. */
export type Dialled = { host: string; port: number; servername: string };
export type Dial = (endpoint: Endpoint) => Promise<Dialled>;

/** @param allowed Networks of our own in which mail servers may stand, on any port. */
export function createDial(allowed: readonly string[]): Dial {
  const closed = listOf(CLOSED.split(' '));
  const open = listOf(allowed);
  return async ({ host, port }) => {
    if (host === '') throw new MailFault('mail-host-missing');
    const addresses = await lookup(host, { all: true }).catch(() => []);
    const [first] = addresses;
    const isOurs = first !== undefined && addresses.every(({ address }) => holds(open, address));
    if (!isOurs && !PORTS.has(port)) throw new MailFault('mail-port-refused', { port: String(port) });
    // The same words as for a name that does not exist: nobody is told what stands where.
    if (!first || (!isOurs && addresses.some(({ address }) => holds(closed, address))))
      throw new MailFault('mail-host-unknown', { host });
    return { host: first.address, port, servername: isIP(host) ? '' : host };
  };
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const isSix = isIPv6(address);
    list.addSubnet(address, Number(bits ?? (isSix ? 128 : 32)), isSix ? 'ipv6' : 'ipv4');
  }
  return list;
}

function holds(list: BlockList, address: string): boolean {
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
