import type { FieldDefinition, FieldValue, ItemType } from '@lockstep/sdk';

/** A type's fields by the names that people know; where two share a title, the later one goes by its id. */
export function namesOf(type: ItemType): ReadonlyMap<string, FieldDefinition> {
  const names = new Map<string, FieldDefinition>();
  for (const field of type.fields) names.set(names.has(field.title) ? field.id : field.title, field);
  return names;
}

/** Values under the names of their fields, options by their titles. Persons stay ids. */
export function inWords(
  type: ItemType,
  fields: Readonly<Record<string, FieldValue>>,
): Record<string, FieldValue> {
  const words: Record<string, FieldValue> = {};
  for (const [name, field] of namesOf(type)) {
    const value = fields[field.id];
    if (value === undefined) continue;
    const title = (id: string): string => field.options?.find((option) => option.id === id)?.title ?? id;
    words[name] = Array.isArray(value) ? value.map(title) : typeof value === 'string' ? title(value) : value;
  }
  return words;
}

/**
 * And back, by name or id.
 * @throws Error that names the field and what would be right there.
 */
export function fromWords(type: ItemType, words: unknown): Record<string, FieldValue> {
  if (words === null || typeof words !== 'object' || Array.isArray(words))
    throw new Error(
      'an object of fields is needed: { Title: value, … }, or nothing to leave them as they are',
    );
  const names = namesOf(type);
  return Object.fromEntries(
    Object.entries(words).map(([name, value]): [string, FieldValue] => {
      const field = names.get(name) ?? type.fields.find(({ id }) => id === name);
      if (field === undefined)
        throw new Error(
          `there is no field “${name}” in ${type.title}; there are: ${[...names.keys()].join(', ')}`,
        );
      return [field.id, valueOf(field, value)];
    }),
  );
}

function valueOf(field: FieldDefinition, value: unknown): FieldValue {
  if (value === null || value === undefined) return null;
  const { kind } = field;
  const wrong = (needed: string): Error =>
    new Error(`“${field.title}” takes ${needed}, not ${JSON.stringify(value)}`);
  if (kind === 'number') {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong('a number');
    return value;
  }
  if (kind === 'boolean') {
    if (typeof value !== 'boolean') throw wrong('true or false');
    return value;
  }
  const option = (text: unknown): string => {
    if (typeof text !== 'string') throw wrong('a text');
    const { options } = field;
    if (options === undefined) return text;
    const found = options.find(({ title }) => title === text) ?? options.find(({ id }) => id === text);
    if (found === undefined) throw wrong(`one of ${options.map(({ title }) => `“${title}”`).join(', ')}`);
    return found.id;
  };
  if (kind === 'multi-option' || kind === 'multi-user' || kind === 'tags') {
    if (!Array.isArray(value)) throw wrong('a list of texts');
    return value.map(option);
  }
  return option(value);
}
