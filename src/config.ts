/** The only reader of the environment: parses it whole into a frozen Config, or names every problem at once. */
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import * as z from 'zod';
import { parseSpan, type WorkingHours } from './domain/calendar.ts';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export type Config = Readonly<{
  host: string;
  port: number;
  /** Origin under which browsers reach us, without a slash at the end. */
  publicUrl: string;
  dataDir: string;
  /** null: the embedded database in `dataDir`. */
  databaseUrl: string | null;
  /** null: hints, limits and presence stay in this process. */
  redisUrl: string | null;
  /** Seals the secrets of inboxes; null: a key file in `dataDir`. */
  secretKey: string | null;
  /** null: the server makes one and keeps it. */
  directLineSecret: string | null;
  /** Origins that may embed the chat besides `publicUrl`; empty: any on localhost and 127.0.0.1. */
  webOrigins: readonly string[];
  /** null: /metrics is not served. */
  metricsToken: string | null;
  logLevel: (typeof LOG_LEVELS)[number];
  shopName: string;
  workingHours: Readonly<WorkingHours>;
  burstWindowMs: number;
  /** Addresses and networks whose `X-Forwarded-*` headers are believed. */
  trustProxy: readonly string[];
  /** null: no model is asked. `baseUrl` null: the SDK's own address; `apiKey` null: the endpoint wants none. */
  llm: Readonly<{ apiKey: string | null; baseUrl: string | null; model: string; timeoutMs: number }> | null;
  /** WeChat's API; the simulator's in its stead. */
  wechatApiBase: string;
  /** Networks of our own from which files that others name may be fetched. */
  fetchAllow: readonly string[];
  /** Where other mail servers hand mails to us; null: nowhere. */
  mailListen: Readonly<{ protocol: 'smtp' | 'lmtp'; host: string; port: number }> | null;
  /** Networks of our own in which mail servers may stand, on any port. */
  mailAllow: readonly string[];
  /** Who must have a second factor; null: as administrators set it in the console. */
  twoFactorFor: 'nobody' | 'admins' | 'everybody' | null;
  turnConcurrency: number;
  /** Share of wrong answers that the bot may give before it prefers to ask or to hand over. */
  answerWrongBudget: number;
}>;

/** What is wrong with the environment, one line per variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly lines: readonly string[];
  constructor(lines: readonly string[]) {
    super(
      `The configuration has ${lines.length === 1 ? 'a problem' : `${lines.length} problems`}:\n${lines.join('\n')}`,
    );
    this.lines = lines;
  }
}

const EXAMPLE_VALUES = [
  /change[-_ ]?(me|this|it)/i,
  /replace[-_ ]?(me|this)/i,
  /your[-_ ]/i,
  /example|placeholder/i,
  /^(.)\1+$/,
  /[<>]|\.\.\.|…/,
];
const isOwn = (value: string): boolean => !EXAMPLE_VALUES.some((pattern) => pattern.test(value));

const words = (min: number, max: number) =>
  z.string().min(min, `is shorter than ${min} characters`).max(max, `is longer than ${max} characters`);
const secret = words(16, 512).refine(isOwn, 'is an example value and no secret');
const between = (min: number, max: number) => (value: number) => value >= min && value <= max;
const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'is not a whole number')
    .transform(Number)
    .refine(between(min, max), `is not between ${min} and ${max}`);
const fraction = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d(\.\d{1,6})?$/, 'is not a number like 0.05')
    .transform(Number)
    .refine(between(min, max), `is not between ${min} and ${max}`);
const url = (...schemes: string[]) =>
  z
    .string()
    .refine(
      (value) => schemes.includes(URL.parse(value)?.protocol ?? ''),
      `is not a URL that starts with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
    );
/** As browsers send it in `Origin`. */
const origin = url('http:', 'https:')
  .refine((value) => /^https?:\/\/[^/?#@*\s]+\/?$/i.test(value), 'is more than scheme, host and port')
  .transform((value) => URL.parse(value)?.origin ?? value);
const network = z.string().refine((value) => {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(value) ?? [];
  const family = isIP(address);
  return family !== 0 && (bits === undefined || between(1, family === 4 ? 32 : 128)(Number(bits)));
}, 'is not an address or a network like 10.0.0.0/8');
const list = <T extends z.ZodType<string, string>>(item: T) =>
  z
    .string()
    .transform((value) => value.split(',').map((part) => part.trim()))
    .transform((parts) => parts.filter((part) => part !== ''))
    .pipe(z.array(item).max(64, 'has more than 64 entries'));
const span = z.string().transform((value, context) => {
  const parsed = parseSpan(value);
  if (!parsed) context.addIssue('is not a span of one day');
  return parsed ?? z.NEVER;
});
const mailListener = z.string().transform((value, context) => {
  const [, protocol, host = '', port] = /^(smtp|lmtp):\/\/(\[[\da-f:.]+\]|[\w.-]+):(\d{1,5})\/?$/i.exec(value) ?? [];
  if (protocol === undefined || !between(0, 65_535)(Number(port))) {
    context.addIssue('is not an address like smtp://127.0.0.1:2525 or lmtp://127.0.0.1:2524');
    return z.NEVER;
  }
  const isLmtp = protocol.toLowerCase() === 'lmtp';
  return Object.freeze({
    protocol: isLmtp ? ('lmtp' as const) : ('smtp' as const),
    host: host.replace(/^\[|\]$/g, ''),
    port: Number(port),
  });
});
const timeZone = z.string().refine((value) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }) !== null;
  } catch {
    return false;
  }
}, 'is not a time zone of the IANA list');

