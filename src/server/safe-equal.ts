/** The only way to compare secrets: in constant time, whatever their lengths. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** False when either side is empty or no string; an absent secret never equals an absent one. */
export function safeEqual(left: unknown, right: unknown): boolean {
  if (typeof left !== 'string' || typeof right !== 'string' || left === '' || right === '') return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
