/** Working hours, SLA policies, clocks and promises, as they cross the wire. */
import * as z from 'zod';
import { route } from './route.ts';

const idSchema = z.uuid();
const byId = z.object({ id: idSchema });
const done = z.object({ ok: z.literal(true) });
const version = z.int().min(0);
const name = z.string().trim().min(1).max(80);
const dayMinutes = z.int().min(0).max(1440);
const span = z.object({ opens: dayMinutes, closes: dayMinutes });
const spans = z.array(span).max(6);

/** Checked by the domain once more: that spans do not overlap, that it opens at all. */
const planSchema = z.object({
  timeZone: z.string().max(60),
  /** Seven days from Monday on, minutes after midnight. */
  week: z.array(spans).length(7),
  holidays: z.enum(['none', 'china']),
  days: z.array(z.object({ date: z.iso.date(), name: z.string().max(60), spans })).max(400),
});
export const calendarSchema = z
  .object({ id: idSchema, name: z.string(), plan: planSchema, isDefault: z.boolean(), version })
  .meta({ id: 'Calendar' });

export const prioritySchema = z.enum(['low', 'normal', 'high', 'urgent']);
const goalSchema = z.enum(['firstReply', 'nextReply', 'resolution', 'humanReply']);
const minutes = z.int().min(1).max(129_600).nullable();
const targets = z.object({ firstReply: minutes, nextReply: minutes, resolution: minutes });
const policy = z.object({
  name,
  enabled: z.boolean(),
  /** Empty: all inboxes. */
  inboxIds: z.array(idSchema).max(100),
  /** Working minutes; null: not promised. */
  targets: z.object({ low: targets, normal: targets, high: targets, urgent: targets }),
});
export const policySchema = policy.extend({ id: idSchema, version }).meta({ id: 'SlaPolicy' });

const humanReply = z.object({
  enabled: z.boolean(),
  seconds: z.int().min(10).max(3_600),
  /** null: the hours of the calendar. */
  window: span.nullable(),
});
export const inboxClockSchema = z
  .object({ inboxId: idSchema, channel: z.string(), name: z.string(), calendarId: idSchema.nullable(), humanReply })
  .meta({ id: 'InboxClock' });

/** The most urgent clock of a conversation: `dueAt` while it runs, `pausedLeft` (working minutes) while it stands still. */
export const nearestClockSchema = z.object({
  goal: goalSchema,
  dueAt: z.iso.datetime().nullable(),
  pausedLeft: z.number().nullable(),
  missed: z.boolean(),
});

export const clockSchema = z
  .object({
    id: z.int(),
    goal: goalSchema,
    targetMinutes: z.number(),
    startedAt: z.iso.datetime(),
    stoppedAt: z.iso.datetime().nullable(),
    paused: z.boolean(),
    dueAt: z.iso.datetime().nullable(),
    /** Working minutes, while it stands still or when it stopped. */
    left: z.number().nullable(),
    missedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'SlaClock' });

