import { canonicalMarkdown, markdownForm } from '@lockstep/sdk';
import type { RichTextForm } from '@lockstep/sdk';

/*
 * Planning compares and translates the same few texts many times over, and parsing is what it costs: what short texts
 * became is remembered for each form.
 */
const REMEMBERED = 512;
const LONGEST_REMEMBERED = 5000;

/** A tracker's text in the common form: one text for each meaning. */
export const canonicalOf = remembering((form, text) => canonicalMarkdown(form.parse(text)));

/** A text in the common form as a tracker writes it. */
export const printedIn = remembering((form, common) => form.print(markdownForm.parse(common)));

function remembering(convert: (form: RichTextForm, text: string) => string): typeof convert {
  const memory = new WeakMap<RichTextForm, Map<string, string>>();
  return (form, text) => {
    if (text.length > LONGEST_REMEMBERED) return convert(form, text);
    const known = memory.get(form) ?? new Map<string, string>();
    memory.set(form, known);
    const found = known.get(text);
    if (found !== undefined) return found;
    const converted = convert(form, text);
    if (known.size >= REMEMBERED) known.delete(known.keys().next().value ?? '');
    known.set(text, converted);
    return converted;
  };
}
