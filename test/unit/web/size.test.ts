import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const dist = path.join(import.meta.dirname, '../../../dist/web');
const KILO = 1024;
const packed = (file: string): number => readFileSync(`${path.join(dist, file)}.br`).length;

test('the launcher weighs less than 6 kB', () => expect(packed('widget.js')).toBeLessThan(6 * KILO));

test('everything that is needed to chat weighs less than 30 kB', () => {
  const assets = readdirSync(path.join(dist, 'chat/assets')).filter((name) => /\.(js|css)$/.test(name));
  expect(assets.length).toBeGreaterThanOrEqual(2);
  const files = ['widget.js', 'chat/index.html', ...assets.map((name) => `chat/assets/${name}`)];
  expect(files.reduce((sum, file) => sum + packed(file), 0)).toBeLessThan(30 * KILO);
});

test('the launcher can be read in a page of any charset', () =>
  expect(readFileSync(path.join(dist, 'widget.js')).every((byte) => byte < 0x80)).toBe(true));
