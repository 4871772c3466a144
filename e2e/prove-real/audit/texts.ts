import { meaning } from '../meaning.ts';
import { marksOf, SIDES, SYNC_ACCOUNT } from '../state.ts';
import type { Change, KeptConflict, Side } from '../state.ts';
import { clock, historyOf, isOf } from './fields.ts';
import type { Pair } from './pairs.ts';
import type { Violation } from './violation.ts';

/** Each sentence that a person put into the long text stands there, was taken out by a person, or is in a conflict. */
export function auditTexts(pair: Pair, conflicts: readonly KeptConflict[]): Violation[] {
  const kept = new Set(
    conflicts
      .filter((it) => isOf(it, pair) && it.field === 'details')
      .flatMap((it) => SIDES.flatMap((side) => marksOf(it.values[side]))),
  );
  const histories = SIDES.flatMap((side) =>
    historyOf(pair[side], 'details').map((change, index, all) => ({
      side,
      change,
      previous: all[index - 1],
    })),
  );
  const people = histories.filter(({ change }) => change.by !== SYNC_ACCOUNT);
  const removed = new Set(people.flatMap(({ change, previous }) => takenOut(change, previous)));
  const present = { redmine: marksOf(pair.redmine.fields.details), rt: marksOf(pair.rt.fields.details) };
  const violations = people.flatMap(({ side, change }) =>
    putIn(change)
      .filter((mark) => !kept.has(mark) && !removed.has(mark))
      .flatMap((mark): Violation[] =>
        SIDES.filter((one) => !present[one].includes(mark)).map((one) => ({
          kind: 'lost',
          token: pair.token,
          side: one,
          what: `the sentence ${mark} that ${change.by} wrote in ${side} at ${clock(change.at)} is in neither the text nor a conflict`,
        })),
      ),
  );
  return [...violations, ...repeated(pair, present), ...requestOf(pair)];
}

function putIn(change: Change): readonly string[] {
  const before = marksOf(change.before);
  return marksOf(change.after).filter((mark) => !before.includes(mark));
}

/** Of two people who save at once, the tracker lets the second overwrite what it does not even name as the old text. */
function takenOut(change: Change, previous: Change | undefined): readonly string[] {
  const after = marksOf(change.after);
  const before = [...marksOf(change.before), ...marksOf(previous?.after ?? '')];
  return before.filter((mark) => !after.includes(mark));
}

/** A merge gone wrong shows as a sentence that stands twice. */
function repeated(pair: Pair, present: Readonly<Record<Side, readonly string[]>>): Violation[] {
  return SIDES.flatMap((side) =>
    present[side]
      .filter((mark) => pair[side].fields.details.split(mark).length > 2)
      .map((mark): Violation => ({
        kind: 'duplicates',
        token: pair.token,
        side,
        what: `the sentence ${mark} stands more than once in the text`,
      })),
  );
}

/** The first message of a ticket is copied to Redmine, where it never changes. */
function requestOf(pair: Pair): Violation[] {
  const wanted = pair.rt.createdBy === SYNC_ACCOUNT ? '' : meaning('rt', 'details', pair.rt.request);
  if (meaning('redmine', 'details', pair.redmine.request) === wanted) return [];
  const what = 'the first message of the ticket is not what the issue says in Request';
  return [{ kind: 'diverged', token: pair.token, side: 'redmine', what }];
}
