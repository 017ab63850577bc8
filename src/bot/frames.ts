/** Runs the dialogs of the kit inside a turn: begins them, feeds them, and knows when to let go. */
import type { TurnContext } from 'botbuilder';
import type { BotState, Frame } from '../domain/conversation.ts';
import { outcomeOf } from './adapter.ts';
import {
  type Dialog,
  type DialogEffect,
  nextFrame,
  openFrame,
  type Say,
  type StepResult,
  stepInput,
} from './dialog-kit.ts';
import { type HandoffDeps, handOff } from './handoff.ts';
import { say } from './speech.ts';
import type { TurnView } from './turn-view.ts';

export type FrameDeps = { dialogs: readonly Dialog[]; handoff: HandoffDeps };
type Scene = { context: TurnContext; view: TurnView; state: BotState; deps: FrameDeps };

/** The dialog that one of these events, or these words, begin. */
export function dialogFor(deps: FrameDeps, given: { events: readonly string[]; view: TurnView }): Dialog | undefined {
  return deps.dialogs.find(
    ({ triggers }) =>
      triggers.events.some((name) => given.events.includes(name)) ||
      (given.view.text !== '' && (triggers.matches?.(given.view.text, given.view.locale) ?? false)),
  );
}

export async function startDialog(scene: Scene, dialog: Dialog): Promise<void> {
  const { view } = scene;
  const result = dialog.start(stepInput(dialog, { text: view.text, locale: view.locale, slots: {} }));
  await carryOut(scene, dialog, { result, before: { startedAt: scene.deps.handoff.clock().toISOString(), slots: {} } });
}

/** How the open dialog took the message. `askAgain`: it understood nothing and still waits for its answer. */
export type Heard = { kind: 'none' | 'handled' } | { kind: 'askAgain'; say: Say[] };

/** Invalid answers after which a person takes over. */
const MAX_FAILURES = 3;

export async function continueDialog(scene: Scene): Promise<Heard> {
  const { view, state, deps } = scene;
  const opened = openFrame(state.frame, deps.dialogs, deps.handoff.clock());
  if (opened.kind === 'none' || opened.kind === 'expired') {
    state.frame = null;
    return { kind: 'none' };
  }
  if (opened.kind === 'unknown') {
    state.frame = null;
    await handOff(scene.context, view, { reason: 'failed', deps: deps.handoff });
    return { kind: 'handled' };
  }
  const { dialog, step, slots, frame } = opened;
  const result = step(stepInput(dialog, { text: view.text, locale: view.locale, slots }));
  if (result.next !== 'misunderstood') {
    await carryOut(scene, dialog, { result, before: { startedAt: frame.startedAt, slots } });
    return { kind: 'handled' };
  }
  return misunderstood(scene, { dialog, frame, say: result.say ?? [] });
}

async function misunderstood(
  { context, view, state, deps }: Scene,
  given: { dialog: Dialog; frame: Frame; say: Say[] },
): Promise<Heard> {
  state.frame = null;
  if (given.dialog.optional) return { kind: 'none' };
  const failures = given.frame.failures + 1;
  if (failures >= MAX_FAILURES) {
    await handOff(context, view, { reason: 'unanswered', deps: deps.handoff });
    return { kind: 'handled' };
  }
  state.frame = { ...given.frame, failures };
  return { kind: 'askAgain', say: given.say };
}

type Step = {
  result: StepResult<Record<string, unknown>>;
  before: { startedAt: string; slots: Record<string, unknown> };
};

async function carryOut(scene: Scene, dialog: Dialog, { result, before }: Step): Promise<void> {
  const { context, view, state } = scene;
  state.frame = nextFrame(dialog, result, before);
  for (const utterance of result.say ?? []) await say(context, view, utterance);
  for (const effect of result.effects ?? []) await apply(scene, effect);
}

async function apply({ context, view, deps }: Scene, effect: DialogEffect): Promise<void> {
  if (effect.kind === 'csat') outcomeOf(context).effects.csat = effect.answer;
  else await handOff(context, view, { reason: effect.reason, subject: effect.subject, deps: deps.handoff });
}
