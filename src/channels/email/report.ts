/** Reports on mails of ours: what came back turns the message red and its address marked; what is late or was read is noted. */
import type { EmailDeps } from './deps.ts';
import type { ParsedMail } from './mail.ts';
import type { KeptMail, OutgoingMail } from './mails.ts';
import { createMarks } from './marks.ts';
import type { MailSettings } from './settings.ts';

type Deps = Pick<EmailDeps, 'accept' | 'mails' | 'live'>;
type Heard = { mail: KeptMail; settings: MailSettings; read: ParsedMail };

/** A complaint is as good as a closed door. */
const COMPLAINT = 'complaint';

export async function hearReport(heard: Heard, deps: Deps): Promise<void> {
  const { mail, read } = heard;
  const ours = await findOurs(heard, deps);
  // A report on a mail that we never sent changes nothing: anybody can write one.
  if (!ours) return deps.mails.finish(mail.id, 'dropped');
  const { kind, report } = read.classification;
  const isDead =
    kind === 'complaint' || (kind === 'bounce' && report?.action !== 'delayed' && !report?.status?.startsWith('4'));
  const reason = [report?.status, report?.diagnostic].filter(Boolean).join(' ').slice(0, 300);
  if (kind === 'bounce' && ours.state !== 'refused') await turnRed(ours, deps);
  const address = report?.recipient ?? ours.recipients[0] ?? '';
  if (isDead && ours.recipients.includes(address))
    await deps.mails.countBounce(mail.inboxId, address, kind === 'complaint' ? COMPLAINT : reason);
  await tell({ heard, ours, value: { address, reason } }, deps);
  await deps.mails.finish(mail.id, 'done');
}

async function findOurs({ mail, settings, read }: Heard, { mails }: Deps): Promise<OutgoingMail | null> {
  const marks = createMarks({ key: settings.threadKey, inboxId: mail.inboxId, address: settings.address });
  const token = marks.readBounce([...(mail.origin.envelope?.to ?? []), ...read.deliveredTo]);
  const ids = [read.classification.report?.originalMessageId, ...read.inReplyTo, ...read.references];
  const signed = ids.find((id) => id !== undefined && marks.readMessageId(id) !== null);
  const found =
    (token ? await mails.findOutgoing({ bounceToken: token }) : null) ??
    (signed ? await mails.findOutgoing({ messageId: signed }) : null);
  return found?.inboxId === mail.inboxId ? found : null;
}

async function turnRed(ours: OutgoingMail, { mails, live }: Deps): Promise<void> {
  for (const { seq } of await mails.bounced(ours, 'mail-bounced'))
    live.publish({
      kind: 'delivery',
      conversationId: ours.conversationId,
      seq,
      delivery: { state: 'failed', reason: 'mail-bounced' },
    });
}

const NEWS = { bounce: 'mail.bounced', delayed: 'mail.delayed', complaint: 'mail.complaint', receipt: 'mail.read' };

async function tell(
  { heard, ours, value }: { heard: Heard; ours: OutgoingMail; value: { address: string; reason: string } },
  { accept }: Deps,
): Promise<void> {
  const { mail, read } = heard;
  const name = NEWS[read.classification.kind as keyof typeof NEWS];
  const about = { inboxId: mail.inboxId, address: ours.recipients[0] ?? '', conversationId: ours.conversationId };
  const news = { author: 'system' as const, locale: null, receivedAt: mail.receivedAt };
  await accept({ ...about, ...news, externalKey: `mail:${mail.id}`, body: { type: 'event', name, value } });
  // What a colleague wrote did not arrive: somebody has to find another way.
  if (name === 'mail.bounced' && !ours.automatic)
    await accept({
      ...about,
      ...news,
      externalKey: `raised:${mail.id}`,
      body: { type: 'event', name: 'channel.needsPerson', value: { reason: 'mail-bounced' } },
    });
}
