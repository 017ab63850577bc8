/** The dialog kit: a dialog is steps by name and its wording; its frame is JSON, and lives and commits with the turn. */
import type * as z from 'zod';
import type { CardAction } from '../domain/activity.ts';
import type { CsatAnswer } from '../domain/change.ts';
import type { Frame } from '../domain/conversation.ts';
import type { Locale } from '../domain/locale.ts';
import type { HandoffReason } from '../domain/ticket.ts';

export type Say = { text: string; actions?: CardAction[] };

/** What a dialog wants to happen; the bot carries it out in the same commit as the words. */
export type DialogEffect =
  | { kind: 'csat'; answer: CsatAnswer }
  | {
      kind: 'handOff';
      reason: HandoffReason /** What the ticket is about, instead of the customer's last words. */;
      subject: string;
    };

export type StepInput<Slots> = {
  text: string;
  locale: Locale;
  slots: Slots;
  /** The wording of the dialog in the customer's language; `{name}` is filled from `params`. */
  t(key: string, params?: Record<string, string | number>): string;
};

/**
 * `next`: the name of the step that will hear the answer, `end`, or `misunderstood`: the step could do nothing with the
 * text. `say` then asks again; a question is answered from the knowledge base first, and the third time a person comes.
 */
export type StepResult<Slots> = { say?: Say[]; next: string; slots?: Slots; effects?: DialogEffect[] };
export type Step<Slots> = (input: StepInput<Slots>) => StepResult<Slots>;

export type Texts = Record<Locale, Record<string, string>>;

export type Dialog<Slots = Record<string, unknown>> = {
  name: string;
  texts: Texts;
  /** Stored events (`desk.resolved`) and words of the customer that begin the dialog. */
  triggers: { events: readonly string[]; matches?: (text: string, locale: Locale) => boolean };
  slots: z.ZodType<Slots>;
  /** An optional dialog gives way to anything else that the customer says; others ask again and then fetch a person. */
  optional: boolean;
  start(input: StepInput<Slots>): StepResult<Slots>;
  steps: Record<string, Step<Slots>>;
};

/** Lets dialogs with different slots stand in one list; their slots are parsed by their own schema before every step. */
export function defineDialog<Slots>(dialog: Dialog<Slots>): Dialog {
  return dialog as unknown as Dialog;
}

/** How long an unanswered step waits before the frame is forgotten. */
const FRAME_LIFE_MS = 24 * 3_600_000;

/** What to do with a stored frame: run its step, forget it, or (after a redeploy that renamed things) fetch a person. */
export type FrameState =
  | { kind: 'none' }
  | { kind: 'expired' }
  | { kind: 'unknown'; what: string }
  | { kind: 'open'; dialog: Dialog; step: Step<Record<string, unknown>>; slots: Record<string, unknown>; frame: Frame };

export function openFrame(frame: Frame | null, dialogs: readonly Dialog[], now: Date): FrameState {
  if (!frame) return { kind: 'none' };
  if (now.getTime() - Date.parse(frame.startedAt) > FRAME_LIFE_MS) return { kind: 'expired' };
  const dialog = dialogs.find(({ name }) => name === frame.dialog);
  if (!dialog) return { kind: 'unknown', what: frame.dialog };
  const step = Object.hasOwn(dialog.steps, frame.step) ? dialog.steps[frame.step] : undefined;
  if (!step) return { kind: 'unknown', what: `${frame.dialog}/${frame.step}` };
  const slots = dialog.slots.safeParse(frame.slots);
  if (!slots.success) return { kind: 'unknown', what: `${frame.dialog}/${frame.step} slots` };
  return { kind: 'open', dialog, step, slots: slots.data, frame };
}

/** The input of a step, with the dialog's own words in the customer's language. */
export function stepInput(
  dialog: Dialog,
  given: { text: string; locale: Locale; slots: Record<string, unknown> },
): StepInput<Record<string, unknown>> {
  return { ...given, t: (key, params) => fill(dialog.texts[given.locale][key] ?? key, params) };
}

export function fill(text: string, params: Record<string, string | number> = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

/** The frame after a step, or null when the dialog is over. */
export function nextFrame(
  dialog: Dialog,
  result: StepResult<Record<string, unknown>>,
  before: { startedAt: string; slots: Record<string, unknown> },
): Frame | null {
  if (result.next === 'end') return null;
  return {
    dialog: dialog.name,
    step: result.next,
    slots: result.slots ?? before.slots,
    startedAt: before.startedAt,
    failures: 0,
  };
}

/** A button that says its own words. */
export function imBack(title: string): CardAction {
  return { type: 'imBack', title, value: title };
}
