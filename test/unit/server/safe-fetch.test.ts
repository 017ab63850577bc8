/** An address that somebody gave us opens no door to our own network, and no file is larger than was allowed. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSafeFetch } from '../../../src/server/safe-fetch.ts';

let server: Server;
let port = 0;
let connections = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/big') {
      response.write(Buffer.alloc(4_096));
      response.end(Buffer.alloc(4_096));
    } else if (request.url === '/moved') response.writeHead(302, { location: '/file' }).end();
    else if (request.url === '/inside') response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
    else if (request.url === '/loop') response.writeHead(302, { location: '/loop' }).end();
    else if (request.url === '/slow') return;
    else if (request.url === '/gone') response.writeHead(404).end();
    else response.end('file');
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const bounds = { maxBytes: 5_000, timeoutMs: 2_000 };
const at = (path: string) => `http://127.0.0.1:${port}${path}`;
const open = createSafeFetch(['127.0.0.0/8']);

test.each([
  'http://127.0.0.1:PORT/file',
  'http://127.1:PORT/file',
  'http://2130706433:PORT/file',
  'http://0x7f.1:PORT/file',
  'http://0.0.0.0:PORT/file',
  'http://localhost:PORT/file',
  'http://[::1]:PORT/file',
  'http://[::ffff:127.0.0.1]:PORT/file',
  'http://[::ffff:7f00:1]:PORT/file',
  'http://user:pass@127.0.0.1:PORT/file',
  'http://10.0.0.1/',
  'http://192.168.1.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://100.100.100.200/latest/meta-data/',
  'http://[fd00:ec2::254]/',
  'http://[64:ff9b::7f00:1]/',
  'file:///etc/passwd',
  'ftp://127.0.0.1/',
  'gopher://127.0.0.1/',
  'not a url',
])('%s is refused before anything is connected', async (url) => {
  const before = connections;
  const answer = await createSafeFetch()(url.replace('PORT', String(port)), bounds);
  expect(answer).toEqual({ ok: false, reason: 'failed' });
  expect(connections).toBe(before);
});

test('a network that was opened on purpose is reached, addresses of metadata never', async () => {
  expect(await open(at('/file'), bounds)).toMatchObject({ ok: true, bytes: Buffer.from('file') });
  expect(await open(at('/moved'), bounds)).toMatchObject({ ok: true });
  expect(await createSafeFetch(['0.0.0.0/0'])('http://169.254.169.254/', bounds)).toEqual({
    ok: false,
    reason: 'failed',
  });
});

test('each hop is judged anew, and there are few of them', async () => {
  expect(await open(at('/inside'), bounds)).toEqual({ ok: false, reason: 'failed' });
  expect(await open(at('/loop'), bounds)).toEqual({ ok: false, reason: 'failed' });
});

test('size and time are bounded, and what is gone is told from what failed', async () => {
  expect(await open(at('/big'), bounds)).toEqual({ ok: false, reason: 'too-large' });
  expect(await open(at('/slow'), { ...bounds, timeoutMs: 100 })).toEqual({ ok: false, reason: 'failed' });
  expect(await open(at('/gone'), bounds)).toEqual({ ok: false, reason: 'gone' });
});
