import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AccountKind, capabilitiesOf } from '../../../src/channels/wechat/account.ts';
import { resolveChoice } from '../../../src/channels/wechat/choices.ts';
import { renderActivity } from '../../../src/channels/wechat/render.ts';
import type { RenderContext } from '../../../src/channels/wechat/render-context.ts';
import { byteLength } from '../../../src/channels/wechat/split.ts';
import type { ActivityBody } from '../../../src/domain/activity.ts';

const contextOf = (kind: AccountKind, given: Partial<RenderContext> = {}): RenderContext => ({
  locale: 'zh-CN',
  seq: 7,
  capabilities: capabilitiesOf(kind),
  absolute: (href) =>
    href.startsWith('/') ? `https://shop.example${href}` : href.startsWith('javascript:') ? null : href,
  fileLink: (contentUrl) => `https://shop.example/f/${contentUrl.split(':').at(-1)}?sig=1`,
  webLink: 'https://shop.example/chat?c=1',
  nativeAiLabel: false,
  ...given,
});
const say = (body: Partial<ActivityBody>, context: RenderContext) => {
  const rendered = renderActivity({ type: 'message', textFormat: 'markdown', ...body }, context);
  return { ...rendered, texts: rendered.messages.flatMap((one) => (one.msgtype === 'text' ? [one.text.content] : [])) };
};
const choices = (...titles: string[]) => ({
  suggestedActions: { actions: titles.map((title) => ({ type: 'imBack' as const, title, value: title })) },
});
const hero = (content: Record<string, unknown>) => ({
  contentType: 'application/vnd.microsoft.card.hero',
  content: content as never,
});
const service = contextOf('service');
const subscription = contextOf('subscription');
const unverified = contextOf('unverified');
const mini = contextOf('miniprogram');

describe('Markdown becomes plain text', () => {
  const shown = (text: string, context = service) => say({ text }, context).texts.join('\n---\n');
  test.each([
    ['emphasis', '**七天**内可以*退货*，`单号`', '七天内可以退货，单号'],
    ['a heading', '## 怎么退\n先申请', '怎么退\n\n先申请'],
    ['lists', '- 甲\n- 乙\n  - 丙\n\n1. 一\n2. 二', '• 甲\n• 乙\n　• 丙\n\n1. 一\n2. 二'],
    ['an ordered list that begins elsewhere', '3. 三\n4. 四', '3. 三\n4. 四'],
    ['lines', '第一行\n第二行\\\n第三行', '第一行\n第二行\n第三行'],
    ['code', '```\na < b\n```', 'a < b'],
    ['a quotation', '> 引用', '引用'],
    ['struck out words', '~~99~~ 79 元', '~99~ 79 元'],
    [
      'a link',
      '见[退货说明](/help/zh-CN/returns)。',
      '见<a href="https://shop.example/help/zh-CN/returns">退货说明</a>。',
    ],
    ['a link with quotes', '[a](https://x.example/"b")', '<a href="https://x.example/%22b%22">a</a>'],
    ['a link to nowhere good', '[点我](javascript:alert(1))', '点我'],
    ['a telephone number', '[客服](tel:400-800)', '客服：400-800'],
    ['a picture', '![图](https://x.example/a.png)', '<a href="https://x.example/a.png">图</a>'],
    ['two columns', '| 项 | 值 |\n|-|-|\n| 运费 | 8 元 |\n| 时效 | 3 天 |', '运费：8 元\n时效：3 天'],
    ['three columns', '| 地区 | 运费 | 时效 |\n|-|-|-|\n| 北京 | 8 | 1 天 |', '北京：运费 8；时效 1 天'],
    ['signs that mean nothing', '3 < 5 & a > b', '3 < 5 & a > b'],
  ])('%s', (_name, markdown, wanted) => {
    expect(shown(markdown)).toBe(wanted);
  });
  test('written out where the account knows no links', () => {
    expect(shown('见[说明](/help/a)', mini)).toBe('见说明：https://shop.example/help/a');
  });
  test('a tag in somebody’s words is no tag', () => {
    for (const text of ['<a href="https://evil.example">领奖</a>', '<A HREF=x>y</A>', '`<a href="x">y</a>`'])
      for (const textFormat of ['markdown', 'plain'] as const)
        expect(say({ text, textFormat }, service).texts.join(''), text).not.toMatch(/<\/?a/i);
  });
});

