import { other } from '../configuration/integration.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import type { Pair } from '../ports/records.ts';
import { handleMissing } from '../run/missing.ts';
import { syncPair } from '../run/sync-pair.ts';
import type { Seen, Work } from '../run/work.ts';
import { asReplaced } from '../run/replace.ts';
import { chosenOnly, termsOf } from './terms.ts';

/** An item with a counterpart, moved again: as a run would sync it, or with every chosen field as its own side has it. */
export async function migratePair(work: Work, whole: CompiledType, pair: Pair, seen: Seen): Promise<void> {
  const { context, origin } = work;
  work.terms = await termsOf(context, origin, { id: work.id });
  const type = chosenOnly(whole, work.terms);
  work.isPartial = type !== whole;
  if (context.migration?.alreadyMigrated !== 'replace') return syncPair(work, type, pair, seen);
  const to = other(origin);
  const target = seen[to] ?? (await context.trackers[to].read(pair[to].id));
  if (target === undefined) return handleMissing(work, to, false);
  seen[to] = target;
  for (const side of [origin, to]) await context.directory.prepare(type, side, seen[side]?.fields ?? {});
  await syncPair(work, type, asReplaced(pair, type, origin, seen, context.directory), seen);
}
