/** Working hours: the calendars, and which inbox keeps which with its guard of human replies. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CalendarShape, InboxClockShape } from '../../../contract/clocks.ts';
import { api } from '../../ui/api.ts';
import { ChannelName } from '../kit/chips.tsx';
import { FailedNotice } from '../kit/notice.tsx';
import { LoadingPage, NoRightPage } from '../kit/pages.tsx';
import { errorWords } from '../kit/words.ts';
import { may, useMe } from '../state/session.ts';
import { CalendarDialog } from './calendar-dialog.tsx';
import { calendarsQuery, inboxClocksQuery, rulesChanged, spansText } from './rules.ts';
import '../styles/clocks.css';

export function HoursPage() {
  return may(useMe(), 'clock.manage') ? <Hours /> : <NoRightPage />;
}

function Hours() {
  const { t } = useTranslation();
  const query = useQuery(calendarsQuery);
  const [editing, setEditing] = useState<CalendarShape | 'new' | null>(null);
  if (query.isPending) return <LoadingPage />;
  if (!query.data)
    return <FailedNotice title={t('rules.loadFailed')} error={query.error} onRetry={() => void query.refetch()} />;
  const { items, preset, chinaUntil } = query.data;
  const hasDefault = items.some(({ isDefault }) => isDefault);
  return (
    <div className="rules">
      <section className="panel">
        <header className="page-head">
          <h2>{t('rules.calendars')}</h2>
          <Button type="primary" onClick={() => setEditing('new')}>
            {t('rules.addCalendar')}
          </Button>
        </header>
        <div className="rule">
          <span className="grow">
            <b>{t('rules.preset')}</b>{' '}
            <span className="muted">
              {preset.timeZone} · {t('rules.everyDay')} {spansText([preset])}
            </span>
          </span>
          {hasDefault ? null : <span className="chip">{t('rules.isDefault')}</span>}
        </div>
        {items.map((calendar) => (
          <CalendarRow key={calendar.id} calendar={calendar} onEdit={() => setEditing(calendar)} />
        ))}
      </section>
      <InboxClocks calendars={items} />
      {editing ? (
        <CalendarDialog
          calendar={editing === 'new' ? null : editing}
          preset={preset}
          chinaUntil={chinaUntil}
          onClose={() => setEditing(null)}
        />
      ) : null}
    </div>
  );
}

function CalendarRow({ calendar, onEdit }: { calendar: CalendarShape; onEdit: () => void }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const remove = useMutation({
    mutationFn: () => api('DELETE /api/v1/calendars/{id}', { params: { id: calendar.id } }),
    onError: (error) => void message.error(errorWords(t, error)),
    onSettled: rulesChanged,
  });
  const { name, plan, isDefault } = calendar;
  const ask = () =>
    modal.confirm({
      title: t('rules.removeCalendar', { name }),
      content: t('rules.removeCalendarHint'),
      okText: t('rules.remove'),
      cancelText: t('act.cancel'),
      onOk: () => remove.mutateAsync(),
    });
  return (
    <div className="rule">
      <span className="grow">
        <b>{name}</b>{' '}
        <span className="muted">
          {plan.timeZone} · {t(`rules.holidays.${plan.holidays}`)}
        </span>
      </span>
      {isDefault ? <span className="chip">{t('rules.isDefault')}</span> : null}
      <button type="button" className="btn" aria-label={t('rules.editOf', { name })} onClick={onEdit}>
        {t('rules.edit')}
      </button>
      <button type="button" className="btn" aria-label={t('rules.removeOf', { name })} onClick={ask}>
        {t('rules.remove')}
      </button>
    </div>
  );
}

function InboxClocks({ calendars }: { calendars: readonly CalendarShape[] }) {
  const { t } = useTranslation();
  const query = useQuery(inboxClocksQuery);
  return (
    <section className="panel">
      <h2>{t('rules.inboxes')}</h2>
      <p className="muted">{t('rules.inboxesHint')}</p>
      {query.isError && !query.data ? (
        <FailedNotice title={t('rules.loadFailed')} error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      {(query.data ?? []).map((inbox) => (
        <InboxRow key={inbox.inboxId} inbox={inbox} calendars={calendars} />
      ))}
    </section>
  );
}

function InboxRow({ inbox, calendars }: { inbox: InboxClockShape; calendars: readonly CalendarShape[] }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { inboxId, calendarId, humanReply, channel, name } = inbox;
  const save = useMutation({
    mutationFn: (change: Partial<Pick<InboxClockShape, 'calendarId' | 'humanReply'>>) =>
      api('PATCH /api/v1/inbox-clocks/{id}', { params: { id: inboxId }, body: { calendarId, humanReply, ...change } }),
    onSuccess: () => void message.success(t('act.saved')),
    onError: (error) => void message.error(errorWords(t, error)),
    onSettled: rulesChanged,
  });
  const seconds = (value: string) => {
    const given = Number(value);
    if (Number.isInteger(given) && given >= 10 && given <= 3600 && given !== humanReply.seconds)
      save.mutate({ humanReply: { ...humanReply, seconds: given } });
  };
  return (
    <div className="rule">
      <span className="grow">
        <b>{name === 'default' ? t('inboxes.builtIn') : name}</b> <ChannelName channel={channel} />
      </span>
      <select
        className="select"
        aria-label={t('rules.calendarOf', { name })}
        value={calendarId ?? ''}
        disabled={save.isPending}
        onChange={(event) => save.mutate({ calendarId: event.target.value || null })}
      >
        <option value="">{t('rules.useDefault')}</option>
        {calendars.map((calendar) => (
          <option key={calendar.id} value={calendar.id}>
            {calendar.name}
          </option>
        ))}
      </select>
      <label className="inline">
        <input
          type="checkbox"
          checked={humanReply.enabled}
          disabled={save.isPending}
          onChange={(event) => save.mutate({ humanReply: { ...humanReply, enabled: event.target.checked } })}
        />{' '}
        {t('rules.humanReply')}
      </label>
      <label className="inline">
        <input
          key={humanReply.seconds}
          className="input"
          type="number"
          min={10}
          max={3600}
          defaultValue={humanReply.seconds}
          disabled={!humanReply.enabled}
          aria-label={t('rules.secondsOf', { name })}
          onBlur={(event) => seconds(event.target.value)}
        />{' '}
        {t('rules.seconds')}
      </label>
    </div>
  );
}
