/** A watermark: the `seq` behind which a client stands, as a decimal string. */
import { ZhikeError } from '../../domain/errors.ts';

/** Null when the parameter is absent, 0 (the beginning) when it is empty; anything but a number is `InvalidRange`. */
export function parseWatermark(given: unknown): number | null {
  if (given === undefined) return null;
  if (typeof given !== 'string' || !/^\d{0,15}$/.test(given))
    throw new ZhikeError('InvalidRange', { path: 'watermark' });
  return Number(given);
}
