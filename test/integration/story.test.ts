import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openServerWorld, type Person, type ServerWorld } from '../support/server-world.ts';

type Wire = {
  id: string;
  type: string;
  text?: string;
  name?: string;
  from: { role: string; name: string };
  channelData?: Record<string, unknown>;
  attachments?: { contentUrl: string }[];
};

describe('the main job: a question on the web, an answer, a person, and nothing lost', () => {
  let world: ServerWorld;
  let agent: Person;
  let chat: { conversationId: string; token: string };
  beforeAll(async () => {
    world = await openServerWorld({
      env: { BURST_WINDOW_MS: '20' },
      overrides: { workers: true, clock: () => new Date('2026-03-02T02:00:00Z') },
    });
    agent = await world.join('agent');
    const session = await world.call('POST', '/api/web/session', { body: { locale: 'zh-CN' } });
    chat = session.json as typeof chat;
    await customer('POST', '', {});
  });
  afterAll(() => world.close());

  const customer = (method: string, path: string, body?: unknown) =>
    world.call(method, `/v3/directline/conversations${path}`, {
      ...(body === undefined ? {} : { body }),
      headers: { authorization: `Bearer ${chat.token}` },
    });
  const seen = async () => (await customer('GET', `/${chat.conversationId}/activities`)).json.activities as Wire[];
  const say = (text: string) =>
    customer('POST', `/${chat.conversationId}/activities`, {
      type: 'message',
      text,
      channelData: { clientActivityID: text },
    });
  const hears = (fits: (activity: Wire) => boolean) =>
    vi.waitFor(
      async () => {
        const found = (await seen()).find(fits);
        if (!found) throw new Error('not yet');
        return found;
      },
      { timeout: 10_000, interval: 20 },
    );
  const act = (path: string, body?: unknown) =>
    world.call('POST', `/api/v1/conversations/${chat.conversationId}${path}`, {
      cookie: agent.cookie,
      ...(body === undefined ? { body: {} } : { body }),
    });

  it('answers 怎么退货 from an article, whose page the link opens', async () => {
    await say('怎么退货');
    const reply = await hears(({ from, channelData }) => from.role === 'bot' && channelData?.source !== undefined);
    const source = reply.channelData?.source as { url: string; articleId: string };
    expect(source.articleId).toBe('returns/how-to-return');
    const page = await world.call('GET', new URL(source.url).pathname);
    expect(page).toMatchObject({ status: 200 });
    expect(page.text).toContain('怎么退货');
  });

  it('says honestly that it does not know, and the second time that a person takes over', async () => {
    await say('帮我写一首关于秋天的诗');
    await hears(({ text }) => text?.includes('转人工') === true && text.includes('没有可靠的答案'));
    await say('今天天气怎么样');
    await hears(({ text }) => /T-\d+/.test(text ?? ''));
  });

  it('shows the agent the ticket with everything said so far, and tells the customer who comes', async () => {
    const waiting = await world.call('GET', '/api/v1/conversations?view=waiting', { cookie: agent.cookie });
    expect(waiting.json.items).toMatchObject([
      { id: chat.conversationId, status: 'waiting', ticket: { reason: 'unanswered', status: 'open' } },
    ]);
    const log = await world.call('GET', `/api/v1/conversations/${chat.conversationId}/activities`, {
      cookie: agent.cookie,
    });
    const texts = (log.json.items as { text?: string }[]).map(({ text }) => text);
    for (const text of ['怎么退货', '帮我写一首关于秋天的诗', '今天天气怎么样']) expect(texts).toContain(text);
    expect((await act('/messages', { text: '您好', clientId: 'too-early-1' })).problem.code).toBe('NotYours');
    expect((await act('/take-over')).json).toMatchObject({ status: 'human', owner: { id: agent.id } });
    await hears(({ type, name }) => type === 'event' && name === 'desk.joined');
  });

  it('carries the agent’s answer to the customer once, however often it is sent, and the note never', async () => {
    for (let n = 0; n < 3; n++)
      expect((await act('/messages', { text: '写诗暂时不行', clientId: 'client-id-1' })).status).toBe(200);
    expect((await act('/notes', { text: '客户很有想象力', clientId: 'client-id-2' })).status).toBe(200);
    await hears(({ text }) => text === '写诗暂时不行');
    const texts = (await seen()).map(({ text }) => text);
    expect(texts.filter((text) => text === '写诗暂时不行')).toHaveLength(1);
    expect(texts).not.toContain('客户很有想象力');
  });

  it('keeps the bot silent while a person is on it', async () => {
    await say('怎么开发票？');
    await act('/messages', { text: '我来回答', clientId: 'client-id-3' });
    await hears(({ text }) => text === '我来回答');
    expect((await seen()).filter(({ channelData }) => channelData?.source !== undefined)).toHaveLength(1);
  });

  it('opens the customer’s file to colleagues, and to nobody without a session', async () => {
    const form = new FormData();
    form.set(
      'activity',
      new Blob([JSON.stringify({ type: 'message', text: '看图' })], { type: 'application/vnd.microsoft.activity' }),
      'blob',
    );
    form.set('file', new Blob(['照片说明'], { type: 'text/plain' }), '照片.txt');
    const sent = await fetch(`${world.url}/v3/directline/conversations/${chat.conversationId}/upload`, {
      method: 'POST',
      body: form,
      headers: { authorization: `Bearer ${chat.token}` },
    });
    expect(sent.status).toBe(200);
    const log = await world.call('GET', `/api/v1/conversations/${chat.conversationId}/activities`, {
      cookie: agent.cookie,
    });
    const file = (log.json.items as Wire[]).flatMap(({ attachments = [] }) => attachments).at(-1);
    const path = String(file?.contentUrl);
    const opened = await world.call('GET', path, { cookie: agent.cookie });
    expect(opened).toMatchObject({ status: 200, text: '照片说明' });
    expect(opened.headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''%E7%85%A7/);
    expect(opened.headers.get('content-security-policy')).toContain('sandbox');
    expect((await world.call('GET', path)).status).toBe(401);
    expect((await world.call('GET', '/api/v1/files/nothing', { cookie: agent.cookie })).status).toBe(404);
  });

  it('asks after the end how it was, and shows the score to the desk', async () => {
    await act('/resolve');
    await hears(({ text }) => text?.includes('您的问题解决了吗') === true);
    await say('已解决');
    await hears(({ text }) => text?.includes('打个分') === true);
    await say('5 分');
    await hears(({ text }) => text?.includes('谢谢您的评价') === true);
    const detail = await world.call('GET', `/api/v1/conversations/${chat.conversationId}`, { cookie: agent.cookie });
    expect(detail.json).toMatchObject({
      status: 'resolved',
      csat: { score: 5, resolved: true },
      tickets: [{ status: 'resolved' }],
    });
  });
});
