/** Who wrote a mail: a person, a machine, a list, ourselves. An ordered list of pure rules; the first that knows decides. */
import type { Classification, MailAddress, MailHeader, MailKind } from '../mail.ts';
import { createMarks, type MarkOptions } from '../marks.ts';
import { type ReportParts, readReport } from './report.ts';

/** What the rules look at. Nothing of it is trusted; a forged header can only make us silent. */
export interface Mail {
  headers: readonly MailHeader[];
  from?: MailAddress;
  returnPath?: string;
  messageId?: string;
  subject: string;
  text: string;
  /** Media type of the whole mail, lower-cased, with its `report-type` parameter. */
  type: string;
  reportType: string;
  /** Media types of all parts. */
  types: readonly string[];
  report: ReportParts;
  own: Own;
}

/** What is ours: mailboxes, and the key that signs the Message-IDs of what we send. */
export interface Own {
  addresses: readonly string[];
  marks: MarkOptions;
}

interface Rule {
  name: string;
  kind: (mail: Mail) => MailKind | undefined;
}

const header = ({ headers }: Mail, name: string): string | undefined => headers.find((one) => one.name === name)?.value;
const has = (mail: Mail, ...names: string[]): boolean => names.some((name) => header(mail, name) !== undefined);
const local = ({ from }: Mail): string => from?.address.split('@')[0] ?? '';

const ROBOT =
  /^(?:mailer-?daemon|postmaster|mail-?daemon|maildaemon|post_?office|mdaemon|bounces?|bounce[+-].*|mail-?delivery.*|microsoftexchange[0-9a-f]{16,40})$/;
const NO_REPLY =
  /^(?:no-?_?reply|do-?_?not-?_?reply|noreply.*|no-reply.*|donotreply.*|notifications?|alerts?|auto-?(?:reply|responder|confirm))$/;
const AWAY_WORDS =
  /out of (?:the )?office|on vacation|on holiday|away from (?:my|the) (?:desk|office)|abwesenheit|nicht im (?:büro|haus)|absence|absent du bureau|fuera de la oficina|ausencia|fuori sede|assente|afwezig|frånvaro|poza biurem|nieobecno|вне офиса|отсутств|不在|外出|休假|度假|假期|出差|離開辦公室|不在席/i;
/** The whole subject, or followed by that of the mail that was answered: a customer may well ask about automatic replies. */
const AUTO_WORDS =
  /^[[(（【]?(?:auto(?:matic|mated)?[- ]?(?:reply|response)|自动回复|自動回覆|自動回復|自動返信|automatische antwort|abwesenheits(?:notiz|nachricht|assistent|meldung)|abwesend|réponse automatique|absence du bureau|respuesta automática|fuera de la oficina|risposta automatica|fuori (?:sede|ufficio)|resposta automática|automatisch antwoord|autosvar|автоответ|자동 ?회신|부재중 ?(?:자동 ?)?(?:응답|회신)|odpowiedź automatyczna|out of (?:the )?office(?: auto(?:matic)?[- ]?reply)?|不在通知)[\])）】]?\s*(?:[:：–—-]|$|re\b|回复|回覆|答复|[\])）】])|(?:来自|來自).{0,40}(?:自动回复|自動回覆)\S{0,4}$/i;
const BOUNCE_WORDS =
  /undeliver|returned (?:mail|to sender)|delivery (?:status notification|failure|has failed|incomplete|report)|mail (?:delivery )?(?:failed|failure|error|system error)|failure notice|message (?:not delivered|delivery failed)|could not be delivered|non remis|unzustellbar|zustellung|退信|退回|无法投递|無法投遞|投递失败|無法傳遞|未送达|发送失败|не доставлен|недоставлен|配信不能|配信できません|entrega fallida|no se pudo entregar|mancata consegna|failed mail|warning: could not send|mail delivery/i;
const DELAY_WORDS = /delay|warning: (?:message|could not)|still being retried|延迟|延遲|verzögert|retard[ée]|temporar/i;

const isReport = (mail: Mail, type: string): boolean =>
  mail.reportType === type || mail.types.includes(`message/${type}`) || mail.types.includes(`message/global-${type}`);
const isNobody = (mail: Mail): boolean => mail.returnPath === '';
const isAway = ({ subject, text }: Mail): boolean => AWAY_WORDS.test(subject) || AWAY_WORDS.test(text.slice(0, 1500));
const automatic = (mail: Mail): MailKind => (isAway(mail) ? 'out-of-office' : 'auto-reply');
const failed = (mail: Mail): MailKind => {
  const { action } = readReport(mail.report, mail.text);
  if (action === 'delayed') return 'delayed';
  if (action === 'delivered' || action === 'relayed' || action === 'expanded') return 'receipt';
  return action === undefined && DELAY_WORDS.test(mail.subject) ? 'delayed' : 'bounce';
};

