/** A fresh PostgreSQL database for one run, dropped when the run is over, whoever is still connected. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** `url` leads to any database of a server on which databases may be created. */
export async function createDatabase(url: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `zhike_chaos_${randomUUID().replaceAll('-', '')}`;
  await execute(url, `create database ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return { url: own.href, drop: () => execute(url, `drop database if exists ${name} with (force)`) };
}
