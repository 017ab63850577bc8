/** Reads a request's body under a limit, so that the refusal of a large one still reaches the client. */
import type { Request } from 'express';
import * as z from 'zod';
import { ZhikeError } from '../../domain/errors.ts';

/** Thrown away beyond the limit before the connection ends: a reset would look like a dead network to the client. */
const MAX_WASTE = 64 * 1024 * 1024;

/** The whole body, or `TooLarge` once the rest of it has been read and thrown away. */
export function readBody(request: Request, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    if (request.readableEnded || request.destroyed) reject(new ZhikeError('MalformedData'));
    request.on('data', (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size <= limit) chunks.push(chunk);
      else chunks.length = 0;
      if (size > limit + MAX_WASTE) request.destroy();
    });
    request.on('end', () => (size <= limit ? resolve(Buffer.concat(chunks)) : reject(new ZhikeError('TooLarge'))));
    request.on('error', () => reject(new ZhikeError('MalformedData')));
    // It closes after a whole body too.
    request.on('close', () => {
      if (!request.complete) reject(new ZhikeError('MalformedData'));
    });
  });
}

/** A small JSON body by its schema; no body is an empty object. Throws `MalformedData` or `TooLarge`. */
export async function readJson<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  const raw = (await readBody(request, 64 * 1024)).toString('utf8');
  try {
    return schema.parse(raw.trim() === '' ? {} : JSON.parse(raw));
  } catch (error) {
    const path = error instanceof z.ZodError ? error.issues[0]?.path.map(String).join('.') : undefined;
    throw new ZhikeError('MalformedData', path ? { path } : undefined);
  }
}
