import { canonicalMarkdown, markdownForm } from '@lockstep/sdk';
import type { RichTextForm } from '@lockstep/sdk';

/*
 * Planning compares and translates the same few texts many times over, and parsing is what it costs: what the latest of
 * them became is remembered for each form, up to so many characters in all.
 */
const REMEMBERED = 1_000_000;
const LONGEST_REMEMBERED = 20_000;

/** A tracker's text in the common form: one text for each meaning. */
export const canonicalOf = remembering((form, text) => canonicalMarkdown(form.parse(text)));

/** A text in the common form as a tracker writes it. */
export const printedIn = remembering((form, common) => form.print(markdownForm.parse(common)));

interface Memory {
  readonly texts: Map<string, string>;
  characters: number;
}

function remembering(convert: (form: RichTextForm, text: string) => string): typeof convert {
  const memories = new WeakMap<RichTextForm, Memory>();
  return (form, text) => {
    if (text.length > LONGEST_REMEMBERED) return convert(form, text);
    const memory = memories.get(form) ?? { texts: new Map<string, string>(), characters: 0 };
    memories.set(form, memory);
    const found = memory.texts.get(text);
    if (found !== undefined) return found;
    const converted = convert(form, text);
    memory.texts.set(text, converted);
    memory.characters += text.length + converted.length;
    for (const [oldest, became] of memory.texts) {
      if (memory.characters <= REMEMBERED) break;
      memory.texts.delete(oldest);
      memory.characters -= oldest.length + became.length;
    }
    return converted;
  };
}
