import type { FieldId, FieldValue } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { other } from '../configuration/integration.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import { agree } from '../mapping/compiled.ts';
import type { People } from '../mapping/people.ts';
import type { Pair } from '../ports/records.ts';
import { UNKNOWN } from './known-version.ts';
import { withSide } from './work.ts';
import type { Seen } from './work.ts';

/** No value that any field has, so that whatever stands there counts as changed. */
const NO_VALUE = '\u0000';

/**
 * The pair as if the other side's present values had been agreed on, and this side had changed since wherever it differs:
 * the plan then carries every field over. Pure; both items must have been read.
 */
export function asReplaced(pair: Pair, type: CompiledType, from: Side, seen: Seen, people: People): Pair {
  const to = other(from);
  const source: Record<FieldId, FieldValue> = { ...pair[from].base.fields };
  const target: Record<FieldId, FieldValue> = { ...pair[to].base.fields };
  for (const field of type.fields) {
    if (field.isLeftOut === true || !field.carries(to, 'update')) continue;
    const [sourceId, targetId] = [field.mapping[from], field.mapping[to]];
    const ours = seen[from]?.fields[sourceId] ?? null;
    const theirs = seen[to]?.fields[targetId] ?? null;
    const [left, right] = from === 'left' ? [ours, theirs] : [theirs, ours];
    if (agree(field, left, right, people)) continue;
    const back = field.translate(to, theirs, people);
    target[targetId] = theirs;
    source[sourceId] = back.ok && !field.same(from, back.value, ours) ? back.value : NO_VALUE;
  }
  // Neither is older than this reading of it: what it shows is what is meant.
  const asSeen = (side: Side) => ({ updatedAt: seen[side]?.updatedAt ?? pair[side].base.updatedAt });
  const after = withSide(pair, to, {
    ...pair[to],
    base: { ...pair[to].base, ...asSeen(to), fields: target },
  });
  // What the source's base says was never seen there: it is read again before anything is written to it.
  return withSide(after, from, {
    ...pair[from],
    base: { ...pair[from].base, ...asSeen(from), version: UNKNOWN, fields: source },
  });
}
