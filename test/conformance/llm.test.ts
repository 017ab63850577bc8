import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import nock from 'nock';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createOpenAi } from '../../src/llm/openai.ts';
import type { Llm } from '../../src/ports.ts';

const BASE = 'http://model.test/v1';
const request = { question: '怎么退货', answer: '7 天内申请。', locale: 'zh-CN' as const };

describe('an OpenAI-compatible model', () => {
  let now = 0;
  const open = (): Llm => createOpenAi({ apiKey: null, baseUrl: BASE, model: 'test-model', timeoutMs: 150 }, () => now);
  const answers = (content: unknown) =>
    nock(BASE)
      .post('/chat/completions')
      .reply(200, { choices: [{ message: { role: 'assistant', content } }] });

  beforeAll(() => nock.disableNetConnect());
  afterEach(() => {
    nock.cleanAll();
    now = 0;
  });
  afterAll(() => nock.enableNetConnect());

  it('words an answer, given the article and nothing else to go by', async () => {
    const asked: string[] = [];
    nock(BASE)
      .post('/chat/completions', (body: { model: string; messages: { content: string }[] }) => {
        asked.push(...body.messages.map(({ content }) => content));
        return body.model === 'test-model';
      })
      .reply(200, { choices: [{ message: { content: '{"reply":"7 天内申请就可以退。"}' } }] });
    expect(await open().word(request)).toEqual({ ok: true, text: '7 天内申请就可以退。' });
    expect(JSON.parse(asked[1] ?? '')).toEqual({ language: 'zh-CN', question: '怎么退货', article: '7 天内申请。' });
  });

  it.each([
    ['prose instead of JSON', 'Sure! Here you go'],
    ['JSON of another shape', '{"answer":"x"}'],
    ['an empty reply', '{"reply":"  "}'],
    ['nothing', null],
    ['an essay', JSON.stringify({ reply: 'x'.repeat(2_001) })],
  ])('is refused when it answers with %s', async (_what, content) => {
    answers(content);
    expect(await open().word(request)).toEqual({ ok: false, reason: 'refused' });
  });

  it.each([429, 500, 401])(
    'is a value, not an exception, when the endpoint answers %i, and is not asked again for it',
    async (status) => {
      const scope = nock(BASE)
        .post('/chat/completions')
        .reply(status, { error: { message: 'no' } });
      expect(await open().word(request)).toEqual({ ok: false, reason: 'error' });
      expect(scope.isDone()).toBe(true);
    },
  );

  it('is a value when nobody listens, and when what comes is no HTTP answer of a model', async () => {
    nock(BASE).post('/chat/completions').replyWithError('connect ECONNREFUSED');
    expect(await open().word(request)).toEqual({ ok: false, reason: 'error' });
    nock(BASE).post('/chat/completions').reply(200, '<html>');
    expect((await open().word(request)).ok).toBe(false);
  });

  it('is given up in time when it thinks for too long', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    nock.enableNetConnect('127.0.0.1');
    const { port } = silent.address() as AddressInfo;
    const baseUrl = `http://127.0.0.1:${port}/v1`;
    const llm = createOpenAi({ apiKey: null, baseUrl, model: 'test-model', timeoutMs: 150 }, () => now);
    expect(await llm.word(request)).toEqual({ ok: false, reason: 'timeout' });
    nock.disableNetConnect();
    silent.closeAllConnections();
    silent.close();
  });

  it('is left alone for half a minute after five failures in a row, then tried again', async () => {
    const llm = open();
    nock(BASE).post('/chat/completions').times(5).reply(500, {});
    for (let n = 0; n < 5; n++) await llm.word(request);
    expect(await llm.word(request)).toEqual({ ok: false, reason: 'error' });
    now = 30_000;
    answers('{"reply":"好。"}');
    expect(await llm.word(request)).toEqual({ ok: true, text: '好。' });
  });
});
