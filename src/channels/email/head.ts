/** The headers of a mail that is not read any further: bounded, unfolded, and no more than that. */
import type { MailHeader } from './mail.ts';

const MAX_BYTES = 64 * 1024;
const MAX_HEADERS = 300;
const MAX_VALUE = 2_000;

export function readHead(raw: Uint8Array): MailHeader[] {
  const text = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, MAX_BYTES)).toString('utf8');
  const [head = ''] = text.replace(/\r\n?/g, '\n').split('\n\n', 1);
  return head
    .replace(/\n[ \t]+/g, ' ')
    .split('\n', MAX_HEADERS)
    .flatMap((line) => {
      const colon = line.indexOf(':');
      if (colon < 1) return [];
      const name = line.slice(0, colon).trim().toLowerCase();
      return [
        {
          name,
          value: line
            .slice(colon + 1)
            .trim()
            .slice(0, MAX_VALUE),
        },
      ];
    });
}
