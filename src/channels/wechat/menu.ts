/** The custom menu of an Official Account: three buttons, five below each, in the limits that WeChat sets. */
import * as z from 'zod';

/** A Han character counts two, as WeChat counts them. */
const width = (text: string) => [...text].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 255 ? 2 : 1), 0);
const bytes = (text: string) => Buffer.byteLength(text);
const name = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .refine((text) => width(text) <= max, { message: 'too long' });

/** `say`: what the tap says to us, as if the customer had typed it. */
const actionShape = {
  type: z.enum(['click', 'view']),
  say: z.string().trim().max(120).default(''),
  url: z.string().trim().max(1_024).default(''),
};
type Action = { type: 'click' | 'view'; say: string; url: string };
const isComplete = ({ type, say, url }: Action) =>
  type === 'click' ? say !== '' && bytes(say) <= 128 : /^https?:\/\/\S+$/.test(url);

const leafSchema = z.object({ name: name(16), ...actionShape }).refine(isComplete, { message: 'incomplete' });
const buttonSchema = z
  .object({ name: name(8), ...actionShape, children: z.array(leafSchema).max(5).default([]) })
  .refine((button) => button.children.length > 0 || isComplete(button), { message: 'incomplete' });
export const menuSchema = z.array(buttonSchema).max(3);
export type Menu = z.output<typeof menuSchema>;

/** As `menu/create` takes it; a click's key is what it says. */
export function menuForWeChat(menu: Menu): { button: unknown[] } {
  const leaf = ({ name, type, say, url }: Action & { name: string }) =>
    type === 'click' ? { type, name, key: say } : { type, name, url };
  return {
    button: menu.map((button) =>
      button.children.length > 0 ? { name: button.name, sub_button: button.children.map(leaf) } : leaf(button),
    ),
  };
}

const readLeaf = z.object({
  name: z.string().catch(''),
  type: z.string().optional(),
  key: z.string().optional(),
  url: z.string().optional(),
});
const readMenu = z.object({
  menu: z.object({
    button: z.array(readLeaf.extend({ sub_button: z.array(readLeaf).optional() })),
  }),
});

/** What `menu/get` shows; buttons of kinds that we do not make are left out. */
export function menuFromWeChat(data: unknown): Menu {
  const read = readMenu.safeParse(data);
  if (!read.success) return [];
  const leaf = ({ name, type, key = '', url = '' }: z.output<typeof readLeaf>) => ({
    name,
    type: type === 'view' ? ('view' as const) : ('click' as const),
    say: key,
    url,
  });
  const known = ({ type }: { type?: string | undefined }) => type === 'click' || type === 'view';
  return read.data.menu.button.flatMap((button) => {
    const children = (button.sub_button ?? []).filter(known).map(leaf);
    return children.length > 0 || known(button) ? [{ ...leaf(button), children }] : [];
  });
}
