/** Choices under a message: what stands in the chat, and which one a customer's tap, number or words mean. */
import type { CardAction } from '../../domain/activity.ts';

/** One offered choice; keep the list 48 h with the conversation. */
export type Choice = {
  /** Comes back as `bizmsgmenuid`; short, and looked up here, for a client can send any. */
  id: string;
  number: number;
  title: string;
  action: CardAction;
};

/** The choices of an activity; addresses and telephone numbers are no choices, nobody has to hear of them. */
export function choicesOf(actions: readonly CardAction[], seq: number): Choice[] {
  return actions
    .filter(({ type }) => type !== 'openUrl' && type !== 'call')
    .map((action, index) => ({ id: String(seq * 100 + index + 1), number: index + 1, title: action.title, action }));
}

/** Which choice is meant, null for none: by the id of the tap, the number ("2", "２", "第2个", "二"), or its words. */
export function resolveChoice(
  choices: readonly Choice[],
  said: { text: string; menuId: string | null },
): Choice | null {
  const byId = said.menuId === null ? undefined : choices.find(({ id }) => id === said.menuId);
  if (byId) return byId;
  const text = plain(said.text);
  if (text === '') return null;
  const named = choices.filter(({ title, action }) => plain(title) === text || plain(wordsOf(action)) === text);
  if (named[0]) return named[0];
  const number = numberIn(text);
  return choices.find((choice) => choice.number === number) ?? null;
}

/** What the choice says when it is made: the words that stand for a tap on any other channel. */
export function wordsOf(action: CardAction): string {
  if (action.text !== undefined) return action.text;
  return typeof action.value === 'string' ? action.value : action.title;
}

/** Width, case, blanks and punctuation make no difference. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{P}\p{Z}\s]/gu, '');
}

const HAN = '零一二三四五六七八九十';

function numberIn(text: string): number | null {
  const [, digits] = /^(?:选|第|选择|no|number|option)?(\d{1,2}|[一二三四五六七八九十])(?:个|项|号)?$/.exec(text) ?? [];
  if (digits === undefined) return null;
  return /\d/.test(digits) ? Number(digits) : HAN.indexOf(digits);
}
