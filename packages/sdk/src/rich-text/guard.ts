/** Patterns of what trackers execute in running text; each names what they match by. */
export const EXECUTED = {
  /** `@name` */
  mentions: /(?<![\w/`])@(?=\w)/g,
  /** `#12` */
  references: /(?<![\w/&])#(?=\d)/g,
  /** `/close` at the beginning of a line */
  quickActions: /^\/(?=[a-z])/gm,
  /** `{{macro}}` and `{{template}}` */
  placeholders: /\{(?=\{)/g,
} as const;

const WORD_JOINER = '\u2060';

/**
 * Puts a backslash, or an invisible word joiner where a tracker looks through backslashes, at every match that is
 * not escaped already.
 */
export function guardText(
  text: string,
  patterns: readonly RegExp[],
  guard: 'backslash' | 'word-joiner',
): string {
  return patterns.reduce(
    (guarded, pattern) =>
      guarded.replaceAll(pattern, (match: string, ...rest: unknown[]) => {
        const at = rest.find((one) => typeof one === 'number') ?? 0;
        if (guard === 'word-joiner') return `${match[0]}${WORD_JOINER}${match.slice(1)}`;
        const before = /\\*$/.exec(guarded.slice(0, at))?.[0].length ?? 0;
        return before % 2 === 1 ? match : `\\${match}`;
      }),
    text,
  );
}

/** Takes out the word joiners that `guardText` put in. */
export function unguardText(text: string, patterns: readonly RegExp[]): string {
  if (!text.includes(WORD_JOINER)) return text;
  const bare = text.replaceAll(/([@#/{!])\u2060/g, '$1');
  return guardText(bare, patterns, 'word-joiner') === text ? bare : text;
}
