import type { Item } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import type { RunContext } from '../run/context.ts';
import type { MigrationTerms } from './request.ts';

/** What a migration that took the item up has asked for; undefined when none has. */
export async function termsOf(
  context: RunContext,
  side: Side,
  item: Pick<Item, 'id'>,
): Promise<MigrationTerms | undefined> {
  return (await context.store.takenUp(side, [item.id])).get(item.id);
}

/** The type with the fields that were not chosen left out. */
export function chosenOnly(type: CompiledType, terms: MigrationTerms | undefined): CompiledType {
  const chosen = terms?.fields;
  if (terms === undefined || chosen === undefined) return type;
  return {
    ...type,
    fields: type.fields.map((field) =>
      chosen.includes(field.mapping[terms.from]) ? field : { ...field, isLeftOut: true },
    ),
  };
}
