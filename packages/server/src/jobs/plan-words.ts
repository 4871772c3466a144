import type { Plan } from '@lockstep/api';
import type { Both, PlanEntry } from '@lockstep/engine';
import type { FieldValue, Schema } from '@lockstep/sdk';

type Change = Plan['entries'][number]['fields'][number];

/** The plan's changes in the words of their trackers: titles of fields and options in place of ids. */
export function inWords(entry: PlanEntry, schemas: Both<Schema>): Change[] {
  return entry.fields.map((change) => {
    const definitions = schemas[change.side].types
      .flatMap((type) => type.fields)
      .filter((field) => field.id === change.field);
    const options = definitions.flatMap((field) => field.options ?? []);
    const title = (value: string): string => options.find((option) => option.id === value)?.title ?? value;
    const words = (value: FieldValue): string =>
      value === null
        ? ''
        : Array.isArray(value)
          ? value.map((one) => title(String(one))).join(', ')
          : title(String(value));
    const { before, after } = JSON.parse(
      JSON.stringify({ before: change.before, after: change.after }),
    ) as Pick<Change, 'before' | 'after'>;
    return {
      side: change.side,
      field: change.field,
      title: definitions[0]?.title ?? change.field,
      before,
      after,
      words: { before: words(change.before), after: words(change.after) },
      reason: change.reason,
    };
  });
}
