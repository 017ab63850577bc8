/** A visitor before we know a name: an id that nobody can guess, and something to call them at the desk. */
import { randomBytes } from 'node:crypto';
import type { Locale } from '../../domain/locale.ts';
import type { Random } from '../../ports.ts';

/** Direct Line's form of a user id that only the server hands out; 128 random bits. */
export function newVisitorId(): string {
  return `dl_${randomBytes(16).toString('base64url')}`;
}

/** Without the letters and digits that are mistaken for each other on the telephone. */
const LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

/** `访客 A3F2`, `Visitor A3F2`: for people to tell chats apart, not unique. */
export function visitorName(locale: Locale, random: Random): string {
  const tag = Array.from({ length: 4 }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('');
  return `${locale === 'zh-CN' ? '访客' : 'Visitor'} ${tag}`;
}
