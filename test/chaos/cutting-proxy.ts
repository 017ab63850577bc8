/** A wire that breaks: passes bytes between two ports, and now and then cuts both ends in the middle of a command. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Dice } from './dice.ts';

export type CuttingProxy = { port: number; readonly cuts: number; heal(): void; close(): Promise<void> };

const MOST_BYTES = 4_000;

export async function openCuttingProxy(
  target: number,
  { dice, share }: { dice: Dice; share: number },
): Promise<CuttingProxy> {
  const open = new Set<Socket>();
  let cuts = 0;
  let healed = false;
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    const end = () => {
      near.destroy();
      far.destroy();
      open.delete(near);
    };
    open.add(near);
    let left = !healed && dice.chance(share) ? dice.below(MOST_BYTES) : Number.POSITIVE_INFINITY;
    const pass = (to: Socket) => (chunk: Buffer) => {
      left -= chunk.byteLength;
      if (left >= 0) return void to.write(chunk);
      cuts++;
      end();
    };
    near.on('data', pass(far)).on('error', end).on('close', end);
    far.on('data', pass(near)).on('error', end).on('close', end);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    get cuts() {
      return cuts;
    },
    heal: () => {
      healed = true;
    },
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
