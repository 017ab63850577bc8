/** UUIDv7 ids; chance is fetched for many at a time, since a call for sixteen bytes costs more than all the rest. */
import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';
import type { NewId } from './ports.ts';

const BYTES = 16;
const POOL = 256 * BYTES;

export function createIds(): NewId {
  const pool = new Uint8Array(POOL);
  let at = POOL;
  return () => {
    if (at === POOL) {
      randomFillSync(pool);
      at = 0;
    }
    at += BYTES;
    return v7({ random: pool.subarray(at - BYTES, at) });
  };
}
