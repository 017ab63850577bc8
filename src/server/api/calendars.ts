/** Working hours: calendars, and which inbox keeps which. */
import { CHINA_LAST_YEAR } from '../../desk/china-days.ts';
import { type CalendarPlan, calendarPlanSchema } from '../../domain/calendar-plan.ts';
import { ZhikeError } from '../../domain/errors.ts';
import { HUMAN_REPLY_PRESET, humanReplySchema } from '../../domain/sla.ts';
import type { KeptCalendar } from '../../store/calendars.ts';
import type { Handlers } from '../bind.ts';
import { entryOf } from './audit.ts';
import { checkedBy } from './clock-input.ts';
import type { ApiDeps } from './deps.ts';

type Names =
  | 'listCalendars'
  | 'createCalendar'
  | 'updateCalendar'
  | 'deleteCalendar'
  | 'listInboxClocks'
  | 'setInboxClock';

export function calendarHandlers(deps: ApiDeps): Pick<Handlers, Names> {
  const { store, live, newId, workingHours } = deps;
  const changed = <T>(result: T): T => {
    live.publish({ kind: 'rules' });
    return result;
  };
  const entry = (call: Parameters<typeof entryOf>[1], object: { id: string; name?: string }, detail: object) =>
    entryOf(deps, call, { action: 'calendar.changed', object: { kind: 'calendar', ...object }, detail: { ...detail } });
  const before = async (id: string) => {
    const calendar = (await store.rules.calendars()).find((one) => one.id === id);
    if (!calendar) throw new ZhikeError('NotFound');
    return calendar;
  };
  const planOf = (plan: unknown): CalendarPlan => checkedBy(calendarPlanSchema, plan, 'plan');
  return {
    listCalendars: {
      may: 'clock.manage',
      run: async () => ({
        items: (await store.rules.calendars()).map(presentCalendar),
        preset: { ...workingHours },
        chinaUntil: CHINA_LAST_YEAR,
      }),
    },
    createCalendar: {
      may: 'clock.manage',
      run: async ({ body, session, request }) => {
        const calendar = { id: newId(), name: body.name, plan: planOf(body.plan), isDefault: body.isDefault };
        const told = entry({ session, request }, calendar, { after: calendar });
        return presentCalendar(changed(await store.recording(told).rules.saveCalendar(calendar, null)));
      },
    },
    updateCalendar: {
      may: 'clock.manage',
      run: async ({ params: { id }, body: { version, ...body }, session, request }) => {
        const calendar = { id, name: body.name, plan: planOf(body.plan), isDefault: body.isDefault };
        const told = entry({ session, request }, calendar, { before: await before(id), after: calendar });
        return presentCalendar(changed(await store.recording(told).rules.saveCalendar(calendar, version)));
      },
    },
    deleteCalendar: {
      may: 'clock.manage',
      run: async ({ params: { id }, session, request }) => {
        const old = await before(id);
        await store.recording(entry({ session, request }, old, { before: old })).rules.removeCalendar(id);
        return changed({ ok: true as const });
      },
    },
    listInboxClocks: {
      may: 'clock.manage',
      run: async () => ({
        items: (await store.rules.inboxClocks()).map((inbox) => ({
          ...inbox,
          humanReply: inbox.humanReply ?? HUMAN_REPLY_PRESET,
        })),
      }),
    },
    setInboxClock: {
      may: 'clock.manage',
      run: async ({ params: { id }, body, session, request }) => {
        const old = (await store.rules.inboxClocks()).find(({ inboxId }) => inboxId === id);
        const humanReply = checkedBy(humanReplySchema, body.humanReply, 'humanReply');
        const told = entry({ session, request }, { id }, { before: old, after: body });
        const set = { inboxId: id, calendarId: body.calendarId, humanReply };
        if (!(await store.recording(told).rules.setInboxClock(set))) throw new ZhikeError('NotFound');
        return changed({ ok: true as const });
      },
    },
  };
}

function presentCalendar({ id, name, plan, isDefault, version }: KeptCalendar): KeptCalendar {
  return { id, name, plan, isDefault, version };
}
