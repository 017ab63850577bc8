/** The words of a normalised English text, apostrophes folded (don't -> dont). */
export function wordsOf(text: string): string[] {
  return text.replace(/(?<=[a-z])'(?=[a-z])/g, '').match(/[\p{L}\p{N}]+/gu) ?? [];
}
