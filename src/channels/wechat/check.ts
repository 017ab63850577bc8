/** The steps of the set-up, each tried against the real account: what works, and in a code what to put right. */
import * as z from 'zod';
import type { CheckResult, Inbox } from '../../domain/inbox.ts';
import type { Clock, Inboxes, SharedState } from '../../ports.ts';
import type { InboxAction } from '../channel.ts';
import type { WeChatApi } from './api.ts';
import { actionFor, refusedAddressIn } from './errcodes.ts';
import type { Memory } from './memory.ts';
import { menuForWeChat, menuFromWeChat, menuSchema } from './menu.ts';
import { type ApiAnswer, type ApiCall, request } from './request.ts';
import { accountOf } from './settings.ts';

type Deps = { api: WeChatApi; base: string; memory: Memory; shared: SharedState; inboxes: Inboxes; clock: Clock };
type Result = CheckResult & { data?: unknown };

const NO_MENU = 46_003;
const SEEN_MS = 30 * 86_400_000;
const seenKey = (inboxId: string) => `wechat-seen:${inboxId}`;

/** Called when WeChat has proved that URL, token and key agree with ours. */
export async function rememberSeen(inboxId: string, { shared, clock }: Pick<Deps, 'shared' | 'clock'>): Promise<void> {
  await shared.set(seenKey(inboxId), clock().toISOString(), SEEN_MS);
}

export function setUpActions(deps: Deps): Readonly<Record<string, InboxAction>> {
  const asked = (call: ApiCall, read: (answer: ApiAnswer) => Result): InboxAction => ({
    input: z.undefined(),
    run: async (inbox, _input, signal) =>
      withAccount(inbox, async (account) => read(await deps.api.call(account, call, signal))),
  });
  return {
    checkCallback: { input: z.undefined(), run: (inbox) => checkCallback(inbox, deps) },
    checkSecret: { input: z.undefined(), run: (inbox, _input, signal) => checkSecret(inbox, signal, deps) },
    checkAddresses: asked({ method: 'GET', path: '/cgi-bin/getcallbackip' }, (answer) => {
      if (answer.kind !== 'ok') return troubleOf(answer);
      const list = z.array(z.string()).safeParse(answer.data.ip_list).data ?? [];
      return { ok: true, code: 'AddressesRead', params: { n: String(list.length) } };
    }),
    readMenu: asked({ method: 'GET', path: '/cgi-bin/menu/get' }, (answer) => {
      if (answer.kind === 'refused' && answer.code === NO_MENU) return { ok: true, code: 'MenuNone', data: [] };
      if (answer.kind !== 'ok') return troubleOf(answer);
      const menu = menuFromWeChat(answer.data);
      return { ok: true, code: 'MenuRead', params: { n: String(menu.length) }, data: menu };
    }),
    publishMenu: {
      input: menuSchema,
      run: (inbox, input, signal) =>
        withAccount(inbox, async (account) => {
          const menu = menuSchema.parse(input);
          const call: ApiCall =
            menu.length === 0
              ? { method: 'GET', path: '/cgi-bin/menu/delete' }
              : { method: 'POST', path: '/cgi-bin/menu/create', body: menuForWeChat(menu) };
          const answer = await deps.api.call(account, call, signal);
          if (answer.kind !== 'ok') return troubleOf(answer);
          const back = await deps.api.call(account, { method: 'GET', path: '/cgi-bin/menu/get' }, signal);
          return { ok: true, code: 'MenuPublished', data: back.kind === 'ok' ? menuFromWeChat(back.data) : [] };
        }),
    },
  };
}

type KnownAccount = NonNullable<ReturnType<typeof accountOf>>;

async function withAccount(inbox: Inbox, run: (account: KnownAccount) => Promise<Result>): Promise<Result> {
  const account = accountOf(inbox);
  if (!account) return { ok: false, code: 'NotSetUp' };
  if (account.secret === '') return { ok: false, code: 'NoSecret' };
  return run(account);
}

async function checkCallback(inbox: Inbox, { shared }: Deps): Promise<Result> {
  if (!accountOf(inbox)) return { ok: false, code: 'NotSetUp' };
  if (!inbox.enabled) return { ok: false, code: 'InboxOff' };
  const at = await shared.get(seenKey(inbox.id));
  return at === null ? { ok: false, code: 'CallbackNotSeen' } : { ok: true, code: 'CallbackSeen', params: { at } };
}

/** Asked past every cache, so that a wrong secret is not hidden by a token that still lives. */
async function checkSecret(inbox: Inbox, signal: AbortSignal, deps: Deps): Promise<Result> {
  return withAccount(inbox, async ({ appId, secret }) => {
    const body = { grant_type: 'client_credential', appid: appId, secret, force_refresh: false };
    const answer = await request(deps.base, { method: 'POST', path: '/cgi-bin/stable_token', body }, signal);
    if (answer.kind !== 'ok') return troubleOf(answer);
    await deps.memory.forgive(inbox.id);
    await deps.inboxes.report(inbox.id, null);
    return { ok: true, code: 'SecretWorks' };
  });
}

/** Codes that an administrator can do something about have words of their own. */
const KNOWN = new Set([40013, 40125, 41004, 40164, 48001, 48004, 50002, 45009, 45011, 40001]);

function troubleOf(answer: Exclude<ApiAnswer, { kind: 'ok' }>): Result {
  if (answer.kind === 'lost') return { ok: false, code: 'WeChatUnreachable', params: { cause: answer.cause } };
  const { code, message } = answer;
  const ip = refusedAddressIn(message);
  const params = { code: String(code), message, ...(ip ? { ip } : {}) };
  return {
    ok: false,
    code: KNOWN.has(code) ? `WeChat${code}` : `WeChatRefused`,
    params: { ...params, action: actionFor(code) },
  };
}