describe('suggested actions', () => {
  test('are a menu with the words above it, in one message, on a service account', () => {
    const { messages, choices: offered } = say({ text: '您要哪一个？', ...choices('退货', '换货') }, service);
    expect(messages).toEqual([
      {
        msgtype: 'msgmenu',
        msgmenu: {
          head_content: '您要哪一个？',
          list: [
            { id: '701', content: '退货' },
            { id: '702', content: '换货' },
          ],
          tail_content: '',
        },
      },
    ]);
    expect(offered.map(({ id, number, title }) => [id, number, title])).toEqual([
      ['701', 1, '退货'],
      ['702', 2, '换货'],
    ]);
  });
  test('come after words that hold a link', () => {
    const { messages } = say({ text: '见[说明](/a)', ...choices('退货') }, service);
    expect(messages.map(({ msgtype }) => msgtype)).toEqual(['text', 'msgmenu']);
  });
  test('are links in the text when only one message may go', () => {
    const one = { ...service, capabilities: { ...service.capabilities, maxMessages: 1 } };
    const { messages, texts } = say({ text: '见[说明](/a)', ...choices('退货') }, one);
    expect(messages).toHaveLength(1);
    expect(texts[0]).toContain('msgmenuid=701');
  });
  test('are tappable links with numbers on a subscription account', () => {
    expect(say({ text: '哪一个？', ...choices('满意', '不满意&退') }, subscription).texts).toEqual([
      '哪一个？\n\n回复数字选择：\n' +
        '1. <a href="weixin://bizmsgmenu?msgmenucontent=%E6%BB%A1%E6%84%8F&msgmenuid=701">满意</a>\n' +
        '2. <a href="weixin://bizmsgmenu?msgmenucontent=%E4%B8%8D%E6%BB%A1%E6%84%8F%26%E9%80%80&msgmenuid=702">不满意&退</a>',
    ]);
  });
  test.each([unverified, mini])('are numbers elsewhere', (context) => {
    expect(say({ text: '哪一个？', ...choices('甲', '乙') }, context).texts).toEqual([
      '哪一个？\n\n回复数字选择：\n1. 甲\n2. 乙',
    ]);
    expect(say({ text: 'Which?', ...choices('A') }, { ...context, locale: 'en' }).texts[0]).toContain(
      'Reply with a number:',
    );
  });
  test('fall back when WeChat refused menus to this account (40200)', () => {
    const refused = { ...service, capabilities: capabilitiesOf('service', { menus: true }) };
    expect(say({ text: '？', ...choices('甲') }, refused).texts[0]).toContain('weixin://bizmsgmenu');
  });
  test('more than a menu takes are lines, none is dropped', () => {
    const titles = Array.from({ length: 14 }, (_, n) => `选项${n + 1}`);
    const all = say({ text: '？', ...choices(...titles) }, service).texts.join('\n');
    for (const title of titles) expect(all).toContain(`>${title}<`);
  });
  test('that open a page or call are lines', () => {
    const actions = [
      { type: 'openUrl' as const, title: '订单', value: 'https://shop.example/o' },
      { type: 'call' as const, title: '热线', value: 'tel:400800' },
    ];
    const { texts, choices: offered } = say({ text: '好', suggestedActions: { actions } }, service);
    expect(texts).toEqual(['好\n\n<a href="https://shop.example/o">订单</a>\n热线：400800']);
    expect(offered).toEqual([]);
  });
});

describe('a choice is understood', () => {
  const { choices: offered } = say({ text: '？', ...choices('退货', '换货 (同款)', '转人工') }, service);
  test.each([
    ['702', '换货 (同款)', 2],
    [null, '2', 2],
    [null, ' ２。', 2],
    [null, '第二个', 2],
    [null, '选3', 3],
    [null, '换货（同款）', 2],
    [null, '转人工！', 3],
    ['99999', '退货', 1],
    ['99999', '别的', null],
    [null, '4', null],
    [null, '', null],
    [null, '我要 2 件', null],
  ])('id %s, words %s', (menuId, text, number) => {
    expect(resolveChoice(offered, { text, menuId })?.number ?? null).toBe(number);
  });
});

