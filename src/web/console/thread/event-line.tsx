/** One event of the desk or the bot in words, centred between the bubbles. */
import type { TFunction } from 'i18next';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ActivityShape } from '../../../contract/shapes.ts';
import { currentLocale } from '../i18n/i18n.ts';
import type zhCN from '../i18n/zh-CN.json';
import { clockTime } from '../kit/format.ts';

type Reason = keyof (typeof zhCN)['reason'];
type TicketStatus = keyof (typeof zhCN)['ticket'];

export const EventLine = memo(function EventLine({ activity }: { activity: ActivityShape }) {
  const { t } = useTranslation();
  return (
    <p className="event-line">
      <span>{eventWords(t, activity)}</span>{' '}
      <time dateTime={activity.at}>{clockTime(activity.at, currentLocale())}</time>
    </p>
  );
});

function eventWords(t: TFunction, activity: ActivityShape): string {
  if (activity.type === 'endOfConversation') return t('event.ended');
  if (activity.type === 'messageReaction') return t('event.reaction');
  const value = recordOf(activity.value);
  const name = activity.author.name ?? textOf(recordOf(value.agent).name) ?? t('event.somebody');
  switch (activity.name) {
    case 'desk.joined':
      return t('event.joined', { name });
    case 'desk.handedBack':
      return t('event.handedBack', { name });
    case 'desk.resolved':
      return t('event.resolved', { name });
    case 'handoff.initiate':
      return handoffWords(t, value);
    case 'handoff.status':
      return t('event.handoffStatus', { state: textOf(value.state) ?? '' });
    case 'ticket.moved':
      return t('event.ticketMoved', {
        name,
        label: textOf(value.label) ?? '',
        status: ticketWords(t, value.to ?? value.status),
      });
    case 'csat.asked':
      return t('event.csatAsked');
    case 'csat.answered':
      return typeof value.score === 'number' ? t('event.csat', { score: value.score }) : t('event.csatPlain');
    case 'sla.warned':
      return warnedWords(t, value);
    case 'promise.soon':
      return t('event.promiseSoon', { act: actWords(t, value.act) });
    case 'promise.broken':
      return t('event.promiseBroken', { act: actWords(t, value.act) });
    case 'bot.failed':
      return t('event.failed');
    case 'webchat/join':
      return t('event.join');
    case 'locale.change':
      return t('event.localeChanged');
    case 'conversation.start':
      return t('event.start');
    case 'contact.left':
      return t('event.left');
    case 'contact.revoked':
      return t('event.revoked');
    case 'contact.viewed':
      return t('event.viewed', { url: textOf(value.url) ?? '' });
    case 'contact.more':
      return t('event.more');
    case 'mail.bounced':
      return t('event.mailBounced', { address: textOf(value.address) ?? '', reason: textOf(value.reason) ?? '' });
    case 'mail.delayed':
      return t('event.mailDelayed', { address: textOf(value.address) ?? '' });
    case 'mail.complaint':
      return t('event.mailComplaint', { address: textOf(value.address) ?? '' });
    case 'mail.read':
      return t('event.mailRead');
    case 'channel.needsPerson':
      return t('event.needsPerson');
    default:
      return t('event.other', { name: activity.name ?? activity.type });
  }
}

const REASONS: readonly Reason[] = [
  'asked',
  'unanswered',
  'complaint',
  'angry',
  'unresolved',
  'policy',
  'failed',
  'taken-over',
];

function handoffWords(t: TFunction, value: Record<string, unknown>): string {
  const given = value.reason ?? recordOf(value.context).reason;
  const reason = REASONS.find((one) => one === given);
  return reason ? t('event.handoff', { reason: t(`reason.${reason}`) }) : t('event.handoffPlain');
}

const GOALS = ['firstReply', 'nextReply', 'resolution', 'humanReply'] as const;
const ACTS = ['reply', 'refund', 'ship', 'call', 'handle'] as const;

function warnedWords(t: TFunction, value: Record<string, unknown>): string {
  const known = GOALS.find((one) => one === value.goal);
  const goal = known ? t(`clock.goal.${known}`) : '';
  const level = Number(value.level);
  return level >= 100 ? t('event.slaMissed', { goal }) : t('event.slaWarned', { goal, level });
}

function actWords(t: TFunction, act: unknown): string {
  const known = ACTS.find((one) => one === act);
  return known ? t(`promise.act.${known}`) : '';
}

function ticketWords(t: TFunction, status: unknown): string {
  const known = (['open', 'pending', 'resolved', 'closed'] satisfies TicketStatus[]).find((one) => one === status);
  return known ? t(`ticket.${known}`) : String(status ?? '');
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
