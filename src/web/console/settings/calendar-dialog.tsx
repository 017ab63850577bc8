/** A calendar: its zone, the hours of each weekday, holidays, and days of its own. */
import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { type Dispatch, type SetStateAction, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CalendarShape } from '../../../contract/clocks.ts';
import { api } from '../../ui/api.ts';
import { Dialog } from '../kit/dialog.tsx';
import { errorWords } from '../kit/words.ts';
import { readSpans, rulesChanged, type Span, spansText } from './rules.ts';

type Draft = {
  name: string;
  timeZone: string;
  week: string[];
  holidays: 'none' | 'china';
  days: { key: number; date: string; name: string; spans: string }[];
  isDefault: boolean;
};
type Props = {
  calendar: CalendarShape | null;
  preset: { timeZone: string } & Span;
  chinaUntil: number;
  onClose: () => void;
};
const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

function draftOf(calendar: CalendarShape | null, preset: Props['preset']): Draft {
  if (!calendar) {
    const week = WEEK.map((_, day) => (day < 5 ? spansText([preset]) : ''));
    return { name: '', timeZone: preset.timeZone, week, holidays: 'china', days: [], isDefault: false };
  }
  const { name, plan, isDefault } = calendar;
  const days = plan.days.map((day, key) => ({ key, date: day.date, name: day.name, spans: spansText(day.spans) }));
  return { name, timeZone: plan.timeZone, week: plan.week.map(spansText), holidays: plan.holidays, days, isDefault };
}

/** What the server takes; null while something cannot be read. */
function bodyOf({ name, timeZone, week, holidays, days, isDefault }: Draft) {
  const read = week.map(readSpans);
  const own = days.map((day) => ({ date: day.date, name: day.name, spans: readSpans(day.spans) }));
  if (name.trim() === '' || read.includes(null) || own.some(({ date, spans }) => date === '' || spans === null))
    return null;
  const plan = {
    timeZone,
    holidays,
    week: read.map((spans) => spans ?? []),
    days: own.map((day) => ({ ...day, spans: day.spans ?? [] })),
  };
  return plan.week.some((spans) => spans.length > 0) ? { name: name.trim(), isDefault, plan } : null;
}

export function CalendarDialog({ calendar, preset, chinaUntil, onClose }: Props) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(() => draftOf(calendar, preset));
  const body = bodyOf(draft);
  const save = useMutation({
    mutationFn: async (given: NonNullable<typeof body>) => {
      if (!calendar) return api('POST /api/v1/calendars', { body: given });
      const { id, version } = calendar;
      return api('PATCH /api/v1/calendars/{id}', { params: { id }, body: { version, ...given } });
    },
    onSuccess: onClose,
    onSettled: rulesChanged,
  });
  const set = (change: Partial<Draft>) => setDraft((old) => ({ ...old, ...change }));
  return (
    <Dialog title={t(calendar ? 'rules.editCalendar' : 'rules.addCalendar')} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (body) save.mutate(body);
        }}
      >
        {save.isError ? (
          <p className="banner is-error" role="alert">
            {errorWords(t, save.error)}
          </p>
        ) : null}
        <Basics draft={draft} set={set} />
        <WeekFields draft={draft} set={set} />
        <label className="field">
          <span>{t('rules.publicHolidays')}</span>
          <select
            className="select"
            value={draft.holidays}
            onChange={(event) => set({ holidays: event.target.value as Draft['holidays'] })}
          >
            <option value="china">{t('rules.holidays.china')}</option>
            <option value="none">{t('rules.holidays.none')}</option>
          </select>
          {draft.holidays === 'china' ? (
            <small className="muted">{t('rules.chinaUntil', { year: chinaUntil })}</small>
          ) : null}
        </label>
        <OwnDays draft={draft} setDraft={setDraft} />
        <div className="checks">
          <label>
            <input
              type="checkbox"
              checked={draft.isDefault}
              onChange={(event) => set({ isDefault: event.target.checked })}
            />
            {t('rules.makeDefault')}
          </label>
        </div>
        <footer className="dialog-foot">
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button type="primary" htmlType="submit" disabled={!body} loading={save.isPending}>
            {t('act.save')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

type Part = { draft: Draft; set: (change: Partial<Draft>) => void };

function Basics({ draft, set }: Part) {
  const { t } = useTranslation();
  const zones = new Set(['Asia/Shanghai', draft.timeZone, ...Intl.supportedValuesOf('timeZone')]);
  return (
    <>
      <label className="field">
        <span>{t('rules.name')}</span>
        <input
          className="input"
          value={draft.name}
          maxLength={80}
          onChange={(event) => set({ name: event.target.value })}
        />
      </label>
      <label className="field">
        <span>{t('rules.timeZone')}</span>
        <select className="select" value={draft.timeZone} onChange={(event) => set({ timeZone: event.target.value })}>
          {[...zones].map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </select>
      </label>
    </>
  );
}

function WeekFields({ draft, set }: Part) {
  const { t } = useTranslation();
  return (
    <fieldset className="plain">
      <legend>{t('rules.week')}</legend>
      <p className="muted">{t('rules.weekHint')}</p>
      <div className="week">
        {WEEK.map((day, n) => (
          <label key={day} style={{ display: 'contents' }}>
            <span>{t(`rules.day.${day}`)}</span>
            <input
              className="input"
              value={draft.week[n] ?? ''}
              placeholder={t('rules.off')}
              aria-invalid={readSpans(draft.week[n] ?? '') === null}
              onChange={(event) => set({ week: draft.week.map((text, at) => (at === n ? event.target.value : text)) })}
            />
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function OwnDays({ draft, setDraft }: { draft: Draft; setDraft: Dispatch<SetStateAction<Draft>> }) {
  const { t } = useTranslation();
  const change = (key: number, part: Partial<Draft['days'][number]>) =>
    setDraft((old) => ({ ...old, days: old.days.map((day) => (day.key === key ? { ...day, ...part } : day)) }));
  const add = () =>
    setDraft((old) => ({
      ...old,
      days: [...old.days, { key: Math.max(-1, ...old.days.map(({ key }) => key)) + 1, date: '', name: '', spans: '' }],
    }));
  return (
    <fieldset className="plain">
      <legend>{t('rules.ownDays')}</legend>
      <p className="muted">{t('rules.ownDaysHint')}</p>
      {draft.days.map((day) => (
        <div key={day.key} className="own-day">
          <input
            className="input"
            type="date"
            aria-label={t('rules.date')}
            value={day.date}
            aria-invalid={day.date === ''}
            onChange={(event) => change(day.key, { date: event.target.value })}
          />
          <input
            className="input"
            aria-label={t('rules.dayHours')}
            placeholder={t('rules.off')}
            value={day.spans}
            aria-invalid={readSpans(day.spans) === null}
            onChange={(event) => change(day.key, { spans: event.target.value })}
          />
          <input
            className="input"
            aria-label={t('rules.dayName')}
            placeholder={t('rules.dayName')}
            value={day.name}
            maxLength={60}
            onChange={(event) => change(day.key, { name: event.target.value })}
          />
          <button
            type="button"
            className="btn"
            aria-label={t('rules.removeDay', { date: day.date })}
            onClick={() => setDraft((old) => ({ ...old, days: old.days.filter(({ key }) => key !== day.key) }))}
          >
            {t('rules.remove')}
          </button>
        </div>
      ))}
      <button type="button" className="btn" onClick={add}>
        {t('rules.addDay')}
      </button>
    </fieldset>
  );
}