describe('cards', () => {
  const card = hero({
    title: '春季外套',
    subtitle: '¥299',
    text: '防风',
    images: [{ url: '/p.jpg' }],
    buttons: [
      { type: 'openUrl', title: '查看', value: '/p/1' },
      { type: 'imBack', title: '下单', value: '下单' },
    ],
  });
  test('are one news article and then the actions, on a service account', () => {
    expect(say({ attachments: [card] }, service).messages).toEqual([
      {
        msgtype: 'news',
        news: {
          articles: [
            {
              title: '春季外套',
              description: '¥299\n防风',
              url: 'https://shop.example/p/1',
              picurl: 'https://shop.example/p.jpg',
            },
          ],
        },
      },
      {
        msgtype: 'msgmenu',
        msgmenu: { head_content: '请选择：', list: [{ id: '701', content: '下单' }], tail_content: '' },
      },
    ]);
  });
  test('are words with a link elsewhere', () => {
    expect(say({ attachments: [card] }, subscription).texts[0]).toContain(
      '<a href="https://shop.example/p/1">春季外套</a>\n¥299\n防风',
    );
    expect(say({ attachments: [card] }, mini).texts[0]).toContain('春季外套：https://shop.example/p/1\n¥299');
  });
  test('in a row are numbered titles and a link to all', () => {
    const { texts } = say({ text: '推荐', attachments: [card, hero({ title: '围巾', text: '羊绒' })] }, service);
    const all = texts.join('\n');
    expect(all).toContain('1. <a href="https://shop.example/p/1">春季外套</a> ¥299 防风\n2. 围巾 羊绒');
    expect(all).toContain('全部 2 项：<a href="https://shop.example/chat?c=1">点这里查看</a>');
  });
  test('that are layouts keep their words', () => {
    const adaptive = {
      contentType: 'application/vnd.microsoft.card.adaptive',
      content: {
        body: [
          { type: 'TextBlock', text: '订单' },
          { type: 'Container', items: [{ type: 'FactSet', facts: [{ title: '状态', value: '已发货' }] }] },
        ],
        actions: [{ type: 'Action.OpenUrl', title: '物流', url: 'https://shop.example/t' }],
      } as never,
    };
    expect(say({ attachments: [adaptive] }, subscription).texts).toEqual([
      '<a href="https://shop.example/t">订单</a>\n状态：已发货',
    ]);
  });
});

describe('files', () => {
  const image = { contentType: 'image/png', contentUrl: 'urn:zhike:file:1', name: '图.png' };
  const pdf = { contentType: 'application/pdf', contentUrl: 'urn:zhike:file:2', name: '发票.pdf' };
  test('an image is an image, another file a signed link', () => {
    const { messages } = say({ text: '请看', attachments: [image, pdf] }, service);
    expect(messages).toEqual([
      { msgtype: 'text', text: { content: '请看\n\n文件：<a href="https://shop.example/f/2?sig=1">发票.pdf</a>' } },
      { msgtype: 'image', contentUrl: 'urn:zhike:file:1' },
    ]);
  });
  test('more images than messages are links', () => {
    const { messages, texts } = say({ text: '请看', attachments: [image, image, image, image] }, service);
    expect(messages.map(({ msgtype }) => msgtype)).toEqual(['text', 'image', 'image']);
    expect(texts[0]?.match(/图片：/g)).toHaveLength(2);
  });
  test('a passive reply is an image only when it is all there is', () => {
    expect(say({ attachments: [image] }, unverified).messages).toEqual([
      { msgtype: 'image', contentUrl: 'urn:zhike:file:1' },
    ]);
    expect(say({ text: '请看', attachments: [image] }, unverified).messages).toHaveLength(1);
  });
  test('what cannot be linked is named, with the way to see it', () => {
    const unknown = { contentType: 'application/x-odd', name: '附件' };
    expect(say({ attachments: [unknown] }, service).texts[0]).toBe(
      '这部分内容请在网页查看：<a href="https://shop.example/chat?c=1">附件</a>',
    );
    expect(say({ attachments: [unknown] }, { ...service, webLink: null }).texts[0]).toContain('“附件”');
  });
});

