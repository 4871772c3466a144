import type { FieldId, FieldValue, Item } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { other } from '../configuration/integration.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import { originNote, withNote } from '../mapping/origin-note.ts';

/** The fields of a new copy with the original's author and dates in its text, where the mapping carries one; else as they are. */
export function withOrigin(
  type: CompiledType,
  from: Side,
  item: Item,
  fields: Readonly<Record<FieldId, FieldValue>>,
): Readonly<Record<FieldId, FieldValue>> {
  const to = other(from);
  const place = type.fields.find(
    (field) =>
      field.definition[to].kind === 'rich-text' && field.carries(to, 'create') && field.isLeftOut !== true,
  );
  if (place?.forms === undefined) return fields;
  const id = place.mapping[to];
  const text = withNote(place.forms.toCommon(to, fields[id] ?? null), originNote(item));
  return { ...fields, [id]: place.forms.fromCommon(to, text) };
}
