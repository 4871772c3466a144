import type { FieldId, FieldValue } from '@lockstep/sdk';
import type { Both, Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import type { CompiledField, CompiledType } from '../mapping/compiled.ts';
import type { People } from '../mapping/people.ts';
import { show } from '../mapping/values.ts';
import type { JournalEntry } from '../ports/records.ts';
import type { Wanted } from '../ports/wish.ts';
import { isStoredForm } from '../run/stored-form.ts';
import type { FieldPlan, PairPlan, SideState } from './plan.ts';

/** What a person decided about single fields, as it stands now: what has to be written, and what is left as it is. */
export interface Decided {
  /** Each for one side. Once written, both sides' bases are what they hold: the field is agreed on, be it different. */
  readonly writes: readonly FieldPlan[];
  readonly leftAlone: readonly LeftAlone[];
}

export interface LeftAlone {
  readonly side: Side;
  readonly field: FieldId;
  readonly reason: string;
}

/** The reason in the journal of what an item was created with. */
export const CREATED = 'created';

type Decision = Exclude<Wanted, { readonly kind: 'hard-resync' }>;

/** Pure. `plan` is what a run would do about the pair by itself: only what it has nothing to do about can be decided. */
export function planDecision(
  type: CompiledType,
  wanted: Decision,
  state: Both<SideState>,
  plan: PairPlan,
  people: People,
): Decided {
  return wanted.kind === 'undo'
    ? planUndo(type, wanted, state, plan)
    : planResolution(type, wanted, state, plan, people);
}

/** The chosen value to both sides, wherever each of them still has one of the values that the conflict is about. */
function planResolution(
  type: CompiledType,
  wanted: Extract<Wanted, { readonly kind: 'resolve' }>,
  state: Both<SideState>,
  plan: PairPlan,
  people: People,
): Decided {
  const { conflict } = wanted;
  const refused = (reason: string, side: Side = 'left'): Decided => ({
    writes: [],
    leftAlone: [{ side, field: conflict.field[side], reason }],
  });
  const field = type.fields.find(
    ({ mapping }) => mapping.left === conflict.field.left && mapping.right === conflict.field.right,
  );
  if (field === undefined) return refused('the field is not mapped any more');
  if (plan.writes.some((one) => one.field === field)) return refused(UNDER_WAY);
  const problem = plan.problems.find((one) => one.field === field);
  if (problem !== undefined) return refused(problem.reason, problem.side);
  const chosen = chosenValue(wanted, state);
  if (typeof chosen === 'string') return refused(chosen);
  const translated = field.translate(chosen.side, chosen.value, people);
  if (!translated.ok) return refused(translated.reason, chosen.side);
  const values = { [chosen.side]: chosen.value, [other(chosen.side)]: translated.value } as Record<
    Side,
    FieldValue
  >;
  for (const side of SIDES) {
    const there = field.translate(other(side), conflict[other(side)].value, people);
    const recorded = [
      values[side],
      conflict[side].value,
      ...(conflict.merged === undefined ? [] : [conflict.merged[side]]),
      ...(there.ok ? [there.value] : []),
    ];
    const present = presentOf(field, side, state);
    if (recorded.some((one) => isHeld(field, side, one, present))) continue;
    return refused(
      `${field.definition[side].title} is ${show(present)} on the ${side} side by now, which is none of the values that this conflict is about`,
      side,
    );
  }
  const needed = SIDES.filter((side) => !field.same(side, values[side], presentOf(field, side, state)));
  const writable = needed.filter((side) => field.carries(side, 'update'));
  const [first] = needed;
  if (
    first !== undefined &&
    (writable.length === 0 || (conflict.outcome === 'open' && writable.length < needed.length))
  )
    return refused(whyNotWritten(field, needed.find((side) => !writable.includes(side)) ?? first), first);
  return { writes: toBoth(field, writable, values, state), leftAlone: [] };
}

/**
 * One side after the other: once the first is written, what it holds counts as its change, and reaches the other side as
 * any change does, or stands parked.
 */
function toBoth(
  field: CompiledField,
  sides: readonly Side[],
  values: Readonly<Record<Side, FieldValue>>,
  state: Both<SideState>,
): readonly FieldPlan[] {
  if (sides.length < 2) return sides.map((side) => writeOf(field, side, values[side], state));
  const [left, right] = SIDES.map((side) => writeOf(field, side, values[side], state));
  const accepted = { left: presentOf(field, 'left', state), right: presentOf(field, 'right', state) };
  return [{ field, write: { ...left?.write, ...right?.write }, accepted, reason: 'as a person decided' }];
}

/** The value chosen, in its side's own form; or why none can be. */
function chosenValue(
  { conflict, choice }: Extract<Wanted, { readonly kind: 'resolve' }>,
  state: Both<SideState>,
): { readonly side: Side; readonly value: FieldValue } | string {
  if (typeof choice === 'object') return choice;
  if (choice !== 'newest') return { side: choice, value: conflict[choice].value };
  const at = (side: Side): number => Date.parse(conflict[side].at ?? '') - (state[side].ahead ?? 0);
  if (Number.isNaN(at('left')) || Number.isNaN(at('right')))
    return 'it is not known which of the two values is the newer';
  const side = at('right') > at('left') ? 'right' : 'left';
  return { side, value: conflict[side].value };
}

/** Field by field, newest change first: back to what was there, as long as what the sync wrote still stands. */
function planUndo(
  type: CompiledType,
  { entries }: Extract<Wanted, { readonly kind: 'undo' }>,
  state: Both<SideState>,
  plan: PairPlan,
): Decided {
  const writes: FieldPlan[] = [];
  const leftAlone: LeftAlone[] = [];
  const changes = entries.filter(({ reason }) => reason !== CREATED);
  for (const changed of Map.groupBy(changes, ({ side, field }) => `${side} ${field}`).values()) {
    const [{ side, field: id }] = changed as [JournalEntry];
    const leave = (reason: string): void => void leftAlone.push({ side, field: id, reason });
    const fields = type.fields.filter(({ mapping }) => mapping[side] === id);
    const [field] = fields;
    if (field === undefined) leave('it is not mapped');
    else if (plan.open.some((one) => fields.includes(one.field)))
      leave('it is in a conflict that waits for a person');
    else if (!fields.every((one) => plan.settled.includes(one))) leave(UNDER_WAY);
    else {
      const present = presentOf(field, side, state);
      const goal = undone(field, side, changed, present);
      if (goal === undefined) leave(`it is ${show(present)} by now, not ${show(changed[0]?.after)}`);
      else if (field.same(side, goal, present)) continue;
      else if (!fields.some((one) => one.carries(side, 'update'))) leave(whyNotWritten(field, side));
      else writes.push(...fields.map((one) => writeOf(one, side, goal, state)));
    }
  }
  return { writes, leftAlone };
}

/** What was there before these changes, newest first; undefined where the newest of them does not stand any more. */
function undone(
  field: CompiledField,
  side: Side,
  changes: readonly JournalEntry[],
  present: FieldValue,
): FieldValue | undefined {
  const back = (from: FieldValue): FieldValue => {
    let value = from;
    for (const { before, after } of changes) {
      if (!field.same(side, value, after)) break;
      value = before;
    }
    return value;
  };
  const newest = changes[0]?.after ?? null;
  if (field.same(side, present, newest)) return back(present);
  // Written already, by a run that did not come to its end.
  const goal = back(newest);
  return field.same(side, present, goal) ? goal : undefined;
}

const UNDER_WAY = 'a change of it is yet to be carried to the other side';

function whyNotWritten(field: CompiledField, side: Side): string {
  const { title, onUpdate } = field.definition[side];
  return onUpdate === true
    ? `the mapping does not go to the ${side} side`
    : `the ${side} tracker cannot change ${title} once an item is there`;
}

function writeOf(field: CompiledField, side: Side, value: FieldValue, state: Both<SideState>): FieldPlan {
  const kept = field.forms?.keepingNote(side, presentOf(field, side, state), value) ?? value;
  return { field, write: { [side]: kept }, reason: 'as a person decided' };
}

function presentOf(field: CompiledField, side: Side, state: Both<SideState>): FieldValue {
  return state[side].fields[field.mapping[side]] ?? null;
}

/** Is the value there, as it is or in the form in which the tracker stores it? */
function isHeld(field: CompiledField, side: Side, value: FieldValue, present: FieldValue): boolean {
  return field.same(side, value, present) || isStoredForm(field, side, value, present);
}
