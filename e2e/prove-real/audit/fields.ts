import { meaning } from '../meaning.ts';
import { FIELDS, other, SIDES, SYNC_ACCOUNT } from '../state.ts';
import type { Change, Field, FoundItem, KeptConflict, Side } from '../state.ts';
import type { Pair } from './pairs.ts';
import type { Violation } from './violation.ts';

/** Both sides have to agree, and each value that a person set has to have got across or stand in a conflict. */
export function auditFields(pair: Pair, conflicts: readonly KeptConflict[]): Violation[] {
  return FIELDS.flatMap((field) => [
    ...disagreement(pair, field),
    // Texts are merged: there, what counts is each sentence.
    ...(field === 'details' ? [] : SIDES.flatMap((side) => lostEdits(pair, side, field, conflicts))),
  ]);
}

function disagreement(pair: Pair, field: Field): Violation[] {
  const values = { redmine: pair.redmine.fields[field], rt: pair.rt.fields[field] };
  if (meaning('redmine', field, values.redmine) === meaning('rt', field, values.rt)) return [];
  const what = `${field} is ${show(values.redmine)} in Redmine and ${show(values.rt)} in Request Tracker`;
  return [{ kind: 'diverged', token: pair.token, side: 'redmine', what }];
}

function lostEdits(pair: Pair, side: Side, field: Field, conflicts: readonly KeptConflict[]): Violation[] {
  const edits = historyOf(pair[side], field);
  const there = historyOf(pair[other(side)], field);
  return edits.flatMap((edit, index): Violation[] => {
    const next = edits[index + 1];
    if (edit.by === SYNC_ACCOUNT || next === undefined || next.by !== SYNC_ACCOUNT) return [];
    const said = meaning(side, field, edit.after);
    const lost = (how: string): Violation[] => [
      {
        kind: 'lost',
        token: pair.token,
        side,
        what: `${field} ${show(edit.after)} by ${edit.by} at ${clock(edit.at)} ${how} ${show(next.after)} at ${clock(next.at)}`,
      },
    ];
    if (meaning(side, field, next.after) === said) return lost('was rewritten without need as');
    if (wasThere(there, other(side), said, edit.at, next.at)) return [];
    if (isBackAgain(edits, index, there, side)) return [];
    const kept = conflicts.some(
      (it) => isOf(it, pair) && it.field === field && meaning(side, field, it.values[side]) === said,
    );
    return kept ? [] : lost('never got across, stands in no conflict, and was overwritten with');
  });
}

/** Everything that a field ever was on this side, the value it was made with first. */
export function historyOf(item: FoundItem, field: Field): readonly Change[] {
  const changes = item.changes.filter((it) => it.field === field);
  const first = changes[0]?.before ?? item.fields[field];
  return [{ field, before: '', after: first, by: item.createdBy, at: item.createdAt }, ...changes];
}

/** Did this side say the same at any moment between the two? The trackers tell whole seconds only. */
function wasThere(history: readonly Change[], side: Side, said: string, from: number, to: number): boolean {
  return history.some((change, index) => {
    const until = history[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    const means = meaning(side, change.field, change.after);
    return means === said && until >= from && change.at <= to + 1_000;
  });
}

/**
 * There and back between two runs is no change: both sides agreed on the value, a person left it and came back to it,
 * and nothing of that had got across meanwhile.
 */
function isBackAgain(edits: readonly Change[], index: number, there: readonly Change[], side: Side): boolean {
  const means = (at: number): string | undefined =>
    edits[at] === undefined ? undefined : meaning(side, edits[at].field, edits[at].after);
  const said = means(index) ?? '';
  for (let left = index - 1; left >= 0 && edits[left + 1]?.by !== SYNC_ACCOUNT; left -= 1) {
    const from = edits[left]?.at ?? 0;
    const until = edits[left + 1]?.at ?? 0;
    if (means(left) !== said || !wasThere(there, other(side), said, from, until)) continue;
    const end = edits[index]?.at ?? 0;
    return !there.some((it) => it.by === SYNC_ACCOUNT && it.at > until && it.at <= end);
  }
  return false;
}

export function isOf(conflict: KeptConflict, pair: Pair): boolean {
  return conflict.items.redmine === pair.redmine.id && conflict.items.rt === pair.rt.id;
}

export function show(value: string): string {
  const line = value.replaceAll(/\r?\n/g, '⏎');
  return line === '' ? 'nothing' : `“${line.length > 90 ? `${line.slice(0, 89)}…` : line}”`;
}

export function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}
