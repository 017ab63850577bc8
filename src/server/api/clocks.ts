/** All about time at the desk: working hours, SLA, promises. */
import { calendarHandlers } from './calendars.ts';
import type { ApiDeps } from './deps.ts';
import { promiseHandlers } from './promises.ts';
import { policyHandlers, slaHandlers } from './sla.ts';

export function clockHandlers(deps: ApiDeps) {
  return { ...calendarHandlers(deps), ...policyHandlers(deps), ...slaHandlers(deps), ...promiseHandlers(deps) };
}
