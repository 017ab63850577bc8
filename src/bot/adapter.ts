/** The one Bot Framework adapter: a turn on it writes nothing, its replies and effects are collected and handed back. */
import { type Activity, BotAdapter, type ConversationReference, type ResourceResponse, TurnContext } from 'botbuilder';
import type { ActivityBody } from '../domain/activity.ts';
import type { Change } from '../domain/change.ts';

type Draft = Partial<Activity>;

/** What a turn has come to so far. `effects` is all of a change but the words. */
export type Outcome = {
  replies: { id: string; body: ActivityBody; internal: boolean }[];
  effects: Omit<Change, 'activities'>;
};
export type TurnResult = { kind: 'done'; outcome: Outcome } | { kind: 'failed'; cause: unknown };

const OUTCOME = Symbol('outcome');

/** The outcome that the turn of this context is collecting. */
export function outcomeOf(context: TurnContext): Outcome {
  const outcome = context.turnState.get<Outcome | undefined>(OUTCOME);
  if (!outcome) throw new Error('no turn in progress');
  return outcome;
}

export type AdapterDeps = {
  newId: () => string /** Typing leaves at once; it is never stored. */;
  onTyping: (conversationId: string) => void;
};

export class TurnAdapter extends BotAdapter {
  readonly #deps: AdapterDeps;

  constructor(deps: AdapterDeps) {
    super();
    this.#deps = deps;
    // A handler that returned would make a failed turn look like a good one.
    this.onTurnError = async (_context, error) => {
      throw error;
    };
  }

  /** Runs one turn through the middleware. Never throws: a failure is a value. */
  async run(inbound: Draft, logic: (context: TurnContext) => Promise<void>): Promise<TurnResult> {
    const context = new TurnContext(this, inbound);
    const outcome: Outcome = { replies: [], effects: {} };
    context.turnState.set(OUTCOME, outcome);
    try {
      await this.runMiddleware(context, logic);
      return { kind: 'done', outcome };
    } catch (cause) {
      return { kind: 'failed', cause };
    }
  }

  override async sendActivities(context: TurnContext, activities: Draft[]): Promise<ResourceResponse[]> {
    const { replies } = outcomeOf(context);
    return activities.map((sent) => {
      const id = this.#deps.newId();
      if (sent.type === 'typing') this.#deps.onTyping(sent.conversation?.id ?? '');
      else if (sent.type !== 'trace')
        replies.push({ id, body: bodyOf(structuredClone(sent)), internal: isInternal(sent) });
      return { id };
    });
  }

  /** Only what is still collected can be edited: nothing of this turn has been seen yet. */
  override async updateActivity(context: TurnContext, activity: Draft): Promise<void> {
    const reply = outcomeOf(context).replies.find(({ id }) => id === activity.id);
    if (!reply) throw new Error('only replies of this turn can be updated');
    reply.body = bodyOf(structuredClone(activity));
  }

  override async deleteActivity(context: TurnContext, reference: Partial<ConversationReference>): Promise<void> {
    const outcome = outcomeOf(context);
    outcome.replies = outcome.replies.filter(({ id }) => id !== reference.activityId);
  }

  override async continueConversation(): Promise<void> {
    throw new Error('not used: a proactive turn starts from a stored event');
  }
}

/** Desk protocol events of the bot (`handoff.initiate`) are for colleagues, not for the customer. */
function isInternal(activity: Draft): boolean {
  return activity.type === 'event' && (activity.name ?? '').startsWith('handoff.');
}

/** The SDK addresses what it sends (from, recipient, serviceUrl …); of that only the words are ours to keep. */
function bodyOf(activity: Draft): ActivityBody {
  const { type, text, textFormat, name, value, attachments, suggestedActions, replyToId, channelData, locale } =
    activity;
  const kept = { text, textFormat, name, value, attachments, suggestedActions, replyToId, channelData, locale };
  const entries = Object.entries(kept).filter(([, field]) => field !== undefined);
  return { type: type ?? 'message', ...Object.fromEntries(entries) } as ActivityBody;
}
