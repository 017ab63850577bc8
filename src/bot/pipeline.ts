/** What happens in a turn, top to bottom: whose turn it is, wishes that always count, the open dialog, the question. */

import type { TurnContext } from 'botbuilder';
import type { CardAction } from '../domain/activity.ts';
import type { BotState } from '../domain/conversation.ts';
import type { Locale } from '../domain/locale.ts';
import { outcomeOf } from './adapter.ts';
import { type AnswerDeps, type Answered, answerQuestion, questionButtons } from './answer.ts';
import type { Say } from './dialog-kit.ts';
import { continueDialog, dialogFor, type FrameDeps, startDialog } from './frames.ts';
import { handOff, queueQuietly, subjectOf } from './handoff.ts';
import { type Signal, signalOf } from './signals.ts';
import { personButton, say, words } from './speech.ts';
import type { TurnView } from './turn-view.ts';

export type PipelineDeps = FrameDeps & {
  answers: Omit<AnswerDeps, 'onThinking'>;
  shopName: string;
  helpUrl: (articleId: string, locale: Locale) => string;
};
type Scene = { context: TurnContext; view: TurnView; state: BotState; deps: PipelineDeps };

/** Misses in a row after which a person takes over without being asked for; by mail nobody is asked to try again. */
const MAX_MISSES = 2;
const MAX_MISSES_BY_MAIL = 1;

/** Runs the turn and leaves the new state in the outcome. */
export async function runTurn(context: TurnContext, view: TurnView, deps: PipelineDeps): Promise<void> {
  const { effects } = outcomeOf(context);
  const scene: Scene = { context, view, state: structuredClone(view.turn.conversation.state), deps };
  if (view.locale !== view.turn.conversation.locale) effects.locale = view.locale;
  // A person is on it: what was said is in the log, and the bot is silent.
  if (view.turn.conversation.status !== 'human') {
    await hearEvents(scene);
    if (view.text !== '' || view.files > 0) await hearCustomer(scene);
  }
  effects.state = scene.state;
}

async function hearEvents(scene: Scene): Promise<void> {
  const { context, view, state, deps } = scene;
  if (view.events.includes('conversation.start') && !state.greeted) {
    state.greeted = true;
    const actions = [
      ...(['quick1', 'quick2', 'quick3'] as const).map((key) => button(words(view.locale, key))),
      personButton(view.locale),
    ];
    await say(context, view, { text: words(view.locale, 'greeting', { shop: deps.shopName }), actions });
  }
  if (view.events.includes('channel.needsPerson')) await queueQuietly(context, view, deps.handoff);
  if (view.events.includes('desk.handedBack')) await say(context, view, { text: words(view.locale, 'handedBack') });
  if (view.events.includes('conversation.ended') && view.turn.conversation.status !== 'resolved')
    endConversation(scene);
  const dialog = dialogFor(deps, { events: view.events, view: { ...view, text: '' } });
  if (dialog) await startDialog(scene, dialog);
}

async function hearCustomer(scene: Scene): Promise<void> {
  const { context, view, state, deps } = scene;
  const text = chosen(view, state);
  const spoken: Scene = {
    ...scene,
    view: { ...view, text, parts: view.parts.length > 1 ? view.parts : [text].filter((part) => part !== '') },
  };
  const signal = signalOf(text);
  if (signal === 'person' || signal === 'complaint' || signal === 'angry') {
    state.frame = null;
    state.misses = 0;
    const reason = signal === 'person' ? 'asked' : signal;
    return handOff(context, spoken.view, { reason, deps: deps.handoff });
  }
  const heard = await continueDialog(spoken);
  if (heard.kind === 'handled') return;
  if (heard.kind === 'askAgain') return answer(spoken, heard.say);
  if (await smallTalk(spoken, signal)) return;
  reopen(scene);
  const dialog = dialogFor(deps, { events: [], view: spoken.view });
  if (dialog) return startDialog(spoken, dialog);
  return answer(spoken, null);
}

/** "2" after a list of choices means the second. */
function chosen(view: TurnView, state: BotState): string {
  const number = /^\s*([1-9])\s*[.。、)]?\s*$/.exec(view.text.normalize('NFKC'))?.[1];
  const choice = number === undefined ? undefined : state.choices[Number(number) - 1];
  return choice?.value ?? view.text;
}

