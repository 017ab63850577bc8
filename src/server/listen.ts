/** Where the house listens, and under which origin it is reached then. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Resolves once the server listens; rejects when the address cannot be had. */
export function listen(server: Server, { port, host }: { port: number; host: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}

/** Where a listening server is reached, without a slash at the end. */
export function originOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
