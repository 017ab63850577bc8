/** The bot's mouth to the rest of the house: a leased turn goes in, a change to commit comes out. Nothing of the SDK does. */
import type { Activity } from 'botbuilder';
import type { NewActivity } from '../domain/activity.ts';
import type { Change, Turn } from '../domain/change.ts';
import type { NewId } from '../ports.ts';
import { type Outcome, TurnAdapter } from './adapter.ts';
import { handOff } from './handoff.ts';
import { type PipelineDeps, runTurn } from './pipeline.ts';
import { words } from './speech.ts';
import { idOf, type TurnView, viewOf } from './turn-view.ts';

export type Thought = { ok: true; change: Change } | { ok: false; cause: unknown };
export type Bot = {
  /** Thinks a turn through without writing anything. */
  think(turn: Turn): Promise<Thought>;
  /** The small turn of its own that follows when thinking keeps failing: an apology, a ticket, a person. */
  giveUp(turn: Turn): Promise<Thought>;
};
export type BotDeps = PipelineDeps & { newId: NewId; onTyping: (conversationId: string) => void };

export function createBot(deps: BotDeps): Bot {
  const adapter = new TurnAdapter({ newId: deps.newId, onTyping: deps.onTyping });
  const run = async (
    turn: Turn,
    logic: (context: Parameters<Parameters<TurnAdapter['run']>[1]>[0], view: TurnView) => Promise<void>,
  ): Promise<Thought> => {
    const view = viewOf(turn);
    const result = await adapter.run(inboundOf(view), (context) => logic(context, view));
    return result.kind === 'done'
      ? { ok: true, change: changeOf(result.outcome, view) }
      : { ok: false, cause: result.cause };
  };
  return {
    think: (turn) => run(turn, (context, view) => runTurn(context, view, deps)),
    giveUp: (turn) => run(turn, (context, view) => handOff(context, view, { reason: 'failed', deps: deps.handoff })),
  };
}

/** The burst as one inbound activity; its id is the last message's, so that replies point there; without one they point nowhere. */
function inboundOf(view: TurnView): Partial<Activity> {
  const { conversation } = view.turn;
  return {
    type: view.text === '' && view.events.length > 0 ? 'event' : 'message',
    ...(view.last ? { id: idOf(view.last) } : {}),
    text: view.text,
    locale: view.locale,
    channelId: view.turn.channel,
    serviceUrl: 'urn:zhike',
    conversation: { id: conversation.id, isGroup: false, conversationType: 'personal', name: '' },
    from: { id: conversation.customerId, name: '' },
    recipient: { id: 'zhike', name: words(view.locale, 'botName') },
  };
}

function changeOf({ replies, effects }: Outcome, view: TurnView): Change {
  const name = words(view.locale, 'botName');
  const activities = replies.map(
    ({ body, internal }): NewActivity => ({
      author: { kind: internal ? 'system' : 'bot', id: null, name: internal ? null : name },
      visibility: internal ? 'internal' : 'customer',
      body,
    }),
  );
  return { activities, ...effects };
}
