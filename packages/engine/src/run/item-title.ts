import type { Item, Schema } from '@lockstep/sdk';
import type { PairedItem } from '../ports/records.ts';

/** What people know an item by besides its key: its type's first required text. Of a pair's base only if it is mapped. */
export function titleOf(schema: Schema, item: Item | PairedItem): string | undefined {
  const fields = schema.types.find((type) => type.id === item.type)?.fields ?? [];
  const texts = fields.filter(({ kind }) => kind === 'text');
  const field = texts.find(({ required }) => required === true) ?? texts[0];
  if (field === undefined) return undefined;
  const value = ('fields' in item ? item.fields : item.base.fields)[field.id];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
