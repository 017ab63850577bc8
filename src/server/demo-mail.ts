/** A small mail client for the demo shop: anyone at this machine writes to the shop by mail and reads its answers, with no account. */
import express, { type Request, type Response, Router } from 'express';
import * as z from 'zod';
import type { Channel } from '../channels/channel.ts';
import { ZhikeError } from '../domain/errors.ts';
import type { Locale } from '../domain/locale.ts';
import type { Clock, Live, NewId, SharedState } from '../ports.ts';
import type { KeptInbox, Store } from '../store/store.ts';
import type { Part } from './deps.ts';
import { languageOf } from './language.ts';
import type { Limits } from './limits.ts';
import { escapeHtml, sendPage } from './page.ts';
import type { Vault } from './vault.ts';

type Deps = {
  store: Pick<Store, 'inboxes' | 'mails'>;
  shared: SharedState;
  channels: ReadonlyMap<string, Channel>;
  vault: Vault;
  live: Live;
  limits: Pick<Limits, 'guard'>;
  newId: NewId;
  clock: Clock;
  shopName: string;
};

const PATH = '/demo/mail';
const SHOP = 'service@shop.example';
const CUSTOMER = 'lan@customer.example';
const PORT_KEY = 'mail-demo-port';
/** The page asks again by itself while an answer may come. */
const REFRESH_SECONDS = 2;
const WAIT_MS = 60_000;

const WORDS: Record<
  Locale,
  Record<
    'title' | 'intro' | 'from' | 'subject' | 'text' | 'send' | 'reply' | 'none' | 'shop' | 'look' | 'fresh',
    string
  >
> = {
  'zh-CN': {
    title: '演示邮箱',
    intro: '给示例店写一封邮件，几秒后这里会出现回信。邮件只在本机收发。',
    from: '您的邮箱',
    subject: '主题',
    text: '正文',
    send: '发送',
    reply: '回复这封信',
    none: '还没有往来邮件',
    shop: '返回示例店',
    look: '刷新',
    fresh: '写新邮件',
  },
  en: {
    title: 'Demo mailbox',
    intro: 'Write a mail to the demo shop; the answer appears here within seconds. Mails stay on this machine.',
    from: 'Your address',
    subject: 'Subject',
    text: 'Text',
    send: 'Send',
    reply: 'Reply to this mail',
    none: 'No mails yet',
    shop: 'Back to the demo shop',
    look: 'Refresh',
    fresh: 'Write a new mail',
  },
};

const letter = z.object({
  from: z.email({ pattern: z.regexes.html5Email }).max(200).toLowerCase(),
  subject: z.string().trim().max(200).default(''),
  text: z.string().trim().min(1).max(20_000),
  replyTo: z.string().max(400).default(''),
  messageId: z.string().max(600).default(''),
  references: z.string().max(8_000).default(''),
});
const query = z.object({
  as: z.email({ pattern: z.regexes.html5Email }).max(200).toLowerCase().catch(CUSTOMER),
  reply: z.coerce.number().int().min(0).optional().catch(undefined),
  /** Answers that were there before the mail was sent, and when it was. */
  heard: z.coerce.number().int().min(0).default(0).catch(0),
  sent: z.coerce.number().int().min(0).default(0).catch(0),
});

export function createDemoMail(deps: Deps): Part {
  const router = Router();
  router.use(deps.limits.guard('reading'));
  router.get('/', (request, response) => showBox(request, response, deps));
  router.post('/', express.urlencoded({ extended: false, limit: '64kb' }), async (request, response) => {
    if (request.get('sec-fetch-site') !== undefined && request.get('sec-fetch-site') !== 'same-origin')
      throw new ZhikeError('WrongOrigin');
    const given = letter.safeParse(request.body);
    if (!given.success) throw new ZhikeError('MalformedData');
    const inbox = await ensureInbox(deps);
    const before = await deps.store.mails.exchanged(inbox.id, given.data.from);
    await write(given.data, await portOf(deps.shared));
    const place = new URLSearchParams({
      as: given.data.from,
      heard: String(before.filter(({ way }) => way === 'out').length),
      sent: String(deps.clock().getTime()),
    });
    response.redirect(303, `${PATH}?${place}`);
  });
  return { path: PATH, router };
}

async function demoInbox({ store }: Deps): Promise<KeptInbox | undefined> {
  return (await store.inboxes.list()).find(({ channel, settings }) => channel === 'email' && settings.demo === true);
}

/** Made with the first mail, so that a house that nobody tries out this way has no mailbox. */
async function ensureInbox(deps: Deps): Promise<KeptInbox> {
  const { store, channels, vault, live, newId, shopName } = deps;
  const known = await demoInbox(deps);
  if (known) return known;
  const settings = channels.get('email')?.settings;
  if (!settings) throw new ZhikeError('NotSupported');
  const made = settings.schema.parse({
    address: SHOP,
    senderName: shopName,
    demo: true,
    receive: 'push',
    plusAddressing: true,
  });
  const isSecret = (name: string) => settings.secrets.includes(name);
  const parts = Object.entries(made);
  const id = newId();
  const inbox = await store.inboxes.create({
    id,
    channel: 'email',
    name: '演示邮箱 Demo mailbox',
    enabled: true,
    settings: Object.fromEntries(parts.filter(([name]) => !isSecret(name))),
    secrets: Object.fromEntries(
      parts.flatMap(([name, value]) => (isSecret(name) && value ? [[name, vault.seal(String(value))]] : [])),
    ),
  });
  live.publish({ kind: 'inbox', id });
  return inbox;
}

