import type { FieldDefinition, ItemType, Schema } from '@lockstep/sdk';

export function findType(schema: Schema, text: string): ItemType | undefined {
  const folded = text.toLocaleLowerCase('en');
  return (
    schema.types.find((type) => type.id === text) ??
    schema.types.find((type) => type.title.toLocaleLowerCase('en') === folded)
  );
}

export function findField(type: ItemType, text: string): FieldDefinition | undefined {
  const folded = text.toLocaleLowerCase('en');
  return (
    type.fields.find((field) => field.id === text) ??
    type.fields.find((field) => field.title.toLocaleLowerCase('en') === folded)
  );
}