const RULES: readonly Rule[] = [
  { name: 'own-loop-header', kind: (mail) => (own(mail) ? 'own' : undefined) },
  { name: 'feedback-report', kind: (mail) => (isReport(mail, 'feedback-report') ? 'complaint' : undefined) },
  {
    name: 'disposition-notification',
    kind: (mail) => (isReport(mail, 'disposition-notification') ? 'receipt' : undefined),
  },
  { name: 'delivery-status', kind: (mail) => (isReport(mail, 'delivery-status') ? failed(mail) : undefined) },
  { name: 'failed-recipients', kind: (mail) => (has(mail, 'x-failed-recipients') ? failed(mail) : undefined) },
  {
    name: 'mail-daemon',
    kind: (mail) => (ROBOT.test(local(mail)) && (isNobody(mail) || !isLetter(mail)) ? failed(mail) : undefined),
  },
  {
    name: 'null-sender-bounce',
    kind: (mail) => (isNobody(mail) && BOUNCE_WORDS.test(mail.subject) ? failed(mail) : undefined),
  },
  { name: 'multipart-report', kind: (mail) => (mail.type === 'multipart/report' ? failed(mail) : undefined) },
  {
    name: 'auto-submitted',
    kind: (mail) => {
      const value = header(mail, 'auto-submitted')?.trim().toLowerCase();
      if (value === undefined || value === '' || /^no(?:$|[\s;(])/.test(value)) return undefined;
      return BOUNCE_WORDS.test(mail.subject) && isFailure(mail) ? failed(mail) : automatic(mail);
    },
  },
  // under another name it may be a person's: it is kept, and not answered
  { name: 'loop-header', kind: (mail) => (isLooped(mail) ? automatic(mail) : undefined) },
  { name: 'null-sender', kind: (mail) => (isNobody(mail) ? automatic(mail) : undefined) },
  {
    name: 'autoresponder-header',
    kind: (mail) =>
      has(
        mail,
        'x-autoreply',
        'x-autorespond',
        'x-autoresponder',
        'x-auto-reply',
        'x-mail-autoreply',
        'x-autoreply-from',
      )
        ? automatic(mail)
        : undefined,
  },
  {
    name: 'exchange-rule',
    kind: (mail) =>
      has(mail, 'x-auto-response-suppress') &&
      has(mail, 'x-ms-exchange-inbox-rules-loop', 'x-ms-exchange-generated-message-source')
        ? automatic(mail)
        : undefined,
  },
  {
    name: 'precedence',
    kind: (mail) => {
      const value = `${header(mail, 'precedence') ?? ''} ${header(mail, 'x-precedence') ?? ''}`.toLowerCase();
      if (/auto_?-?reply/.test(value)) return automatic(mail);
      return /\b(?:bulk|junk|list)\b/.test(value)
        ? AUTO_WORDS.test(mail.subject)
          ? automatic(mail)
          : 'bulk'
        : undefined;
    },
  },
  {
    name: 'list',
    kind: (mail) => (has(mail, 'list-id', 'list-unsubscribe', 'list-post', 'feedback-id') ? 'bulk' : undefined),
  },
  {
    name: 'auto-reply-subject',
    kind: (mail) => (AUTO_WORDS.test(mail.subject.trim()) && mail.text.length < 3000 ? automatic(mail) : undefined),
  },
  { name: 'no-reply-sender', kind: (mail) => (NO_REPLY.test(local(mail)) ? 'auto-reply' : undefined) },
];

/** A bounce names what failed: the subject says so, or the body brings a status code. */
const isFailure = (mail: Mail): boolean =>
  BOUNCE_WORDS.test(mail.subject) || readReport(mail.report, mail.text).status !== undefined;
/** A person may well sit behind postmaster@: an answer that comes back to them, or that has no word of failure in it. */
const isLetter = (mail: Mail): boolean =>
  has(mail, 'in-reply-to') &&
  (!isFailure(mail) || (/^post_?master$/.test(local(mail)) && mail.returnPath === mail.from?.address));

/**
 * Our own mail come back: from our address, with a Message-ID that we signed or the mark of our automatic mail. What a
 * colleague writes by hand from the same mailbox has neither, and is a mail like any other.
 */
function own(mail: Mail): boolean {
  const { addresses, marks } = mail.own;
  if (!addresses.includes(mail.from?.address ?? '')) return false;
  return isLooped(mail) || createMarks(marks).readMessageId(mail.messageId ?? '') !== null;
}

const isLooped = (mail: Mail): boolean =>
  mail.own.addresses.includes(header(mail, 'x-loop')?.trim().toLowerCase() ?? '');

/** The kind of a mail, the rule that knew it, and the report when it is one. `human` when no rule knows. */
export function classify(mail: Mail): Classification {
  for (const { name, kind } of RULES) {
    const found = kind(mail);
    if (found === undefined) continue;
    const reported = found === 'bounce' || found === 'delayed' || found === 'complaint' || found === 'receipt';
    return reported ? { kind: found, rule: name, report: withFailed(mail) } : { kind: found, rule: name };
  }
  return { kind: 'human', rule: 'none' };
}

function withFailed(mail: Mail): NonNullable<Classification['report']> {
  const report = readReport(mail.report, mail.text);
  const listed = header(mail, 'x-failed-recipients')?.split(',')[0]?.trim().toLowerCase();
  return report.recipient === undefined && listed ? { ...report, recipient: listed } : report;
}
