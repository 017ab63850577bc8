import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Embedded, openEmbedded } from '../../src/store/pglite.ts';
import { silentLog } from '../support/engines.ts';

describe('the embedded database', () => {
  const directory = mkdtempSync(join(tmpdir(), 'zhike-'));
  let embedded: Embedded;
  beforeAll(async () => {
    embedded = await openEmbedded({ directory, log: silentLog });
  });
  afterAll(async () => {
    await embedded.db.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it.each([
    ["it's", "it's"],
    ["'); drop table x; --", "'); drop table x; --"],
    ['\\', '\\'],
    ["\\'", "\\'"],
    ['中文 😀 \n\t"', '中文 😀 \n\t"'],
    ['$1 $$ :a %s', '$1 $$ :a %s'],
    ['', ''],
    [null, null],
  ])('takes %j as a value of a prepared statement, never as SQL', async (value, kept) => {
    const values = [value, [value ?? 'x', 'b"c,{}\\'], JSON.stringify({ value }), 9007199254740991];
    const read = () =>
      embedded.db.query(`select $1::text as t, $2::text[] as a, $3::jsonb as j, $4::int8 as n`, values, 'literals');
    for (const rows of [
      await read(),
      await read(),
      await embedded.db.tx((query) =>
        query(`select $1::text as t, $2::text[] as a, $3::jsonb as j, $4::int8 as n`, values, 'literals'),
      ),
    ])
      expect(rows).toEqual([{ t: kept, a: [value ?? 'x', 'b"c,{}\\'], j: { value }, n: 9007199254740991 }]);
  });

  it('prepares a statement once when many ask for it at the same time, and again after it failed', async () => {
    const rows = await Promise.all(
      Array.from({ length: 20 }, (_, n) => embedded.db.query<{ n: number }>('select $1::int as n', [n], 'many')),
    );
    expect(rows.map(([row]) => row?.n)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    await expect(embedded.db.query('select * from not_yet', [], 'later')).rejects.toThrow(/not_yet/);
    await embedded.db.query('create table not_yet (n int)');
    expect(await embedded.db.query('select * from not_yet', [], 'later')).toEqual([]);
  });

  it('rolls a transaction back whole', async () => {
    await embedded.db.query('create table kept (n int)');
    const broken = embedded.db.tx(async (query) => {
      await query('insert into kept values (1)');
      throw new Error('no');
    });
    await expect(broken).rejects.toThrow('no');
    expect(await embedded.db.query('select * from kept')).toEqual([]);
  });
});
