/** One row of the list: plain elements only, drawn again when its own conversation changes. */
import { type MouseEvent, memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationShape } from '../../../contract/shapes.ts';
import { SlaChip } from '../clocks/sla-chip.tsx';
import { currentLocale } from '../i18n/i18n.ts';
import { Avatar, ChannelName, StatusChip } from '../kit/chips.tsx';
import { duration, shortTime } from '../kit/format.ts';
import { Icon } from '../kit/icon.tsx';
import { serverNow, useSecond } from '../state/clock.ts';
import { useDrafts } from '../state/drafts.ts';
import { here } from '../state/history.ts';
import { useOutbox } from '../state/outbox.ts';

export const ROW_HEIGHT = 96;
type Props = { row: ConversationShape; selected: boolean; left: boolean; onOpen: (id: string) => void };

export const ConversationRow = memo(function ConversationRow({ row, selected, left, onOpen }: Props) {
  const { t } = useTranslation();
  const locale = currentLocale();
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    onOpen(row.id);
  };
  return (
    <a
      className={`row${selected ? ' is-selected' : ''}${left ? ' has-left' : ''}${row.unread > 0 ? ' is-unread' : ''}`}
      href={hrefOf(row.id)}
      onClick={open}
      data-id={row.id}
      title={left ? t('list.left') : undefined}
      {...(selected ? { 'aria-current': 'true' as const } : {})}
    >
      <Avatar name={row.customer.name} id={row.customer.id} />
      <span className="row-top">
        <span className="row-name">{row.customer.name}</span>
        <time className="row-time" dateTime={row.lastMessageAt}>
          {shortTime(row.lastMessageAt, locale)}
        </time>
      </span>
      <span className="row-middle">
        <Preview row={row} />
        <Unsent id={row.id} />
        {row.unread > 0 ? (
          <b className="row-unread" aria-label={t('list.unread', { n: row.unread })} role="img">
            {row.unread > 99 ? '99+' : row.unread}
          </b>
        ) : null}
      </span>
      <span className="row-bottom">
        <StatusChip status={row.status} />
        <ChannelName channel={row.channel} />
        {row.ticket ? <span className="row-ticket">{row.ticket.label}</span> : null}
        {row.owner ? <span className="row-owner">{row.owner.name}</span> : null}
        {row.clock ? (
          <SlaChip clock={row.clock} short />
        ) : row.waitingSince ? (
          <Waiting since={row.waitingSince} />
        ) : null}
      </span>
    </a>
  );
});

function hrefOf(id: string): string {
  const view = /\/inbox\/([a-z]+)/.exec(here())?.[1] ?? 'waiting';
  return `/console/inbox/${view}/${id}`;
}

/** The bot's Markdown as one line of text. */
function withoutMarks(text: string): string {
  return text.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').replace(/\*\*|`|^#+ |^- /gm, '');
}

const SPEAKER = { customer: null, bot: 'list.byBot', agent: 'list.byAgent', system: null } as const;

function Preview({ row }: { row: ConversationShape }) {
  const { t } = useTranslation();
  const draft = useDrafts(({ texts }) => texts[`${row.id}:reply`] ?? texts[`${row.id}:note`]);
  if (draft)
    return (
      <span className="row-preview">
        <b className="row-draft">[{t('list.draft')}]</b> {draft}
      </span>
    );
  if (!row.preview) return <span className="row-preview">{t('list.noPreview')}</span>;
  const speaker = SPEAKER[row.preview.author];
  return (
    <span className="row-preview">
      {speaker ? `${t(speaker)}: ` : ''}
      {row.preview.author === 'bot' ? withoutMarks(row.preview.text) : row.preview.text}
    </span>
  );
}

function Unsent({ id }: { id: string }) {
  const { t } = useTranslation();
  const failed = useOutbox(({ messages }) =>
    messages.some((one) => one.conversationId === id && one.state === 'failed'),
  );
  return failed ? (
    <span className="row-failed" role="img" aria-label={t('list.unsent')} title={t('list.unsent')}>
      !
    </span>
  ) : null;
}

function Waiting({ since }: { since: string }) {
  const { t } = useTranslation();
  useSecond();
  const time = duration(serverNow() - Date.parse(since));
  return (
    <span className="row-waiting" role="img" aria-label={t('list.waited', { time })}>
      <Icon name="clock" size={13} />
      {time}
    </span>
  );
}
