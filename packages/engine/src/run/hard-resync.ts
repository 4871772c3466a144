import type { Side } from '../configuration/integration.ts';
import { SIDES } from '../configuration/integration.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import type { Pair } from '../ports/records.ts';
import type { RunContext } from './context.ts';
import { isGivenAgain } from './given-again.ts';
import { handleMissing } from './missing.ts';
import { asReplaced } from './replace.ts';
import { ruleFailed } from './rules.ts';
import { isUpdateUnanswered } from './unanswered.ts';
import { answerOf } from './wishes.ts';
import type { Seen, Work } from './work.ts';

/**
 * One side's values are to stand on the other as well. The wish is granted by moving the pair's bases, in one step with
 * its answer: what then differs counts as that side's change, and is carried as any other, by this run or a later one.
 * False: the pair is dealt with for now.
 */
export async function hardResync(work: Work, type: CompiledType, seen: Seen): Promise<boolean> {
  const wish = work.wishes.find(({ wanted }) => wanted.kind === 'hard-resync');
  const pair = work.pair as Pair;
  const { context } = work;
  if (wish?.wanted.kind !== 'hard-resync' || isUpdateUnanswered(context, pair)) return true;
  for (const side of SIDES) {
    // A row of the feed may be older than what stands there now, and the bases must not be.
    const item = await context.trackers[side].read(pair[side].id);
    if (item === undefined) {
      await handleMissing(work, side, false);
      return false;
    }
    seen[side] = item;
  }
  if (await isGivenAgain(work, seen)) return false;
  if (isOutOfScope(context, seen)) return true;
  for (const side of SIDES) await context.directory.prepare(type, side, seen[side]?.fields ?? {});
  const from = wish.wanted.from === 'newest' ? modifiedLater(context, seen) : wish.wanted.from;
  const because = `hard resync from the ${from} side, asked for by ${wish.who}`;
  for (const field of type.fields) work.because.set(field, { text: because, by: wish.who });
  work.message = because;
  work.tell('info', because);
  const replaced = asReplaced(work.pair as Pair, type, from, seen, context.directory);
  await work.step({ pair: replaced, answers: [answerOf(work, wish)] });
  return true;
}

/** Nothing is written to such a pair; the run says why. */
function isOutOfScope(context: RunContext, seen: Seen): boolean {
  return SIDES.some((side) => {
    const item = seen[side];
    return item !== undefined && ruleFailed(context, side, item, 'synced') !== undefined;
  });
}

/** The side whose item was modified later, by one clock; the left one if both were at once. Both must have been read. */
export function modifiedLater(context: RunContext, seen: Seen): Side {
  const at = (side: Side): number =>
    Date.parse(seen[side]?.updatedAt ?? '') - context.trackers[side].itsTime(0);
  return at('right') > at('left') ? 'right' : 'left';
}
