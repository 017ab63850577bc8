import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inkOn, parseColour } from '../../../src/web/widget/colour.ts';

function luminance(colour: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = parts.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test('text on any brand colour can be read', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffffff }), (value) => {
      const colour = `#${value.toString(16).padStart(6, '0')}`;
      const [light = 0, dark = 0] = [luminance(colour), luminance(inkOn(colour))].sort((a, b) => b - a);
      expect((light + 0.05) / (dark + 0.05)).toBeGreaterThanOrEqual(4.5);
    }),
  );
});

test.each([
  ['#1558bd', '#1558bd'],
  ['A8452C', '#a8452c'],
  ['#f0a', '#ff00aa'],
  ['red', null],
  ['#12345', null],
  ['#fff;background:url(//x)', null],
  ['', null],
  [null, null],
])('%s is read as %s', (given, wanted) => expect(parseColour(given)).toBe(wanted));
