/** What was written is sent once, in order, whatever the network does. */
import { beforeEach, expect, test } from 'vitest';
import type { ActivityShape } from '../../../src/contract/shapes.ts';
import {
  closeOutbox,
  discard,
  enqueue,
  MAX_ATTEMPTS,
  type Outgoing,
  openOutbox,
  retry,
  useOutbox,
} from '../../../src/web/console/state/outbox.ts';
import { ApiError } from '../../../src/web/ui/api.ts';

type Answer = 'ok' | ApiError;
const network = () => new ApiError({ status: 0, code: 'Network' });
let posted: Pick<Outgoing, 'clientId' | 'text'>[] = [];
let answers: Answer[] = [];
let refused: string[] = [];
let pauses: number[] = [];

function open(): void {
  openOutbox('me', {
    post: async ({ clientId, text }) => {
      posted.push({ clientId, text });
      const answer = answers.shift() ?? 'ok';
      if (answer !== 'ok') throw answer;
      return {} as ActivityShape;
    },
    delivered: () => {},
    refused: (_message, error) => void refused.push(error.code),
    pause: async (ms) => void pauses.push(ms),
  });
}
const say = (text: string, conversationId = 'one') =>
  enqueue({ conversationId, mode: 'reply', text, at: '2026-01-01T00:00:00Z' });
const left = () => useOutbox.getState().messages.map(({ text, state }) => `${text} ${state}`);

beforeEach(() => {
  [posted, answers, refused, pauses] = [[], [], [], []];
  useOutbox.setState({ messages: [] });
  open();
});

test('a message whose answers are lost is sent again under the same id, before the next one', async () => {
  answers = [network(), new ApiError({ status: 503, code: 'Unavailable' }), network()];
  say('first');
  say('second');
  await expect.poll(left).toEqual([]);
  expect(posted.map(({ text }) => text)).toEqual(['first', 'first', 'first', 'first', 'second']);
  expect(new Set(posted.slice(0, 4).map(({ clientId }) => clientId)).size).toBe(1);
  expect(pauses).toEqual([400, 800, 1600]);
});

test('a server that asks for patience gets it', async () => {
  answers = [new ApiError({ status: 429, code: 'Throttled', retryAfter: 7 })];
  say('slowly');
  await expect.poll(left).toEqual([]);
  expect(pauses).toEqual([7000]);
});

test('a refusal is shown and stops nobody else; trying again keeps the id', async () => {
  answers = [new ApiError({ status: 409, code: 'NotYours' })];
  say('refused');
  say('fine', 'another');
  await expect.poll(left).toEqual(['refused failed']);
  expect(refused).toEqual(['NotYours']);
  const [message] = useOutbox.getState().messages;
  retry(String(message?.clientId));
  await expect.poll(left).toEqual([]);
  expect(posted.filter(({ text }) => text === 'refused').map(({ clientId }) => clientId)).toEqual([
    message?.clientId,
    message?.clientId,
  ]);
});

test('when the network stays away, later messages wait behind the first instead of overtaking it', async () => {
  answers = Array.from({ length: MAX_ATTEMPTS }, network);
  say('first');
  say('second');
  await expect.poll(left).toEqual(['first failed', 'second failed']);
  expect(posted.every(({ text }) => text === 'first')).toBe(true);
  discard(String(useOutbox.getState().messages[0]?.clientId));
  expect(left()).toEqual(['second failed']);
});

test('a session that ended keeps the message for the next sign-in', async () => {
  answers = [new ApiError({ status: 401, code: 'MissingToken' })];
  say('kept');
  await expect.poll(() => refused).toEqual(['MissingToken']);
  expect(left()).toEqual(['kept sending']);
  closeOutbox();
});
