/**
 * Hints between processes over Redis pub/sub. Each process hears itself directly, so Redis down means "this process
 * alone", never an error and never a wait; when it is back, subscribers are told to read again.
 */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Live, Log } from '../ports.ts';
import { decode, encode } from './frame.ts';
import { createListeners } from './memory.ts';

const CHANNEL = 'zhike:live';

/** Half a second at most between two tries, so that the bus is back within a second of Redis. */
const retryStrategy = (tries: number) => Math.min(tries * 50, 500);

/** For commands: fails at once when Redis is down, and after 200 ms when it hangs. The caller closes it. */
export function openCommands(url: string): Redis {
  const client = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: 200,
    retryStrategy,
  });
  // Without a listener an error event ends the process; the failed command tells the caller already.
  client.on('error', () => undefined);
  return client;
}

/** Resolves at once; connecting, and connecting again, go on in the background. */
export function createRedisLive({ url, log }: { url: string; log: Log }): Live {
  const origin = randomUUID();
  const listeners = createListeners(log);
  const commands = openCommands(url);
  const patient = new Redis(url, {
    maxRetriesPerRequest: null,
    autoResubscribe: false,
    enableOfflineQueue: false,
    retryStrategy,
  });
  let state: 'starting' | 'up' | 'down' | 'closed' = 'starting';

  const down = (error: unknown) => {
    if (state === 'down' || state === 'closed') return;
    state = 'down';
    log.warn(
      { reason: error instanceof Error ? error.message : 'closed' },
      'redis is away: live hints stay in this process',
    );
  };
  const up = () => {
    if (state === 'closed') return;
    const missed = state === 'down';
    state = 'up';
    if (!missed) return;
    log.info({}, 'redis is back: live hints reach all processes again');
    listeners.resync();
  };
  patient.on('error', down);
  patient.on('close', () => down(null));
  patient.on('ready', () => patient.subscribe(CHANNEL).then(up, down));
  patient.on('message', (_channel, text) => {
    const event = decode(origin, text);
    if (event) listeners.tell(event);
  });

  return {
    publish: (event) => {
      if (state === 'closed') return;
      listeners.tell(event);
      if (commands.status === 'ready') commands.publish(CHANNEL, encode(origin, event)).catch(() => undefined);
    },
    subscribe: listeners.subscribe,
    onResync: listeners.onResync,
    close: async () => {
      state = 'closed';
      commands.disconnect();
      patient.disconnect();
    },
  };
}
