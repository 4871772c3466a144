import { plainTextForm } from '@lockstep/sdk';
import type { Connector, FieldDefinition, FieldValue, RichTextForm } from '@lockstep/sdk';
import type { Both, Side } from '../configuration/integration.ts';
import { canonicalOf, printedIn } from './canonical.ts';
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
    isEmpty(value) ? '' : canonicalOf(form(side), String(value));
  const fromCommon = (side: Side, text: string): string => (text === '' ? '' : printedIn(form(side), text));
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
