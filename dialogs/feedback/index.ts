/** After a conversation has ended: was it solved, and how was it? One tap each; anything else lets the customer go. */
import * as z from 'zod';
import { defineDialog, imBack, type StepInput, type StepResult } from '../../src/bot/dialog-kit.ts';
import en from './texts.en.json' with { type: 'json' };
import zh from './texts.zh-CN.json' with { type: 'json' };

const slots = z.object({ resolved: z.boolean().nullable() });
type Slots = z.output<typeof slots>;

const YES = /^(已解决|解决了|解决|是|是的|嗯|对|好了|yes|y|yep|yeah|solved|resolved|it is|fixed)[。.!！~]*$/i;
const NO =
  /^(未解决|没解决|没有解决|没有|没|还没|否|不|no|n|nope|not solved|not yet|unsolved|not resolved)[。.!！~]*$/i;
const STARS: Record<string, number> = {
  一: 1,
  二: 2,
  两: 2,
  三: 3,
  四: 4,
  五: 5,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
};

/** 1–5 as people write it: `5`, `5分`, `４`, `五星`, `★★★★`, `4/5`; null for anything else. */
export function parseScore(text: string): number | null {
  const said = text.normalize('NFKC').trim().toLowerCase();
  if (/^[★⭐]{1,5}$/u.test(said)) return [...said].length;
  const match =
    /^([1-5]|[一二两三四五]|one|two|three|four|five)\s*(?:分|星|颗星|stars?|points?|\/\s*5)?[。.!！~]*$/.exec(said);
  const word = match?.[1];
  return word === undefined ? null : (STARS[word] ?? Number(word));
}

function askScore({ t }: StepInput<Slots>, resolved: boolean): StepResult<Slots> {
  return {
    say: [
      {
        text: t(resolved ? 'askScore' : 'askScoreSorry'),
        actions: ['5', '4', '3', '2', '1'].map((n) => imBack(t(`score${n}`))),
      },
    ],
    next: 'score',
    slots: { resolved },
    effects: [{ kind: 'csat', answer: { score: null, resolved } }],
  };
}

export const feedback = defineDialog<Slots>({
  name: 'feedback',
  texts: { 'zh-CN': zh, en },
  triggers: { events: ['desk.resolved', 'conversation.ended'] },
  slots,
  optional: true,
  start: ({ t }) => ({
    say: [{ text: t('askResolved'), actions: [imBack(t('yes')), imBack(t('no'))] }],
    next: 'resolved',
    slots: { resolved: null },
  }),
  steps: {
    resolved: (input) => {
      const said = input.text.trim();
      if (YES.test(said)) return askScore(input, true);
      if (NO.test(said)) return askScore(input, false);
      const score = parseScore(said);
      return score === null ? { next: 'misunderstood' } : end(input, score, null);
    },
    score: (input) => {
      const score = parseScore(input.text) ?? parseScore(input.text.split(/[\s·：:]/)[0] ?? '');
      return score === null ? { next: 'misunderstood' } : end(input, score, input.slots.resolved);
    },
  },
});

function end({ t }: StepInput<Slots>, score: number, resolved: boolean | null): StepResult<Slots> {
  const unhappy = score <= 2 || resolved === false;
  return {
    say: [{ text: t(unhappy ? 'thanksSorry' : 'thanks'), ...(unhappy ? { actions: [imBack(t('person'))] } : {}) }],
    next: 'end',
    effects: [{ kind: 'csat', answer: { score, resolved } }],
  };
}
