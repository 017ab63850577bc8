import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, createClient, type Started, type Wire } from '../support/direct-line.ts';
import { type App, openApp } from '../support/direct-line-app.ts';
import { SHOP_ORIGIN } from '../support/direct-line-bare.ts';

const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.from([...Array(256).keys()])]);
const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(3_000, 'zhike')]);
const HTML = Buffer.from('<!doctype html><script>alert(1)</script>');

let app: App;
let client: Client;
beforeAll(async () => {
  app = await openApp();
  client = createClient(app.base);
});
afterAll(() => app.close());

const begin = async (): Promise<Started> => client.start((await client.generate(app.secret)).token);
type Given = { name: string; type: string; bytes: Buffer };

function formOf(files: Given[], activity: object | null = { type: 'message', text: '看图' }): FormData {
  const form = new FormData();
  if (activity) {
    const announced = files.map(({ name, type }) => ({ name, contentType: type }));
    const json = JSON.stringify({ ...activity, attachments: announced });
    form.append('activity', new Blob([json], { type: 'application/vnd.microsoft.activity' }), 'blob');
  }
  for (const { name, type, bytes } of files) form.append('file', new Blob([new Uint8Array(bytes)], { type }), name);
  return form;
}
const upload = ({ conversationId, token }: Started, body: unknown, headers: Record<string, string> = {}) =>
  client.request<{ id: string }>('POST', `/conversations/${conversationId}/upload?userId=someone`, {
    as: token,
    body,
    headers,
  });
async function echoOf(chat: Started, id: string): Promise<Wire> {
  const echo = (await client.history(chat)).activities.find((activity) => activity.id === id);
  if (!echo) throw new Error('the upload did not come back');
  return echo;
}
async function download(url: string): Promise<{ status: number; headers: Headers; bytes: Buffer }> {
  const response = await fetch(url);
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}
const linksOf = (echo: Wire) => (echo.attachments ?? []).map(({ contentUrl }) => contentUrl ?? '');

