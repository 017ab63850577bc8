/** A brand colour and a text colour that can be read on it. */

export const DEFAULT_COLOUR = '#1558bd';

/** `#rgb` or `#rrggbb` in its long form; anything else is null. */
export function parseColour(value: string | null | undefined): string | null {
  const hex = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/i.exec((value ?? '').trim())?.[1];
  if (!hex) return null;
  return `#${hex.length === 3 ? hex.replace(/./g, '$&$&') : hex}`.toLowerCase();
}

/** Black or white, whichever has the higher WCAG 2 contrast on `colour`; it is never below 4.5. */
export function inkOn(colour: string): '#ffffff' | '#000000' {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? '#ffffff' : '#000000';
}