export const promiseSchema = z
  .object({
    id: idSchema,
    conversationId: idSchema,
    seq: z.int(),
    author: z.object({ kind: z.enum(['bot', 'agent']), name: z.string().nullable() }),
    act: z.enum(['reply', 'refund', 'ship', 'call', 'handle']),
    quote: z.string(),
    dueAt: z.iso.datetime(),
    state: z.enum(['proposed', 'open', 'kept', 'broken', 'waived', 'dismissed', 'replaced']),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Promise' });

const person = z.object({ id: idSchema, name: z.string() });
const missSchema = z
  .object({
    id: z.int(),
    conversationId: idSchema,
    customer: person,
    owner: person.nullable(),
    goal: goalSchema,
    missedAt: z.iso.datetime(),
    /** null: still unanswered. */
    stoppedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'SlaMiss' });
const page = {
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
};

export const clockRoutes = {
  listCalendars: route({
    method: 'get',
    path: '/api/v1/calendars',
    id: 'listCalendars',
    tag: 'Working hours',
    summary: 'Business calendars, and the hours that hold without a default one',
    response: z.object({
      items: z.array(calendarSchema),
      preset: z.object({ timeZone: z.string(), opens: dayMinutes, closes: dayMinutes }),
      /** The last year whose Chinese holidays are known. */
      chinaUntil: z.int(),
    }),
  }),
  createCalendar: route({
    method: 'post',
    path: '/api/v1/calendars',
    id: 'createCalendar',
    tag: 'Working hours',
    summary: 'Add a calendar',
    ok: 201,
    body: z.strictObject({ name, plan: planSchema, isDefault: z.boolean() }),
    response: calendarSchema,
  }),
  updateCalendar: route({
    method: 'patch',
    path: '/api/v1/calendars/{id}',
    id: 'updateCalendar',
    tag: 'Working hours',
    summary: 'Change a calendar; every running clock is counted again',
    params: byId,
    body: z.strictObject({ version, name, plan: planSchema, isDefault: z.boolean() }),
    response: calendarSchema,
  }),
  deleteCalendar: route({
    method: 'delete',
    path: '/api/v1/calendars/{id}',
    id: 'deleteCalendar',
    tag: 'Working hours',
    summary: 'Remove a calendar; its inboxes keep the default one',
    params: byId,
    response: done,
  }),
  listInboxClocks: route({
    method: 'get',
    path: '/api/v1/inbox-clocks',
    id: 'listInboxClocks',
    tag: 'Working hours',
    summary: 'Which inbox keeps which calendar, and how soon a person answers there',
    response: z.object({ items: z.array(inboxClockSchema) }),
  }),
  setInboxClock: route({
    method: 'patch',
    path: '/api/v1/inbox-clocks/{id}',
    id: 'setInboxClock',
    tag: 'Working hours',
    summary: 'Give an inbox its calendar and its guard of human replies',
    params: byId,
    body: z.strictObject({ calendarId: idSchema.nullable(), humanReply }),
    response: done,
  }),
  listPolicies: route({
    method: 'get',
    path: '/api/v1/sla/policies',
    id: 'listPolicies',
    tag: 'SLA',
    summary: 'SLA policies in the order in which they are tried',
    response: z.object({ items: z.array(policySchema) }),
  }),
  createPolicy: route({
    method: 'post',
    path: '/api/v1/sla/policies',
    id: 'createPolicy',
    tag: 'SLA',
    summary: 'Add a policy, as the last one',
    ok: 201,
    body: policy.strict(),
    response: policySchema,
  }),
  updatePolicy: route({
    method: 'patch',
    path: '/api/v1/sla/policies/{id}',
    id: 'updatePolicy',
    tag: 'SLA',
    summary: 'Change a policy; every running clock is counted again',
    params: byId,
    body: policy.extend({ version }).strict(),
    response: policySchema,
  }),
  deletePolicy: route({
    method: 'delete',
    path: '/api/v1/sla/policies/{id}',
    id: 'deletePolicy',
    tag: 'SLA',
    summary: 'Remove a policy',
    params: byId,
    response: done,
  }),
  orderPolicies: route({
    method: 'post',
    path: '/api/v1/sla/policies/order',
    id: 'orderPolicies',
    tag: 'SLA',
    summary: 'The order in which policies are tried',
    body: z.strictObject({ ids: z.array(idSchema).max(200) }),
    response: done,
  }),
  setPriority: route({
    method: 'post',
    path: '/api/v1/tickets/{id}/priority',
    id: 'setPriority',
    tag: 'Tickets',
    summary: 'Set a ticket’s priority; its clocks follow',
    params: byId,
    body: z.strictObject({ priority: prioritySchema }),
    response: done,
  }),
  getFloor: route({
    method: 'get',
    path: '/api/v1/sla/floor',
    id: 'getFloor',
    tag: 'SLA',
    summary: 'How the guard of human replies stands today, and what the next half hour will bring',
    response: z.object({
      waiting: z.int(),
      answered: z.int(),
      missed: z.int(),
      /** Waits that will be too long within half an hour, as things go now. */
      forecast: z.int(),
      agentsOnline: z.int(),
    }),
  }),
  listMisses: route({
    method: 'get',
    path: '/api/v1/sla/misses',
    id: 'listMisses',
    tag: 'SLA',
    summary: 'Every missed clock, latest first',
    query: z.strictObject(page),
    response: z.object({ items: z.array(missSchema), nextCursor: z.string().nullable() }),
  }),
  listPromises: route({
    method: 'get',
    path: '/api/v1/promises',
    id: 'listPromises',
    tag: 'Promises',
    summary: 'Promises of a state: open ones by when they are due, broken ones latest first',
    query: z.strictObject({ state: z.enum(['proposed', 'open', 'broken']).default('broken'), ...page }),
    response: z.object({
      items: z.array(promiseSchema.extend({ customer: person, owner: person.nullable() })),
      nextCursor: z.string().nullable(),
    }),
  }),
  settlePromise: route({
    method: 'post',
    path: '/api/v1/promises/{id}/state',
    id: 'settlePromise',
    tag: 'Promises',
    summary: 'Confirm a promise (with another time, where it was read wrong), or say that it is kept, waived or none',
    params: byId,
    body: z.strictObject({
      state: z.enum(['open', 'kept', 'waived', 'dismissed']),
      dueAt: z.iso.datetime().optional(),
    }),
    response: promiseSchema,
  }),
  postponePromise: route({
    method: 'post',
    path: '/api/v1/promises/{id}/postpone',
    id: 'postponePromise',
    tag: 'Promises',
    summary: 'Tell the customer a later time, and follow that one',
    params: byId,
    body: z.strictObject({ dueAt: z.iso.datetime() }),
    response: done,
  }),
} as const;

export type CalendarShape = z.output<typeof calendarSchema>;
export type PolicyShape = z.output<typeof policySchema>;
export type InboxClockShape = z.output<typeof inboxClockSchema>;
export type ClockShape = z.output<typeof clockSchema>;
export type PromiseShape = z.output<typeof promiseSchema>;