const PATIENCE = 100;

async function portOf(shared: SharedState): Promise<number> {
  for (let n = 0; n < PATIENCE; n++) {
    const port = await shared.get(PORT_KEY);
    if (port !== null) return Number(port);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new ZhikeError('Unavailable');
}

async function write(given: z.output<typeof letter>, port: number): Promise<void> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host: '127.0.0.1',
    port,
    ignoreTLS: true,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const isToShop = given.replyTo.endsWith(SHOP.slice(SHOP.indexOf('@')));
  try {
    await transport.sendMail({
      from: { address: given.from, name: '' },
      to: { address: isToShop ? given.replyTo : SHOP, name: '' },
      subject: given.subject,
      text: given.text,
      ...(given.messageId
        ? { inReplyTo: given.messageId, references: `${given.references} ${given.messageId}`.trim() }
        : {}),
    });
  } catch {
    throw new ZhikeError('Unavailable');
  } finally {
    transport.close();
  }
}

type Shown = {
  at: string;
  way: 'in' | 'out';
  subject: string;
  text: string;
  replyTo: string;
  messageId: string;
  references: string;
};

async function showBox(request: Request, response: Response, deps: Deps): Promise<void> {
  const locale = languageOf(request);
  const { as, reply, heard, sent } = query.parse(request.query);
  const inbox = await demoInbox(deps);
  const mails = inbox ? await deps.store.mails.exchanged(inbox.id, as) : [];
  const shown = await Promise.all(mails.map(read));
  const answered = reply === undefined ? undefined : shown[reply];
  const t = WORDS[locale];
  const list = shown.map((mail, n) => letterHtml(mail, { n, as, reply: t.reply, locale })).join('\n');
  const here = `${PATH}?as=${encodeURIComponent(as)}`;
  const isAnswered = shown.filter(({ way }) => way === 'out').length > heard;
  const isWaiting = answered === undefined && !isAnswered && deps.clock().getTime() - sent < WAIT_MS;
  sendPage(response, {
    locale,
    title: t.title,
    forms: true,
    head: isWaiting ? `<meta http-equiv="refresh" content="${REFRESH_SECONDS}">\n` : '',
    header: `<header><b>${escapeHtml(t.title)}</b><a href="/shop">${escapeHtml(t.shop)}</a></header>\n`,
    main: `<p class="soft">${escapeHtml(t.intro)}</p>
${list || `<p class="soft">${escapeHtml(t.none)}</p>`}
<p><a href="${escapeHtml(here)}">${escapeHtml(t.look)}</a></p>
${formHtml({ as, answered, t })}`,
  });
}

function letterHtml(
  mail: Shown,
  { n, as, reply, locale }: { n: number; as: string; reply: string; locale: Locale },
): string {
  const at = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', dateStyle: 'short' }).format(new Date(mail.at));
  const link = `${PATH}?as=${encodeURIComponent(as)}&reply=${n}#write`;
  return `<article class="letter is-${mail.way}">
<p class="soft">${escapeHtml(mail.way === 'in' ? as : SHOP)} · ${escapeHtml(at)}</p>
<p><b>${escapeHtml(mail.subject)}</b></p>
<pre>${escapeHtml(mail.text)}</pre>
${mail.way === 'out' ? `<p><a href="${escapeHtml(link)}">${escapeHtml(reply)}</a></p>` : ''}
</article>`;
}

function formHtml({ as, answered, t }: { as: string; answered: Shown | undefined; t: (typeof WORDS)['en'] }): string {
  const subject = answered ? answered.subject.replace(/^(?!re:)/i, 'Re: ') : '';
  const hidden = answered
    ? (['replyTo', 'messageId', 'references'] as const)
        .map((name) => `<input type="hidden" name="${name}" value="${escapeHtml(answered[name])}">`)
        .join('')
    : '';
  return `<h2 id="write">${escapeHtml(answered ? t.reply : t.fresh)}</h2>
<form class="write" method="post" action="${PATH}">${hidden}
<label>${escapeHtml(t.from)}<input type="email" name="from" required maxlength="200" value="${escapeHtml(as)}"></label>
<label>${escapeHtml(t.subject)}<input name="subject" maxlength="200" value="${escapeHtml(subject)}"></label>
<label>${escapeHtml(t.text)}<textarea name="text" rows="6" required maxlength="20000"></textarea></label>
<button>${escapeHtml(t.send)}</button>
</form>`;
}

/** Mails of this machine's own making. */
async function read({ at, raw, way }: { at: string; raw: Uint8Array; way: 'in' | 'out' }): Promise<Shown> {
  const { simpleParser } = await import('mailparser');
  const parsed = await simpleParser(Buffer.from(raw), {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
  });
  const references = [parsed.references ?? []].flat().join(' ');
  return {
    at,
    way,
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    replyTo: parsed.replyTo?.value[0]?.address ?? '',
    messageId: parsed.messageId ?? '',
    references,
  };
}