const random = '$(openssl rand -base64 32)';

/** Every variable: how it is parsed, its default as one writes it (null: none), and an example of a right value. */
export const variables = {
  HOST: {
    parse: words(1, 253).regex(/^[\w.:-]+$/, 'is not a host name or an address'),
    preset: '127.0.0.1',
    example: '0.0.0.0',
  },
  PORT: { parse: whole(0, 65_535), preset: '3978', example: '8080' },
  PUBLIC_URL: { parse: origin, preset: null, example: 'https://chat.example.com' },
  DATA_DIR: { parse: words(1, 4096), preset: './data', example: '/var/lib/zhike' },
  DATABASE_URL: {
    parse: url('postgres:', 'postgresql:'),
    preset: null,
    example: 'postgres://zhike:PASSWORD@127.0.0.1:5432/zhike',
  },
  REDIS_URL: { parse: url('redis:', 'rediss:'), preset: null, example: 'redis://127.0.0.1:6379' },
  SECRET_KEY: { parse: secret, preset: null, example: random },
  DIRECTLINE_SECRET: { parse: secret, preset: null, example: random },
  WEB_ORIGINS: { parse: list(origin), preset: '', example: 'https://www.example.com,https://m.example.com' },
  METRICS_TOKEN: { parse: secret, preset: null, example: random },
  LOG_LEVEL: { parse: z.enum(LOG_LEVELS, `is not one of ${LOG_LEVELS.join(', ')}`), preset: 'info', example: 'debug' },
  SHOP_NAME: { parse: words(1, 60), preset: '知客示例店', example: '春风小店' },
  WORKING_HOURS: { parse: span, preset: '09:00-21:00', example: '08:30-22:00' },
  TIME_ZONE: { parse: timeZone, preset: 'Asia/Shanghai', example: 'Asia/Singapore' },
  BURST_WINDOW_MS: { parse: whole(0, 10_000), preset: '400', example: '800' },
  TRUST_PROXY: { parse: list(network), preset: '', example: '127.0.0.1,10.0.0.0/8' },
  OPENAI_API_KEY: {
    parse: words(1, 512).refine(isOwn, 'is an example value and no key'),
    preset: null,
    example: '$(cat openai.key)',
  },
  OPENAI_BASE_URL: { parse: url('http:', 'https:'), preset: null, example: 'http://127.0.0.1:11434/v1' },
  OPENAI_MODEL: { parse: words(1, 200), preset: 'gpt-4o-mini', example: 'qwen3:8b' },
  LLM_TIMEOUT_MS: { parse: whole(100, 120_000), preset: '8000', example: '15000' },
  WECHAT_API_BASE: {
    parse: origin,
    preset: 'https://api.weixin.qq.com',
    example: 'http://127.0.0.1:4400',
  },
  FETCH_ALLOW: { parse: list(network), preset: '', example: '10.1.0.0/16' },
  MAIL_LISTEN: { parse: mailListener, preset: null, example: 'smtp://127.0.0.1:2525' },
  MAIL_ALLOW: { parse: list(network), preset: '', example: '127.0.0.1,10.2.0.0/16' },
  REQUIRE_TWO_FACTOR: {
    parse: z.enum(['nobody', 'admins', 'everybody'], 'is not one of nobody, admins, everybody'),
    preset: null,
    example: 'admins',
  },
  TURN_CONCURRENCY: { parse: whole(1, 10_000), preset: '256', example: '64' },
  ANSWER_WRONG_BUDGET: { parse: fraction(0, 0.5), preset: '0.05', example: '0.02' },
} as const satisfies Record<string, { parse: z.ZodType; preset: string | null; example: string }>;

