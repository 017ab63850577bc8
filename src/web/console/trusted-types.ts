/** Imported before everything else: component libraries may set text (their CSS) through markup sinks, and nothing may set markup. */
type Rules = { createHTML(source: string): string };
const factory = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: Rules): unknown } }).trustedTypes;
factory?.createPolicy('default', {
  createHTML: (source) => {
    if (source.includes('<')) throw new TypeError('HTML string refused');
    return source;
  },
});
