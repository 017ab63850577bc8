/** PostgreSQL and Redis for tests: used when they are reachable, and in CI they must be. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import pg from 'pg';

const DATABASE = process.env.TEST_DATABASE_URL || 'postgres://postgres@127.0.0.1:5432/postgres';
const REDIS = process.env.TEST_REDIS_URL || 'redis://127.0.0.1:6379';
const required = Boolean(process.env.ZHIKE_REQUIRE_SERVICES) || process.env.CI === 'true';
const PATIENCE_MS = 3000;

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: PATIENCE_MS });
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function ping(url: string): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: PATIENCE_MS, retryStrategy: () => null });
  redis.on('error', () => {});
  try {
    await redis.connect();
    await redis.ping();
  } finally {
    redis.disconnect();
  }
}

/** null when it answers, else why not. */
const failureOf = (attempt: Promise<void>): Promise<Error | null> =>
  attempt.then(
    () => null,
    (cause: Error) => cause,
  );

const [databaseFailure, redisFailure] = await Promise.all([
  failureOf(query(DATABASE, 'select 1')),
  failureOf(ping(REDIS)),
]);

function available(name: string, url: string, failure: Error | null): string | null {
  if (!failure) return url;
  if (required) throw new Error(`${name} is required here and does not answer`, { cause: failure });
  return null;
}

/** The server in which tests may create databases; null when there is none. Throws where CI requires one. */
export function postgresUrl(): string | null {
  return available('PostgreSQL (TEST_DATABASE_URL)', DATABASE, databaseFailure);
}

/** null when there is none. Throws where CI requires one. */
export function redisUrl(): string | null {
  return available('Redis (TEST_REDIS_URL)', REDIS, redisFailure);
}

/** An empty database of the caller's own; `drop` also ends connections that were left open. */
export async function createTestDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `zhike_test_${randomUUID().replaceAll('-', '')}`;
  await query(DATABASE, `create database ${name}`);
  const url = new URL(DATABASE);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => query(DATABASE, `drop database if exists ${name} with (force)`) };
}
