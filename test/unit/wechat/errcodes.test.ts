import { describe, expect, test } from 'vitest';
import { actionFor, delayFor, refusedAddressIn, requestIdIn } from '../../../src/channels/wechat/errcodes.ts';

describe('a return code', () => {
  test.each([
    [undefined, 'ok'],
    [0, 'ok'],
    [-1, 'unknown'],
    [40001, 'token'],
    [42001, 'token'],
    [40003, 'unreachable'],
    [40007, 'reupload'],
    [40033, 'fault'],
    [40164, 'misconfigured'],
    [40200, 'capability'],
    [43004, 'unreachable'],
    [45002, 'split'],
    [45009, 'retry'],
    [45015, 'closed'],
    [45047, 'hold'],
    [45081, 'ignore'],
    [48001, 'capability'],
    [61507, 'rejected'],
    [99999, 'fault'],
  ])('%s means %s', (code, action) => {
    expect(actionFor(code)).toBe(action);
  });
  test("of a spent day's quota waits for midnight in Beijing", () => {
    expect(delayFor(45009, { attempt: 1, now: new Date('2026-11-22T15:00:00Z') })).toBe(3_600_000);
    expect(delayFor(45009, { attempt: 1, now: new Date('2026-11-22T16:00:00Z') })).toBe(86_400_000);
  });
  test('of too many calls waits longer each time, and at most a minute', () => {
    const waits = [1, 2, 3, 20].map((attempt) => delayFor(45011, { attempt, now: new Date(0) }));
    expect(waits).toEqual([1_000, 2_000, 4_000, 60_000]);
  });
  test('brings the id for Tencent and the address that is not allowed', () => {
    expect(requestIdIn('invalid credential rid: 64a2b3c4-1a2b3c4d-5e6f7a8b')).toBe('64a2b3c4-1a2b3c4d-5e6f7a8b');
    expect(requestIdIn('ok')).toBeNull();
    expect(refusedAddressIn('invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist rid: x')).toBe(
      '203.0.113.9',
    );
    expect(refusedAddressIn('ok')).toBeNull();
  });
});