type Name = keyof typeof variables;
type Value<N extends Name> =
  | z.output<(typeof variables)[N]['parse']>
  | ((typeof variables)[N]['preset'] extends string ? never : null);

/** Parses an environment; an empty string counts as unset. Throws ConfigError with a line for every variable that is wrong. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const lines: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { parse, preset, example }] of Object.entries(variables)) {
    const given = env[name]?.trim() || preset;
    const parsed = given === null ? null : parse.safeParse(given);
    const issue = parsed?.error?.issues[0];
    if (issue) lines.push(lineOf(name, issue, example));
    values[name] = parsed?.success ? parsed.data : null;
  }
  if (lines.length > 0) throw new ConfigError(lines);
  return configOf((name) => values[name] as Value<typeof name>);
}

/** The value itself is never shown: it may be a secret. */
function lineOf(name: string, issue: z.core.$ZodIssue, example: string): string {
  const [entry] = issue.path;
  return `${name} ${typeof entry === 'number' ? `entry ${entry + 1} ` : ''}${issue.message}. Example: ${name}=${example}`;
}

function configOf(get: <N extends Name>(name: N) => Value<N>): Config {
  const host = get('HOST');
  const port = get('PORT');
  const apiKey = get('OPENAI_API_KEY');
  const baseUrl = get('OPENAI_BASE_URL');
  return Object.freeze({
    host,
    port,
    publicUrl: get('PUBLIC_URL') ?? `http://${reachable(host)}:${port}`,
    dataDir: get('DATA_DIR'),
    databaseUrl: get('DATABASE_URL'),
    redisUrl: get('REDIS_URL'),
    secretKey: get('SECRET_KEY'),
    directLineSecret: get('DIRECTLINE_SECRET'),
    webOrigins: Object.freeze(get('WEB_ORIGINS')),
    metricsToken: get('METRICS_TOKEN'),
    logLevel: get('LOG_LEVEL'),
    shopName: get('SHOP_NAME'),
    workingHours: Object.freeze({ timeZone: get('TIME_ZONE'), ...get('WORKING_HOURS') }),
    burstWindowMs: get('BURST_WINDOW_MS'),
    trustProxy: Object.freeze(get('TRUST_PROXY')),
    llm:
      apiKey === null && baseUrl === null
        ? null
        : Object.freeze({ apiKey, baseUrl, model: get('OPENAI_MODEL'), timeoutMs: get('LLM_TIMEOUT_MS') }),
    wechatApiBase: get('WECHAT_API_BASE'),
    fetchAllow: Object.freeze(get('FETCH_ALLOW')),
    mailListen: get('MAIL_LISTEN'),
    mailAllow: Object.freeze(get('MAIL_ALLOW')),
    twoFactorFor: get('REQUIRE_TWO_FACTOR'),
    turnConcurrency: get('TURN_CONCURRENCY'),
    answerWrongBudget: get('ANSWER_WRONG_BUDGET'),
  });
}

/** A browser cannot go to "all addresses of this machine". */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return isIP(host) === 6 ? `[${host}]` : host;
}

/** Adds the variables of a `.env` file to the environment, where there is one; what is set already stays. */
export function loadEnvFile(path = '.env'): void {
  if (existsSync(path)) process.loadEnvFile(path);
}

/** The configuration of this process. Throws ConfigError. */
export function configFromEnvironment(): Config {
  return readConfig(process.env);
}
