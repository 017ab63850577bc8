/** What a delivery report says (RFC 3464), a complaint (RFC 5965) or a receipt (RFC 8098): read from its machine-readable part. */
import type { DeliveryReport } from '../mail.ts';

/** Parts of a report as text, by media type. */
export interface ReportParts {
  /** message/delivery-status, message/feedback-report, message/disposition-notification */
  status?: string;
  /** message/rfc822 or text/rfc822-headers: the mail that was reported on. */
  original?: string;
}

const field = (text: string, name: string): string | undefined =>
  new RegExp(`^${name}[ \\t]*:[ \\t]*(.{1,1000})$`, 'im').exec(text)?.[1]?.trim();

const ADDRESS = /[^\s<>;,"()]{1,100}@[^\s<>;,"()]{1,200}/;

/** The first recipient that failed, else the first named; ids from the original, else anywhere in the text. */
export function readReport({ status = '', original }: ReportParts, text: string): DeliveryReport {
  const unfolded = status.replace(/\r\n?/g, '\n').replace(/\n[ \t]+/g, ' ');
  const blocks = unfolded
    .split(/\n\s*\n/)
    .filter((block) => /^(?:final|original)-recipient[ \t]*:|^action[ \t]*:/im.test(block));
  const block = blocks.find((one) => /^action[ \t]*:[ \t]*failed/im.test(one)) ?? blocks[0] ?? unfolded;
  const recipient = ADDRESS.exec(
    field(block, 'final-recipient') ?? field(block, 'original-recipient') ?? field(block, 'original-rcpt-to') ?? '',
  )?.[0];
  const report: DeliveryReport = {};
  const named = recipient ?? recipientIn(text);
  if (named !== undefined) report.recipient = named.toLowerCase();
  const action = field(block, 'action')
    ?.split(/[\s;(]/)[0]
    ?.toLowerCase();
  if (action !== undefined) report.action = action;
  const code =
    /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(field(block, 'status') ?? field(block, 'diagnostic-code') ?? '')?.[1] ??
    codeIn(text);
  if (code !== undefined) report.status = code;
  const diagnostic = field(block, 'diagnostic-code')?.replace(/^\w{1,10}\s?;\s?/, '');
  if (diagnostic !== undefined) report.diagnostic = diagnostic.slice(0, 500);
  const id = original === undefined ? undefined : idOf(original);
  const from = id ?? idOf(unfolded) ?? /message-id:\s{0,20}<([^<>\s]{3,300})>/i.exec(text.slice(0, 100_000))?.[1];
  if (from !== undefined) report.originalMessageId = from;
  return report;
}

const idOf = (headers: string): string | undefined =>
  /<?([^<>\s]{3,300}@[^<>\s]{1,200})>?/.exec(
    field(headers.replace(/\r\n?/g, '\n').replace(/\n[ \t]+/g, ' '), '(?:original-)?message-id') ?? '',
  )?.[1];

const ROBOTS = /^(?:post_?master|mailer-?daemon|abuse|helpdesk)$/i;
const FAILURE = /failed|recipient|deliver|地址|收件人|无法|unzustellbar/i;

/** Bounces without a machine-readable part name the address in their text: soon after a word of failure, else anywhere first. */
function recipientIn(text: string): string | undefined {
  const looked = text.slice(0, 20_000);
  const above = (at: number, length: number): string => looked.slice(Math.max(0, at - length), at);
  const named = [...looked.matchAll(/(?<![\w.+-])([\w.+-]{1,64})@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g)].filter(
    ({ 1: local = '', index }) => !ROBOTS.test(local) && !/message-id:\s?<?$/i.test(above(index, 20)),
  );
  return (named.find(({ index }) => FAILURE.test(above(index, 200))) ?? named[0])?.[0];
}

const codeIn = (text: string): string | undefined =>
  /(?:^|[\s(#])([45]\.\d{1,2}\.\d{1,3})(?:[\s).:,-]|$)/m.exec(text.slice(0, 20_000))?.[1];
