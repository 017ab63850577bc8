/** The live bus that the configuration asks for. */
import type { Live, Log } from '../ports.ts';
import { createMemoryLive } from './memory.ts';

/** What is not configured is not loaded: an idle house stays small. */
export async function openLive(redisUrl: string | null, log: Log): Promise<Live> {
  if (redisUrl === null) return createMemoryLive(log);
  const { createRedisLive } = await import('./redis.ts');
  return createRedisLive({ url: redisUrl, log });
}