describe('an upload', () => {
  test('of two files is one message with both, whose bytes come back as they were sent', async () => {
    const chat = await begin();
    const files = [
      { name: '破损的商品 (1).png', type: 'image/png', bytes: PNG },
      { name: "it's a receipt.pdf", type: 'application/pdf', bytes: PDF },
    ];
    const clientActivityID = crypto.randomUUID();
    const activity = { type: 'message', text: '看图', channelData: { clientActivityID } };
    const posted = await upload(chat, formOf(files, activity));
    const again = await upload(chat, formOf(files, activity));
    expect([posted.status, again.body.id]).toEqual([200, posted.body.id]);
    const echo = await echoOf(chat, posted.body.id);
    expect(echo).toMatchObject({ text: '看图', channelData: { clientActivityID }, from: { role: 'user' } });
    expect(echo.attachments?.map(({ name, contentType }) => ({ name, type: contentType }))).toEqual(
      files.map(({ name, type }) => ({ name, type })),
    );
    for (const [index, link] of linksOf(echo).entries()) {
      const { status, headers, bytes } = await download(link);
      expect(status).toBe(200);
      expect(bytes.equals(files[index]?.bytes ?? Buffer.alloc(0))).toBe(true);
      expect(headers.get('content-type')).toBe(files[index]?.type);
      expect(headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''/);
      const name = headers.get('content-disposition')?.split("''")[1] ?? '';
      expect(name).toMatch(/^[\w.!#$&+^`|~%-]+$/);
      expect(decodeURIComponent(name)).toBe(files[index]?.name);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
      expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    }
  });

  test('whose files come in another order than they were announced keeps the announced one', async () => {
    const chat = await begin();
    const form = formOf([], { type: 'message' });
    const announced = [
      { name: 'a.png', contentType: 'image/png' },
      { name: 'b.pdf', contentType: 'application/pdf' },
    ];
    form.set('activity', new Blob([JSON.stringify({ type: 'message', attachments: announced })]), 'blob');
    form.append('file', new Blob([new Uint8Array(PDF)], { type: 'application/pdf' }), 'b.pdf');
    form.append('file', new Blob([new Uint8Array(PNG)], { type: 'image/png' }), 'a.png');
    const echo = await echoOf(chat, (await upload(chat, form)).body.id);
    expect(echo.attachments?.map(({ name }) => name)).toEqual(['a.png', 'b.pdf']);
  });

  test('of one raw body with a name is taken too', async () => {
    const chat = await begin();
    const disposition = `name="file"; filename="${Buffer.from('发票.png').toString('latin1')}"`;
    const posted = await upload(chat, PNG, { 'content-type': 'image/png', 'content-disposition': disposition });
    const echo = await echoOf(chat, posted.body.id);
    expect(echo.attachments).toMatchObject([{ name: '发票.png', contentType: 'image/png' }]);
    expect((await download(linksOf(echo)[0] ?? '')).bytes.equals(PNG)).toBe(true);
  });

  test.each([
    ['a page that calls itself an image', 'a.png', 'image/png', HTML, 'application/octet-stream'],
    ['a page', 'a.html', 'text/html', HTML, 'application/octet-stream'],
    [
      'a drawing with scripts',
      'a.svg',
      'image/svg+xml',
      Buffer.from('<svg onload="alert(1)"/>'),
      'application/octet-stream',
    ],
    ['an image under another flag', 'a.txt', 'text/plain', PNG, 'application/octet-stream'],
    ['a photo with the wrong ending', 'a.jpg', 'image/jpeg', PNG, 'image/png'],
    ['plain text', 'a.txt', 'text/plain', Buffer.from('你好'), 'text/plain'],
    ['a table', 'a.csv', 'text/csv', Buffer.from('a,b\n1,2'), 'text/csv'],
    ['bytes', 'a.bin', 'application/octet-stream', Buffer.from([0, 1, 2]), 'application/octet-stream'],
  ])('of %s is what its content says', async (_what, name, type, bytes, kind) => {
    const chat = await begin();
    const echo = await echoOf(chat, (await upload(chat, formOf([{ name, type, bytes }]))).body.id);
    expect(echo.attachments?.[0]?.contentType).toBe(kind);
    const { headers } = await download(linksOf(echo)[0] ?? '');
    expect(headers.get('content-type')).toBe(kind);
    expect(headers.get('content-disposition')).toMatch(/^attachment/);
  });

  test.each([
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['\u200b.htaccess', '.htaccess'],
    ['a\u202egnp.exe', 'agnp.exe'],
    ['..', 'file'],
    [`${'长'.repeat(200)}.png`, `${'长'.repeat(146)}.png`],
  ])('named %j is called %j', async (name, expected) => {
    const chat = await begin();
    const echo = await echoOf(chat, (await upload(chat, formOf([{ name, type: 'image/png', bytes: PNG }]))).body.id);
    expect(echo.attachments?.[0]?.name).toBe(expected);
  });

  const boundary = { 'content-type': 'multipart/form-data; boundary=b' };
  const part =
    '--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\ncontent-type: text/plain\r\n\r\n';
  test.each([
    ['no file', formOf([]), {}, 400],
    ['an empty form', '--b--\r\n', boundary, 400],
    ['an empty body', '', { 'content-type': 'image/png' }, 400],
    ['no boundary', part, { 'content-type': 'multipart/form-data' }, 400],
    ['garbage', 'garbage '.repeat(1_000), boundary, 400],
    ['a form that breaks off', `${part}half a fi`, boundary, 400],
    ['a part without headers', '--b\r\n\r\n--b--\r\n', boundary, 400],
    ['headers without end', `--b\r\n${'x: y\r\n'.repeat(10_000)}`, boundary, 400],
    ['an activity without a type', formOf([{ name: 'a.png', type: 'image/png', bytes: PNG }], {}), {}, 400],
    ['a typing with a file', formOf([{ name: 'a.png', type: 'image/png', bytes: PNG }], { type: 'typing' }), {}, 400],
    ['eleven files', formOf(Array(11).fill({ name: 'a.png', type: 'image/png', bytes: PNG })), {}, 413],
    ['21 MB', formOf([{ name: 'a.bin', type: 'image/png', bytes: Buffer.alloc(21 * 1024 * 1024) }]), {}, 413],
    ['40 MB', formOf([{ name: 'a.bin', type: 'image/png', bytes: Buffer.alloc(40 * 1024 * 1024) }]), {}, 413],
  ])('of %s is answered, readably from the page, and the server lives', async (_what, body, headers, status) => {
    const chat = await begin();
    const answer = await upload(chat, body, { ...(headers as Record<string, string>), origin: SHOP_ORIGIN });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
    expect(answer.body).toMatchObject({ error: { code: expect.any(String) } });
    expect((await client.history(chat)).activities.filter(({ from }) => from.role === 'user')).toEqual([]);
  });
});

describe('a link', () => {
  test('opens its one file, and nothing without its signature, under another id, or by another token', async () => {
    const chat = await begin();
    const sent = ['a.png', 'b.png'].map((name) => ({ name, type: 'image/png', bytes: PNG }));
    const [one = '', two = ''] = linksOf(await echoOf(chat, (await upload(chat, formOf(sent))).body.id));
    const [bare = '', signature = ''] = one.split('?t=');
    const status = async (url: string) => (await download(url)).status;
    expect(await status(one)).toBe(200);
    expect(await status(bare)).toBe(401);
    expect(await status(`${bare}?t=`)).toBe(403);
    expect(await status(`${bare}?t=${signature.slice(0, -2)}`)).toBe(403);
    expect(await status(`${two.split('?t=')[0]}?t=${signature}`)).toBe(403);
    expect(await status(`${bare}?t=${chat.token}`)).toBe(403);
    expect(await status(`${bare}?t=${signature}&t=${signature}`)).toBe(403);
    for (const path of ['..%2f..%2fetc%2fpasswd', '%00', '%2e%2e', 'a\\b'])
      expect([403, 404]).toContain(await status(`${app.base}/attachments/${path}?t=${signature}`));
    const { status: asBearer } = await client.request('GET', '/session/getsessionid', { as: signature });
    expect(asBearer).toBe(403);
  });
});
