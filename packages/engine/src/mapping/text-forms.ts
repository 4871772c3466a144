import { canonicalMarkdown, markdownForm, plainTextForm } from '@lockstep/sdk';
import type { Connector, FieldDefinition, FieldValue, RichTextForm } from '@lockstep/sdk';
import type { Both, Side } from '../configuration/integration.ts';
import type { TextForms } from './compiled.ts';
import { noteIn, withNote, withoutNote } from './origin-note.ts';
import { isEmpty } from './values.ts';

export function textForms(
  definition: Both<FieldDefinition>,
  connectors: Both<Pick<Connector, 'richText'>>,
): TextForms {
  const form = (side: Side): RichTextForm =>
    definition[side].kind === 'rich-text' ? connectors[side].richText : plainTextForm;
  const whole = (side: Side, value: FieldValue): string =>
    isEmpty(value) ? '' : read(form(side), String(value));
  const fromCommon = (side: Side, text: string): string => (text === '' ? '' : print(form(side), text));
  return {
    toCommon: (side, value) => withoutNote(whole(side, value)),
    fromCommon,
    keepingNote: (side, present, value) => {
      const note = noteIn(whole(side, present));
      if (note === '' || noteIn(whole(side, value)) !== '') return value;
      return fromCommon(side, withNote(whole(side, value), note));
    },
  };
}

const read = remembering((form, text) => canonicalMarkdown(form.parse(text)));
const print = remembering((form, common) => form.print(markdownForm.parse(common)));

const REMEMBERED = 64;
const LONGEST_REMEMBERED = 20_000;

/** Planning compares and translates the same few texts many times over, and parsing is what it costs. */
function remembering(convert: (form: RichTextForm, text: string) => string): typeof convert {
  const memory = new WeakMap<RichTextForm, Map<string, string>>();
  return (form, text) => {
    const known = memory.get(form) ?? new Map<string, string>();
    memory.set(form, known);
    const found = known.get(text);
    if (found !== undefined) return found;
    const converted = convert(form, text);
    if (text.length > LONGEST_REMEMBERED) return converted;
    if (known.size >= REMEMBERED) known.delete(known.keys().next().value ?? '');
    known.set(text, converted);
    return converted;
  };
}
