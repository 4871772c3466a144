import type { Item } from '@lockstep/sdk';
import type { Both, Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import { planPair } from '../plan/plan-pair.ts';
import type { PairPlan } from '../plan/plan.ts';
import type { LedgerEntry, Pair } from '../ports/records.ts';
import { Decisions } from './decide.ts';
import { isGivenAgain } from './given-again.ts';
import { baseOfSeen, seenAs } from './known-version.ts';
import { isOscillating, nextStreak } from './oscillation.ts';
import { park, parkSide } from './park.ts';
import { ruleFailed, unmetOf } from './rules.ts';
import { carries, carryParts } from './carry-parts.ts';
import { keepReference } from './reference.ts';
import { withoutRefused } from './refused.ts';
import { recallParts } from './restored.ts';
import { acceptSetBack } from './set-back.ts';
import { stateOf } from './side-state.ts';
import { isUpdateUnanswered } from './unanswered.ts';
import { withSide } from './work.ts';
import type { Seen, Work } from './work.ts';
import { writeBoth } from './write-both.ts';
import { conflict } from './write-fields.ts';

const MOST_ROUNDS = 6;

/** Brings a pair into agreement: plan, write, read back, plan again until nothing is left to write. */
export async function syncPair(work: Work, type: CompiledType, first: Pair, seen: Seen): Promise<void> {
  const { context } = work;
  work.pair = first;
  const fresh = new Set<Side>();
  const written = new Set<Side>();
  let plan: PairPlan | undefined;
  let waiting: Side | undefined;
  const decisions = new Decisions(work, type);
  if (isUpdateUnanswered(context, first)) {
    park(work, 'ambiguous', `${work.key} waits until it is known whether our own update arrived`, {
      notBefore: context.clock.now(),
      remedy: 'Nothing to do: the next run looks for it.',
    });
    return;
  }
  for (let round = 0; ; round += 1) {
    if (await isGivenAgain(work, seen)) return;
    if (await isHeldBack(work, seen)) return;
    await acceptSetBack(work, type, seen);
    const pair: Pair = work.pair ?? first;
    const state = {
      left: stateOf(context, pair, 'left', seen.left),
      right: stateOf(context, pair, 'right', seen.right),
    };
    for (const side of SIDES) await context.directory.prepare(type, side, state[side].fields);
    const planned = await withoutRefused(work, planPair(type, state, context.directory));
    plan = planned.plan;
    waiting = planned.waiting ?? waiting;
    if (work.parked.length > 0) break;
    if (plan.writes.length === 0) {
      if (await keepReference(work, type, seen)) continue;
      // What was refused stands parked, and is not to be decided on as if it were agreed.
      const next = waiting === undefined ? await decisions.step(plan, state, seen, fresh) : 'done';
      if (next === 'gone') return;
      if (next === 'again') continue;
      break;
    }
    if (round >= MOST_ROUNDS) {
      park(work, 'conflict', `${work.key} keeps changing while it is written`, {
        remedy: 'Nothing to do: it is tried again by itself.',
      });
      break;
    }
    if (isOscillating(context, pair)) {
      park(
        work,
        'oscillation',
        `${work.key} was written in both directions ${pair.streak} runs in a row with nobody editing: the two trackers rewrite each other's value of ${plan.writes.map((one) => one.field.definition[work.origin].title).join(', ')}`,
        {
          waits: true,
          remedy:
            'Make one of the fields one-way, or stop the rule that rewrites the value; then resync the item.',
        },
      );
      break;
    }
    const again = await writeBoth(work, type, plan, seen, fresh, written);
    if (again === 'gone') return;
  }
  for (const one of plan.problems) {
    await parkSide(work, one.side, one.kind, `${(work.pair as Pair)[one.side].key}: ${one.reason}`, {
      remedy: one.remedy,
      field: one.field.mapping[one.side],
    });
  }
  await settleFields(work, type, plan, seen, written);
  for (const side of SIDES) {
    const item = seen[side];
    const isDue = side === work.origin || first[side].isUnheard === true;
    if (item === undefined || (!isDue && needsListing(type, side, item))) continue;
    await recallParts(work, type, side, item);
    await carryParts(work, type, side, item);
  }
  if (waiting !== undefined) work.lookedThrough.delete(waiting);
  if (!work.isPartial) work.pair = heard(work, seen);
}

/** What was looked through is heard; what is not carried of it stands parked. */
function heard(work: Work, seen: Seen): Pair {
  return SIDES.reduce((after, side) => {
    const { isUnheard: _heard, heldBack: _passed, ...known } = after[side];
    return seen[side] === undefined || !work.lookedThrough.has(side) ? after : withSide(after, side, known);
  }, work.pair as Pair);
}

/** A side that left the scope, as far as known, is not written (P5); the other side's change waits for its return. */
async function isHeldBack(work: Work, seen: Seen): Promise<boolean> {
  const pair = work.pair as Pair;
  for (const side of SIDES) {
    const item = seen[side];
    const failed = item === undefined ? pair[side].heldBack : ruleFailed(work.context, side, item, 'synced');
    if (failed === undefined) continue;
    if (item !== undefined) work.unmet = unmetOf(work.context, side, item, 'synced');
    work.outcome = 'skipped';
    work.message =
      side === work.origin ? failed : `its counterpart ${pair[side].key} is held back: ${failed}`;
    const after = withSide(pair, side, { ...pair[side], heldBack: failed });
    await work.step({ pair: withSide(after, other(side), { ...after[other(side)], isUnheard: true }) });
    return true;
  }
  return false;
}

/** Would carrying comments and files cost requests? The other side's own change, its echo at least, does it anyway. */
function needsListing(type: CompiledType, from: Side, item: Item): boolean {
  return (['comments', 'attachments'] as const).some((kind) => {
    const mapping = type.mapping[kind];
    return mapping !== undefined && carries(mapping.direction, other(from)) && item[kind] === undefined;
  });
}

/** Moves the bases of fields that need no write, and the streak that the oscillation brake counts. */
async function settleFields(
  work: Work,
  type: CompiledType,
  plan: PairPlan,
  seen: Seen,
  written: ReadonlySet<Side>,
): Promise<void> {
  let pair = work.pair as Pair;
  for (const side of SIDES) {
    const item = seen[side];
    if (item === undefined) continue;
    const fields = { ...pair[side].base.fields };
    for (const field of plan.settled) fields[field.mapping[side]] = item.fields[field.mapping[side]] ?? null;
    const { missingSince: _found, ...known } = pair[side];
    pair = withSide(pair, side, {
      ...known,
      key: item.key,
      url: item.url,
      type: item.type,
      base: baseOfSeen(type, side, item, fields),
    });
  }
  pair = { ...pair, ...(await nextStreak(work, pair, seen, written)) };
  const conflicts = plan.open.flatMap((one) =>
    one.conflict === undefined ? [] : [conflict(pair, one.conflict)],
  );
  if (conflicts.length > 0) work.outcome = 'conflicted';
  const isWhole = !work.isPartial && plan.problems.length === 0;
  await work.step({ pair, conflicts, ...(isWhole ? { standing: conflicts.map(({ id }) => id) } : {}) });
}

/** What the ledger learns from the items seen. */
export function ledgerOf(work: Work, seen: Seen, observed: Both<number>): LedgerEntry[] {
  return SIDES.flatMap((side) => {
    const item = seen[side];
    if (item === undefined) return [];
    return [
      {
        side,
        id: item.id,
        version: seenAs(item),
        // A row waits in the spool, for a rate limit say; what was read for it was not.
        firm: work.context.trackers[side].isFirm(
          item,
          item === work.row ? work.context.startedAt : observed[side],
        ),
      },
    ];
  });
}
