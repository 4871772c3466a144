import type { FieldId, FieldValue, Item, Version } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import type { Base } from '../ports/records.ts';

/** Of a base that does not tell all of its item: nothing is written on its strength, the item is read first. */
export const UNKNOWN: Version = '';

/**
 * What the ledger knows an item by. A tracker that was restored from a backup gives the same versions again to other
 * changes, and the same numbers to other items; not at the same time.
 */
export function seenAs({ version, updatedAt }: Pick<Item, 'version' | 'updatedAt'>): Version {
  return `${version} ${updatedAt}`;
}

/**
 * The base of an item just seen. Its version counts as known only where the fields tell all of it: else a write that
 * expects this version would replace, unseen, what has yet to be carried.
 */
export function baseOfSeen(
  type: CompiledType,
  side: Side,
  item: Item,
  fields: Readonly<Record<FieldId, FieldValue>>,
): Base {
  const isWhole = type.fields.every((field) => {
    const id = field.mapping[side];
    return field.same(side, fields[id], item.fields[id]);
  });
  return { version: isWhole ? item.version : UNKNOWN, updatedAt: item.updatedAt, fields };
}
