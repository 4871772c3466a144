import type { Plan } from '@lockstep/api';
import type { Both, PlanEntry, Side } from '@lockstep/engine';
import type { FieldValue, Schema } from '@lockstep/sdk';

type Change = Plan['entries'][number]['fields'][number];
type Schemas = Partial<Both<Schema>>;

/** The plan's changes in the words of their trackers: titles of fields and options in place of ids. */
export function inWords(entry: Pick<PlanEntry, 'fields'>, schemas: Schemas): Change[] {
  return entry.fields.map((change) => {
    const { before, after } = JSON.parse(
      JSON.stringify({ before: change.before, after: change.after }),
    ) as Pick<Change, 'before' | 'after'>;
    const { title, words } = wordsOf(schemas, change.side, change.field);
    return {
      side: change.side,
      field: change.field,
      title,
      before,
      after,
      words: { before: words(change.before), after: words(change.after) },
      reason: change.reason,
    };
  });
}

/** One entry in the words of the trackers. */
export function shownEntry(entry: PlanEntry, schemas: Schemas): Plan['entries'][number] {
  const { leftAlone, ...rest } = entry;
  return {
    ...rest,
    fields: inWords(entry, schemas),
    ...(leftAlone === undefined
      ? {}
      : {
          leftAlone: leftAlone.map((one) => ({
            ...one,
            title: wordsOf(schemas, one.side, one.field).title,
          })),
        }),
  };
}

export function countsOf(entries: readonly PlanEntry[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { action } of entries) counts[action] = (counts[action] ?? 0) + 1;
  return counts;
}

/** What people call a field, and its values; ids where the tracker has not told. */
export function wordsOf(
  schemas: Schemas,
  side: Side,
  field: string,
): { readonly title: string; words(value: FieldValue): string } {
  const schema = schemas[side];
  const known = schema === undefined ? undefined : wordsIn(schema, field);
  const title = (value: string): string => known?.options.get(value) ?? value;
  return {
    title: known?.title ?? field,
    words: (value) =>
      value === null
        ? ''
        : Array.isArray(value)
          ? value.map((one) => title(String(one))).join(', ')
          : title(String(value)),
  };
}

interface FieldWords {
  readonly title?: string | undefined;
  /** By id. */
  readonly options: ReadonlyMap<string, string>;
}

const told = new WeakMap<Schema, Map<string, FieldWords>>();

/** Found once for each field: there may be many items, and many options. */
function wordsIn(schema: Schema, field: string): FieldWords {
  let words = told.get(schema);
  if (words === undefined) told.set(schema, (words = new Map()));
  const known = words.get(field);
  if (known !== undefined) return known;
  const definitions = schema.types.flatMap((type) => type.fields).filter(({ id }) => id === field);
  const options = definitions.flatMap((definition) => definition.options ?? []).toReversed();
  const made = {
    title: definitions[0]?.title,
    options: new Map(options.map(({ id, title }) => [id, title])),
  };
  words.set(field, made);
  return made;
}
