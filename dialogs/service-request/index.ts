/** Applying for after-sales service: what it is about, the order, what is wrong; then a person has it all in one ticket. */
import * as z from 'zod';
import { defineDialog, imBack, type StepInput, type StepResult } from '../../src/bot/dialog-kit.ts';
import type { Locale } from '../../src/domain/locale.ts';
import en from './texts.en.json' with { type: 'json' };
import zh from './texts.zh-CN.json' with { type: 'json' };

const KINDS = ['return', 'exchange', 'refund', 'repair', 'warranty', 'progress', 'service'] as const;
type Kind = (typeof KINDS)[number];

const slots = z.object({ kind: z.enum(KINDS), order: z.string().nullable() });
type Slots = z.output<typeof slots>;

/** The words that our own answers tell customers to reply. */
const WORDS: Record<Kind, RegExp> = {
  return: /^(我要)?申请退货(退款)?$|^apply for (a )?return$/i,
  exchange: /^(我要)?申请换货$|^apply for (an )?exchange$/i,
  refund: /^(我要)?申请(仅)?退款$|^apply for (a )?refund$/i,
  repair: /^(我要)?申请(维修|保修)$|^apply for (a )?(repair|warranty)$/i,
  warranty: /^查保修$|^check warranty$/i,
  progress: /^(查)?进度$|^progress$/i,
  service: /^(我要)?申请售后$|^(apply for )?after-sales( service)?$/i,
};

/** Order numbers of shops and marketplaces: digits, or letters and digits with a digit in it, 6 to 32 long. */
const ORDER = /(?<![A-Za-z0-9])(?=[A-Za-z-]*\d)[A-Za-z0-9][A-Za-z0-9-]{4,30}[A-Za-z0-9](?![A-Za-z0-9])/;
const NO_ORDER =
  /^(没有|不记得|忘了|找不到|不知道|没有订单号|我没有订单号|no|none|i (don'?t|do not) (have|know) (it|one)|don'?t know|no order number|i have no order number)[。.!！~\s]*$/i;

function kindOf(text: string): Kind | undefined {
  const said = text
    .normalize('NFKC')
    .trim()
    .replace(/[“”"'。.!！~\s]+$/g, '')
    .replace(/^[“”"']+/, '');
  return KINDS.find((kind) => WORDS[kind].test(said));
}

function askProblem({ t }: StepInput<Slots>, given: Slots): StepResult<Slots> {
  return {
    say: [{ text: t(given.kind === 'progress' ? 'askProgress' : 'askProblem') }],
    next: 'problem',
    slots: given,
  };
}

export const serviceRequest = defineDialog<Slots>({
  name: 'service-request',
  texts: { 'zh-CN': zh, en },
  triggers: { events: [], matches: (text: string, _locale: Locale) => kindOf(text) !== undefined },
  slots,
  optional: false,
  start: ({ text, t }) => {
    const kind = kindOf(text) ?? 'service';
    return {
      say: [{ text: t('askOrder', { what: t(kind) }), actions: [imBack(t('noOrder'))] }],
      next: 'order',
      slots: { kind, order: null },
    };
  },
  steps: {
    order: (input) => {
      const { kind } = input.slots;
      if (NO_ORDER.test(input.text.trim())) return askProblem(input, { kind, order: null });
      const order = ORDER.exec(input.text.normalize('NFKC'))?.[0];
      if (order) return askProblem(input, { kind, order });
      return { say: [{ text: input.t('orderAgain'), actions: [imBack(input.t('noOrder'))] }], next: 'misunderstood' };
    },
    problem: ({ text, slots: { kind, order }, t }) => {
      const subject = t('subject', {
        what: t(kind),
        order: order ?? t('withoutOrder'),
        problem: text.replace(/\s+/g, ' ').slice(0, 80),
      });
      return { next: 'end', effects: [{ kind: 'handOff', reason: 'policy', subject }] };
    },
  },
});
