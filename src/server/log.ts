/** Structured lines on standard output: no secret, no message text, and of an error only what carries no personal data. */
import { type DestinationStream, pino } from 'pino';
import type { Log } from '../ports.ts';

/** Fields that are masked wherever they stand, one level deep too: a slip of the pen must not become a leak. */
const SECRET = [
  'password',
  'currentPassword',
  'newPassword',
  'token',
  'secret',
  'authorization',
  'cookie',
  'code',
  'text',
  'body',
  'email',
];

/** Drivers hang query values and row contents on their errors: only the kind, the words and the place are kept. */
function errorFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error).slice(0, 500) };
  const code = 'code' in error ? { errorCode: String(error.code) } : {};
  const cause = error.cause === undefined ? {} : { cause: errorFields(error.cause) };
  return {
    type: error.name,
    message: error.message.slice(0, 500),
    ...code,
    stack: error.stack?.slice(0, 4_000),
    ...cause,
  };
}

export function createLog({ level, destination }: { level: string; destination?: DestinationStream }): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`]), censor: '[masked]' },
    serializers: { err: errorFields },
  };
  return destination ? pino(options, destination) : pino(options);
}
