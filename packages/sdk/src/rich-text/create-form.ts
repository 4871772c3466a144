import { asCode, clean, isTooDeep, isTooDense, isTooMuch } from './limits.ts';
import type { Becomes, RichText, RichTextForm } from './form.ts';
import { lettersOf } from './words.ts';
import { normalise } from './normalise.ts';

export interface Dialect {
  readonly id: string;
  /** Of a text with LF as its line ends, of well-formed characters and no NUL. */
  parse(text: string): RichText;
  print(tree: RichText): string;
  readonly becomes?: Becomes;
  /** Would parsing take longer than it may? Default: what holds for Markdown. */
  isTooMuch?(text: string): boolean;
  /** Is `[@Name](mention:id)` a mention? Only in the common form: a person who types it in a tracker tells nobody. */
  readonly keepsMentions?: boolean;
}

/** Puts around a dialect what holds for all: limits, well-formed characters, one tree for each meaning. */
export function createForm(dialect: Dialect): RichTextForm {
  const tooMuch = dialect.isTooMuch ?? isTooMuch;
  return {
    id: dialect.id,
    ...(dialect.becomes === undefined ? {} : { becomes: dialect.becomes }),
    print: (tree) => dialect.print(tree),
    parse(raw) {
      const text = clean(raw);
      if (tooMuch(text)) return asCode(text, 'markup of a text that is too long or too dense to be read');
      const tree = dialect.parse(text);
      if (isTooDeep(tree))
        return asCode(lettersOf(tree), 'markup of a text that is nested too deep to be read');
      if (isTooDense(tree))
        return asCode(lettersOf(tree), 'markup of a text that is too long or too dense to be read');
      return normalise(tree, dialect.keepsMentions);
    },
  };
}
