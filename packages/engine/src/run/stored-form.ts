import { markdownForm, wordsOf } from '@lockstep/sdk';
import type { FieldValue } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import type { CompiledField } from '../mapping/compiled.ts';

/** Is what is stored the text that was sent, in the words at least? A tracker may keep less of its form. */
export function isStoredForm(
  field: CompiledField,
  side: Side,
  sent: FieldValue,
  stored: FieldValue,
): boolean {
  if (!isText(field, side, stored)) return false;
  const common = (value: FieldValue): string => field.forms?.toCommon(side, value) ?? '';
  const words = (value: FieldValue): string => wordsOf(markdownForm.parse(common(value)));
  return common(sent) === common(stored) || words(sent) === words(stored);
}

/** Is it a text, and not an empty one? */
export function isText(field: CompiledField, side: Side, value: FieldValue): boolean {
  return field.merge === 'text' && !field.same(side, value, null);
}
