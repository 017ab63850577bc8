/** What to do about each return code of WeChat's API (reference: return codes of the platform). */

/**
 * `ok` done · `retry` nothing happened, try again later · `unknown` it may have been delivered · `token` refresh and
 * call once more · `reupload` the media id is gone · `split` too long, halve it · `capability` this account may not do
 * this: fall back · `hold` wait for the customer's next message · `closed` the window is over: another way to reach them
 * · `unreachable` this customer cannot be reached here at all · `misconfigured` an administrator must act ·
 * `rejected` the content is not allowed · `ignore` · `fault` our own mistake.
 */
export type ErrcodeAction =
  | 'ok'
  | 'retry'
  | 'unknown'
  | 'token'
  | 'reupload'
  | 'split'
  | 'capability'
  | 'hold'
  | 'closed'
  | 'unreachable'
  | 'misconfigured'
  | 'rejected'
  | 'ignore'
  | 'fault';

const ACTIONS: Record<Exclude<ErrcodeAction, 'ok'>, readonly number[]> = {
  retry: [45009, 45011],
  unknown: [-1],
  token: [40001, 40014, 42001],
  reupload: [40007, 41006],
  split: [45002],
  capability: [40200, 48001],
  hold: [45047],
  closed: [45015],
  unreachable: [40003, 43004, 50005, 48002],
  misconfigured: [40013, 40125, 41004, 40164, 48004, 48006, 50002],
  rejected: [87014, 61501],
  ignore: [45072, 45080, 45081],
  fault: [40033, 43001, 43002, 41001, 44004, 47001, 45001, 45003, 45004, 45005, 45006, 45007, 45008],
};
const BY_CODE = new Map(
  Object.entries(ACTIONS).flatMap(([action, codes]) => codes.map((code) => [code, action as ErrcodeAction] as const)),
);

/** No code at all is success too (token and media answers have none); an unknown code is a definite refusal of unknown cause. */
export function actionFor(errcode: number | undefined): ErrcodeAction {
  if (errcode === undefined || errcode === 0) return 'ok';
  // 615xx are the rules about dates and contents.
  if (errcode >= 61500 && errcode < 61600) return 'rejected';
  return BY_CODE.get(errcode) ?? 'fault';
}

const HOUR = 3_600_000;
const BEIJING_MS = 8 * HOUR;
const DAY = 24 * HOUR;
const SECOND = 1_000;
const MAX_BACKOFF_MS = 60 * SECOND;

/** How long to wait before the next try: the day's quota comes back at midnight in Beijing, all else after 1 s · 2ⁿ. */
export function delayFor(errcode: number, given: { attempt: number; now: Date }): number {
  if (errcode === 45009) return DAY - ((given.now.getTime() + BEIJING_MS) % DAY);
  return Math.min(MAX_BACKOFF_MS, SECOND * 2 ** Math.max(0, given.attempt - 1));
}

/** The id by which Tencent finds a call again, from the end of `errmsg`. */
export function requestIdIn(errmsg: string): string | null {
  return /rid: ([0-9a-f-]{10,60})/.exec(errmsg)?.[1] ?? null;
}

/** The address that WeChat names when it is not in the account's list (40164); null where it names none. */
export function refusedAddressIn(errmsg: string): string | null {
  return /\b(\d{1,3}(?:\.\d{1,3}){3})\b/.exec(errmsg)?.[1] ?? null;
}
