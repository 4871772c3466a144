import type { FieldId, FieldValue, Item } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import type { Pair } from '../ports/records.ts';
import { UNKNOWN } from './known-version.ts';
import { withSide } from './work.ts';
import type { Seen, Work } from './work.ts';

/**
 * An item that is older than when it was last seen was set back with its tracker, by a backup. What it lost is no
 * change of anybody's: both sides count as agreed on what it shows now, so that what the other side has is written to
 * it again, and nothing is taken back there (P2).
 */
export async function acceptSetBack(work: Work, type: CompiledType, seen: Seen): Promise<void> {
  const pair = work.pair as Pair;
  const sides = SIDES.filter((side) => isSetBack(pair, side, seen, work.row));
  const [side] = sides;
  const item = side === undefined ? undefined : seen[side];
  if (side === undefined || item === undefined || sides.length === 2) return;
  const to = other(side);
  await work.context.directory.prepare(type, side, item.fields);
  const here: Record<FieldId, FieldValue> = { ...pair[side].base.fields };
  const there: Record<FieldId, FieldValue> = { ...pair[to].base.fields };
  for (const field of type.fields) {
    // What was never agreed on was not set back: it has yet to be carried.
    if (!(field.mapping[side] in pair[side].base.fields)) continue;
    const value = item.fields[field.mapping[side]] ?? null;
    if (field.same(side, value, pair[side].base.fields[field.mapping[side]])) continue;
    here[field.mapping[side]] = value;
    const meant = field.translate(side, value, work.context.directory);
    if (field.carries(side, 'update') && meant.ok) there[field.mapping[to]] = meant.value;
  }
  work.tell(
    'warn',
    `${item.key} is older than when it was last seen: the ${side} tracker seems to have been restored from a backup; what ${pair[to].key} has is written to it again`,
  );
  const after = withSide(pair, side, {
    ...pair[side],
    base: { version: UNKNOWN, updatedAt: item.updatedAt, fields: here },
  });
  const base = { ...after[to].base, version: UNKNOWN, fields: there };
  await work.step({ pair: withSide(after, to, { ...after[to], base }) });
}

/** A row of the feed says nothing: it can be older than what was read before. */
function isSetBack(pair: Pair, side: Side, seen: Seen, row: Item | undefined): boolean {
  const item = seen[side];
  return (
    item !== undefined && item !== row && Date.parse(item.updatedAt) < Date.parse(pair[side].base.updatedAt)
  );
}
