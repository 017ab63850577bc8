import { expect, test } from 'vitest';
import shopEn from '../../../src/web/shop/texts.en.json' with { type: 'json' };
import shopZh from '../../../src/web/shop/texts.zh-CN.json' with { type: 'json' };
import chatEn from '../../../src/web/widget/chat/texts.en.json' with { type: 'json' };
import chatZh from '../../../src/web/widget/chat/texts.zh-CN.json' with { type: 'json' };
import launcherEn from '../../../src/web/widget/launcher/texts.en.json' with { type: 'json' };
import launcherZh from '../../../src/web/widget/launcher/texts.zh-CN.json' with { type: 'json' };

const placeholders = (texts: Record<string, string>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, (text.match(/\{\w+\}/g) ?? []).sort()]));

test.each([
  ['chat', chatZh, chatEn],
  ['launcher', launcherZh, launcherEn],
  ['shop', shopZh, shopEn],
])('the words of the %s are there in both languages, with the same placeholders', (_face, zh, en) => {
  expect(placeholders(en)).toEqual(placeholders(zh));
  expect(Object.values(en).join('')).not.toMatch(/\p{Script=Han}/u);
});
