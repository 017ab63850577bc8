/** A bot on a small knowledge base of its own, and turns to give it, without store or server. */

import { dialogs } from '../../dialogs/index.ts';
import { type Bot, type BotDeps, createBot } from '../../src/bot/bot.ts';
import type { ActivityBody, ActivityRow, AuthorKind } from '../../src/domain/activity.ts';
import { everyDay } from '../../src/domain/calendar.ts';
import type { Change, Turn } from '../../src/domain/change.ts';
import { type BotState, EMPTY_STATE } from '../../src/domain/conversation.ts';
import type { Article, Llm } from '../../src/ports.ts';
import { silentLog } from './engines.ts';

const ARTICLES: Article[] = [
  article('returns/how', 'zh-CN', '怎么退货？', '签收次日起 7 天内可在订单页申请退货。'),
  article(
    'returns/how',
    'en',
    'How do I return an item?',
    'Apply on the order page within 7 days of the day after delivery.',
  ),
  article('invoice/get', 'zh-CN', '怎么开发票？', '在订单页申请，24 小时内开出。', true),
];

function article(id: string, locale: 'zh-CN' | 'en', question: string, answer: string, verbatim = false): Article {
  return { id, locale, version: 3, question, similar: [], answer, category: 'c', verbatim };
}

/** Finds an article when the text holds its keyword; two keywords are unclear; else nothing is known. */
const KEYWORDS: Record<string, RegExp> = { 'returns/how': /退货|return/i, 'invoice/get': /发票|invoice/i };

function knowledge() {
  return {
    article: (id: string, locale: string) => ARTICLES.find((one) => one.id === id && one.locale === locale),
    decide: (text: string) => {
      const locale = /\p{Script=Han}/u.test(text) ? ('zh-CN' as const) : ('en' as const);
      const found = Object.entries(KEYWORDS)
        .filter(([, keyword]) => keyword.test(text))
        .map(([id]) => ({ id, locale, score: 0.9 }));
      const decision =
        found.length === 1 ? ('answer' as const) : found.length > 1 ? ('clarify' as const) : ('abstain' as const);
      return { decision, confidence: found.length === 1 ? 0.9 : 0.3, top: found, engine: 'test' };
    },
  };
}

let ids = 0;

export type BotWorld = {
  bot: Bot;
  typing: string[];
  /** Gives the bot a turn; the state it leaves is the state of the next one. */
  turn(
    said: (string | ActivityBody)[],
    given?: Partial<Turn['conversation']> & { events?: string[]; openTicket?: Turn['openTicket'] },
  ): Promise<Change>;
  state: BotState;
};

export function botWorld({
  llm = null,
  now = '2026-03-02T10:00:00+08:00',
  ...overrides
}: { llm?: Llm | null; now?: string } & Partial<BotDeps> = {}): BotWorld {
  const typing: string[] = [];
  const bot = createBot({
    newId: () => `id-${++ids}`,
    onTyping: (id) => typing.push(id),
    dialogs,
    handoff: {
      clock: () => new Date(now),
      newId: () => `id-${++ids}`,
      nextTicketNumber: async () => 1042,
      calendarOf: () => everyDay({ timeZone: 'Asia/Shanghai', opens: 9 * 60, closes: 21 * 60 }),
    },
    answers: { knowledge, llm, log: silentLog },
    shopName: '示例店',
    helpUrl: (id, locale) => `/help/${locale}/${id}`,
    ...overrides,
  });
  const world: BotWorld = {
    bot,
    typing,
    state: EMPTY_STATE,
    turn: async (said, { events = [], openTicket = null, ...conversation } = {}) => {
      const bodies: [AuthorKind, ActivityBody][] = [
        ...events.map((name): [AuthorKind, ActivityBody] => ['system', { type: 'event', name }]),
        ...said.map((one): [AuthorKind, ActivityBody] => [
          'customer',
          typeof one === 'string' ? { type: 'message', text: one } : one,
        ]),
      ];
      const thought = await bot.think(turnOf(bodies, { state: world.state, openTicket, conversation }));
      if (!thought.ok) throw thought.cause;
      world.state = thought.change.state ?? world.state;
      return thought.change;
    },
  };
  return world;
}

type Given = { state: BotState; openTicket: Turn['openTicket']; conversation: Partial<Turn['conversation']> };

export function turnOf(bodies: [AuthorKind, ActivityBody][], { state, openTicket, conversation }: Given): Turn {
  const activities = bodies.map(
    ([kind, body], index): ActivityRow => ({
      conversationId: 'c1',
      seq: index + 1,
      author: { kind, id: null, name: null },
      visibility: 'customer',
      at: '2026-03-02T02:00:00.000Z',
      body,
      delivery: null,
    }),
  );
  const seq = activities.length;
  return {
    conversation: {
      id: 'c1',
      inboxId: 'i1',
      customerId: 'u1',
      status: 'bot',
      ownerId: null,
      locale: 'zh-CN',
      state,
      seq,
      version: 1,
      doneSeq: 0,
      dueSeq: seq,
      ...conversation,
    },
    channel: 'web',
    epoch: 1,
    throughSeq: seq,
    attempts: 0,
    activities,
    openTicket,
  };
}

/** What the customer reads of a change. */
export function wordsOf(change: Change): string[] {
  return change.activities
    .filter(({ visibility, body }) => visibility === 'customer' && body.type === 'message')
    .map(({ body }) => body.text ?? '');
}

export function buttonsOf(change: Change): string[] {
  return change.activities.flatMap(({ body }) => body.suggestedActions?.actions.map(({ title }) => title) ?? []);
}
