/** The thread in which mails are read: one at a time, answered by number. */
import { parentPort } from 'node:worker_threads';
import type { Own } from '../filter/classify.ts';
import { readMail } from './read-mail.ts';

export interface ReadOrder {
  number: number;
  raw: Uint8Array;
  own: Own;
}

parentPort?.on('message', ({ number, raw, own }: ReadOrder) => {
  void readMail(raw, own).then((mail) => {
    const files = 'unparsed' in mail ? [] : mail.attachments.map(({ bytes }) => bytes.buffer as ArrayBuffer);
    parentPort?.postMessage({ number, mail }, files);
  });
});
parentPort?.postMessage({ ready: true });