describe('an answer', () => {
  const source = { title: '怎么退货？', url: '/help/zh-CN/returns/how' };
  const sourceLine = '依据：<a href="https://shop.example/help/zh-CN/returns/how">怎么退货？</a>';
  const long = '请先申请，再寄回商品，我们收到以后给您退款。'.repeat(200);

  test('names its source in one line, and that a model worded it', () => {
    const worded = say({ text: '七天内。', channelData: { source, label: 'ai' } }, service);
    expect(worded).toMatchObject({ ai: true, texts: [`七天内。\n\n${sourceLine}\n（以上内容由 AI 生成，仅供参考）`] });
    expect(say({ text: '七天内。', channelData: { source, label: 'auto' } }, service)).toMatchObject({
      ai: false,
      texts: [`七天内。\n\n${sourceLine}`],
    });
    expect(say({ text: '好', channelData: { label: 'ai' } }, { ...service, nativeAiLabel: true }).texts).toEqual([
      '好',
    ]);
  });
  test('that is long keeps to three messages, the last of which leads to the whole', () => {
    const { texts } = say({ text: long, channelData: { source, label: 'ai' } }, service);
    expect(texts).toHaveLength(3);
    expect(texts[2]).toContain('全文：<a href="https://shop.example/help/zh-CN/returns/how">点这里看全文</a>');
    expect(texts[2]).toContain('AI 生成');
    expect(texts[0]).toMatch(/。$/);
  });
  test('that is long leads to the chat on the web when it has no article', () => {
    expect(say({ text: long }, service).texts.at(-1)).toContain('https://shop.example/chat?c=1');
  });
  test('that is long and leads nowhere is sent whole', () => {
    const { texts } = say({ text: long }, { ...service, webLink: null });
    expect(texts.join('')).toBe(long);
  });
  test('comes in pages where one message goes out at a time', () => {
    const { texts } = say({ text: '请先申请。'.repeat(200) }, unverified);
    expect(texts.length).toBeGreaterThan(1);
    for (const page of texts.slice(0, -1)) expect(page).toMatch(/（未完，回复“继续”看下文）$/);
    expect(texts.at(-1)).not.toContain('未完');
  });
});

test('whatever is rendered: bytes within the limit, messages within the room, and the same again', () => {
  const body = fc.record({
    type: fc.constant('message' as const),
    textFormat: fc.constantFrom('markdown' as const, 'plain' as const),
    text: fc
      .array(
        fc.constantFrom('退货。', '**x**', '[a](/b)', '\n\n', '- ', '🙂', '<a ', '| a | b |\n|-|-|\n', '1. ', '\ud83d'),
        { maxLength: 900 },
      )
      .map((parts) => parts.join('')),
    suggestedActions: fc.option(
      fc
        .array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), { maxLength: 12 })
        .map((titles) => choices(...titles).suggestedActions),
      { nil: undefined },
    ),
    channelData: fc.constantFrom({ label: 'ai' }, { label: 'auto', source: { title: '题', url: '/h' } }),
  });
  const context = fc.constantFrom(service, subscription, unverified, mini);
  fc.assert(
    fc.property(body, context, (activity, given) => {
      const rendered = renderActivity(activity, given);
      expect(renderActivity(activity, given)).toEqual(rendered);
      for (const message of rendered.messages) {
        const words =
          message.msgtype === 'text'
            ? message.text.content
            : message.msgtype === 'msgmenu'
              ? message.msgmenu.head_content
              : 'x';
        expect(byteLength(words)).toBeLessThanOrEqual(2_047);
        expect(words).not.toBe('');
        expect(words.isWellFormed()).toBe(true);
      }
      const offered = activity.suggestedActions?.actions.length ?? 0;
      expect(rendered.choices).toHaveLength(offered);
      // Choices that alone fill messages are kept all the same; else the room holds.
      if (offered === 0) expect(rendered.messages.length).toBeLessThanOrEqual(given.capabilities.maxMessages);
    }),
    { numRuns: 200 },
  );
});
