/** Cards of the Bot Framework, cut to what a chat of lines and one news article can show. */
import * as z from 'zod';
import { type Attachment, type CardAction, cardActionSchema } from '../../domain/activity.ts';

/** `url`: where the card leads; `picture`: its first image; `actions`: its buttons. */
export type Card = {
  title: string;
  lines: string[];
  url: string | null;
  picture: string | null;
  actions: CardAction[];
};

const HERO = /^application\/vnd\.microsoft\.card\.(hero|thumbnail|receipt|signin|oauth|animation|audio|video)$/;
const ADAPTIVE = 'application/vnd.microsoft.card.adaptive';
const MAX_DEPTH = 12;

const words = z.string().catch('');
const actions = z.array(z.unknown()).catch([]);
const heroSchema = z.looseObject({
  title: words,
  subtitle: words,
  text: words,
  images: z.array(z.looseObject({ url: words })).catch([]),
  buttons: actions,
  tap: z.unknown().optional(),
});
const adaptiveSchema = z.looseObject({ fallbackText: words, body: z.unknown().optional(), actions });

/** The card in an attachment; null when it is none that has words. */
export function cardOf({ contentType, content, name }: Attachment): Card | null {
  if (HERO.test(contentType)) return heroCard(content, name ?? '');
  if (contentType === ADAPTIVE) return adaptiveCard(content, name ?? '');
  return null;
}

function heroCard(content: unknown, name: string): Card | null {
  const parsed = heroSchema.safeParse(content);
  if (!parsed.success) return null;
  const { title, subtitle, text, images, buttons, tap } = parsed.data;
  const read = actionsIn(buttons);
  const lead = [...actionsIn([tap]), ...read].find(({ type }) => type === 'openUrl');
  return {
    title: title || name,
    lines: [subtitle, text].filter((line) => line !== ''),
    url: typeof lead?.value === 'string' ? lead.value : null,
    picture: images.find(({ url }) => url !== '')?.url ?? null,
    actions: read.filter((action) => action !== lead),
  };
}

function actionsIn(given: unknown[]): CardAction[] {
  return given.flatMap((action) => {
    const parsed = cardActionSchema.safeParse(action);
    return parsed.success ? [parsed.data] : [];
  });
}

/** Adaptive cards are layouts: their words in reading order, and their links. */
function adaptiveCard(content: unknown, name: string): Card | null {
  const parsed = adaptiveSchema.safeParse(content);
  if (!parsed.success) return null;
  const lines = textsIn(parsed.data.body, 0);
  const [title = parsed.data.fallbackText || name, ...rest] = lines;
  const links = parsed.data.actions.flatMap((action) => {
    const open = z.object({ title: words, url: z.string() }).safeParse(action);
    return open.success ? [{ type: 'openUrl' as const, title: open.data.title, value: open.data.url }] : [];
  });
  const submits = parsed.data.actions.flatMap((action) => {
    const submit = z.object({ type: z.literal('Action.Submit'), title: z.string() }).safeParse(action);
    return submit.success ? [{ type: 'imBack' as const, title: submit.data.title, value: submit.data.title }] : [];
  });
  const [lead, ...others] = links;
  return { title, lines: rest, url: lead?.value ?? null, picture: null, actions: [...others, ...submits] };
}

function textsIn(node: unknown, depth: number): string[] {
  if (depth > MAX_DEPTH || typeof node !== 'object' || node === null) return [];
  if (Array.isArray(node)) return node.flatMap((one) => textsIn(one, depth + 1));
  const { text, title, value, items, columns, facts, body } = node as Record<string, unknown>;
  const fact = typeof title === 'string' && typeof value === 'string' ? [`${title}：${value}`] : [];
  const own = typeof text === 'string' && text !== '' ? [text] : fact;
  return [...own, ...[items, columns, facts, body].flatMap((child) => textsIn(child, depth + 1))];
}