/** A customer who writes after the end is with the bot again. */
function reopen({ context, view }: Scene): void {
  if (view.turn.conversation.status === 'resolved') outcomeOf(context).effects.status = 'bot';
}

async function smallTalk({ context, view, state, deps }: Scene, signal: Signal | null): Promise<boolean> {
  const { status } = view.turn.conversation;
  if (signal === 'notPerson' && status === 'waiting') {
    const { effects } = outcomeOf(context);
    effects.status = 'bot';
    if (view.turn.openTicket) effects.updateTickets = [{ id: view.turn.openTicket.id, status: 'resolved' }];
    state.misses = 0;
    await say(context, view, { text: words(view.locale, 'backWithBot') });
    return true;
  }
  if (signal === 'greeting' || signal === 'thanks') {
    await say(context, view, { text: words(view.locale, signal === 'greeting' ? 'hello' : 'thanks') });
    return true;
  }
  if (signal !== 'bye') return false;
  await say(context, view, { text: words(view.locale, 'bye') });
  if (status === 'bot') {
    endConversation({ context, view });
    const dialog = dialogFor(deps, { events: ['conversation.ended'], view });
    if (dialog) await startDialog({ context, view, state, deps }, dialog);
  }
  return true;
}

function endConversation({ context, view }: Pick<Scene, 'context' | 'view'>): void {
  const { effects } = outcomeOf(context);
  effects.status = 'resolved';
  effects.ownerId = null;
  if (view.turn.openTicket) effects.updateTickets = [{ id: view.turn.openTicket.id, status: 'resolved' }];
}

/** `askAgain`: what an open dialog still wants to know, asked after the answer and in place of a miss. */
async function answer(scene: Scene, askAgain: Say[] | null): Promise<void> {
  const { context, view, state, deps } = scene;
  if (view.text === '')
    return say(context, view, { text: words(view.locale, 'missFile'), actions: [personButton(view.locale)] });
  const onThinking = async () => {
    await context.sendActivity({ type: 'typing' });
  };
  const { reply, logs } = await answerQuestion(view, { ...deps.answers, onThinking });
  outcomeOf(context).effects.answers = logs;
  state.choices = [];
  if (reply.kind === 'answers') {
    state.misses = 0;
    state.missed = '';
    for (const answered of reply.answers) await say(context, view, wordsOf(answered, { view, deps }));
  }
  for (const question of askAgain ?? []) await say(context, view, question);
  // Whoever waits for a person has been told so; only a sure answer is worth interrupting for.
  if (reply.kind === 'answers' || askAgain || view.turn.conversation.status === 'waiting') return;
  return reply.kind === 'clarify' ? clarify(scene, questionButtons(reply.choices)) : miss(scene);
}

function wordsOf(
  answered: Answered,
  { view, deps }: { view: TurnView; deps: PipelineDeps },
): Parameters<typeof say>[2] {
  const { article, confidence, text, label } = answered;
  const url = deps.helpUrl(article.id, article.locale);
  const source = { articleId: article.id, version: article.version, title: article.question, url };
  return {
    text,
    data: { label, confidence, source, ...(article.locale === view.locale ? {} : { answerLocale: article.locale }) },
  };
}

async function clarify({ context, view, state }: Scene, buttons: CardAction[]): Promise<void> {
  state.misses++;
  const all = [...buttons, button(words(view.locale, 'clarifyNone'))];
  state.choices = all.map(({ title, value }) => ({ title, value: String(value) }));
  await say(context, view, { text: words(view.locale, 'clarify'), actions: all });
}

async function miss({ context, view, state, deps }: Scene): Promise<void> {
  state.misses++;
  if (state.misses < (view.turn.channel === 'email' ? MAX_MISSES_BY_MAIL : MAX_MISSES)) {
    state.missed = view.text.slice(0, 200);
    return say(context, view, {
      text: words(view.locale, 'miss'),
      actions: [personButton(view.locale)],
    });
  }
  const subject = subjectOf(view.title || (state.missed === '' ? view.text : `${state.missed} / ${view.text}`));
  state.misses = 0;
  state.missed = '';
  return handOff(context, view, { reason: 'unanswered', subject, deps: deps.handoff });
}

function button(title: string): CardAction {
  return { type: 'imBack', title, value: title };
}
