import type { FieldValue, Item } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import type { CompiledType } from './compiled.ts';

/** The item with what its side's derived fields are made from. */
export function completed(types: readonly CompiledType[], side: Side, item: Item): Item {
  const made: Record<string, FieldValue> = {};
  for (const type of types) {
    if (type.mapping[side] !== item.type) continue;
    for (const field of type.fields)
      if (field.derive?.from === side) made[field.mapping[side]] = field.derive.value(item);
  }
  return Object.keys(made).length === 0 ? item : { ...item, fields: { ...item.fields, ...made } };
}
