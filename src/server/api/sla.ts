/** SLA: policies, priorities, the floor as it stands, and every miss. */
import { forecastMisses } from '../../desk/sla-forecast.ts';
import { DAY_MS, instantOfWall, wallTime } from '../../domain/calendar-zone.ts';
import { ZhikeError } from '../../domain/errors.ts';
import { HUMAN_REPLY_PRESET } from '../../domain/sla.ts';
import type { KeptPolicy } from '../../store/calendars.ts';
import type { Handlers } from '../bind.ts';
import { entryOf } from './audit.ts';
import type { ApiDeps } from './deps.ts';

type Policies = 'listPolicies' | 'createPolicy' | 'updatePolicy' | 'deletePolicy' | 'orderPolicies';

const HALF_HOUR_MS = 1_800_000;
/** What an answer is taken to cost while too few were given to measure it. */
const USUAL_ANSWER_MS = 60_000;

export function policyHandlers(deps: ApiDeps): Pick<Handlers, Policies> {
  const { store, live, newId } = deps;
  const changed = <T>(result: T): T => {
    live.publish({ kind: 'rules' });
    return result;
  };
  const entry = (call: Parameters<typeof entryOf>[1], object: { id: string; name?: string }, detail: object) =>
    entryOf(deps, call, { action: 'sla.changed', object: { kind: 'policy', ...object }, detail: { ...detail } });
  const before = async (id: string) => {
    const policy = (await store.rules.policies()).find((one) => one.id === id);
    if (!policy) throw new ZhikeError('NotFound');
    return policy;
  };
  return {
    listPolicies: {
      may: 'clock.manage',
      run: async () => ({ items: (await store.rules.policies()).map(presentPolicy) }),
    },
    createPolicy: {
      may: 'clock.manage',
      run: async ({ body, session, request }) => {
        const policy = { id: newId(), ...body };
        const told = entry({ session, request }, policy, { after: policy });
        return presentPolicy(changed(await store.recording(told).rules.savePolicy(policy, null)));
      },
    },
    updatePolicy: {
      may: 'clock.manage',
      run: async ({ params: { id }, body: { version, ...body }, session, request }) => {
        const policy = { id, ...body };
        const told = entry({ session, request }, policy, { before: await before(id), after: policy });
        return presentPolicy(changed(await store.recording(told).rules.savePolicy(policy, version)));
      },
    },
    deletePolicy: {
      may: 'clock.manage',
      run: async ({ params: { id }, session, request }) => {
        const old = await before(id);
        await store.recording(entry({ session, request }, old, { before: old })).rules.removePolicy(id);
        return changed({ ok: true as const });
      },
    },
    orderPolicies: {
      may: 'clock.manage',
      run: async ({ body: { ids } }) => {
        await store.rules.orderPolicies(ids);
        return changed({ ok: true as const });
      },
    },
  };
}

export function slaHandlers(deps: ApiDeps): Pick<Handlers, 'setPriority' | 'getFloor' | 'listMisses'> {
  const { store, desk } = deps;
  return {
    setPriority: {
      may: 'ticket.move',
      run: async ({ params, body, session }) => {
        await desk.setPriority(session.actor, params.id, body.priority);
        return { ok: true };
      },
    },
    getFloor: { may: 'conversation.read', run: () => floorNow(deps) },
    listMisses: {
      may: 'conversation.read',
      run: ({ query }) => store.clocks.misses({ cursor: query.cursor ?? null, limit: query.limit }),
    },
  };
}

/** Today begins at midnight where the desk is. */
async function floorNow({ store, clock, presence, workingHours: { timeZone } }: ApiDeps) {
  const now = clock();
  const midnight = Math.floor(wallTime(timeZone, now.getTime()) / DAY_MS) * DAY_MS;
  const facts = await store.clocks.floor(now, new Date(instantOfWall(timeZone, midnight)));
  const agentsOnline = (await store.agents.list()).filter(({ id }) => presence.isOnline(id)).length;
  const forecast = forecastMisses({
    dueIn: facts.due.map((due) => Date.parse(due) - now.getTime()),
    arrivalsPerMinute: facts.arrivals / 30,
    agents: agentsOnline,
    serviceMs: facts.medianSeconds === null ? USUAL_ANSWER_MS : facts.medianSeconds * 1_000,
    limitMs: HUMAN_REPLY_PRESET.seconds * 1_000,
    horizonMs: HALF_HOUR_MS,
  });
  return { waiting: facts.due.length, answered: facts.answered, missed: facts.missed, forecast, agentsOnline };
}

function presentPolicy({ id, name, enabled, inboxIds, targets, version }: KeptPolicy): KeptPolicy {
  return { id, name, enabled, inboxIds, targets, version };
}
