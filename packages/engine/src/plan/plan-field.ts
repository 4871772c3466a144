import type { FieldId, FieldValue, Instant } from '@lockstep/sdk';
import type { Both, Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import { agree } from '../mapping/compiled.ts';
import type { CompiledField, Untranslatable } from '../mapping/compiled.ts';
import type { People } from '../mapping/people.ts';
import { asList, isEmpty } from '../mapping/values.ts';
import { mergeText, rebaseText } from './merge-text.ts';
import { problemOf } from './plan.ts';
import type { FieldPlan, FieldProblem, SideState } from './plan.ts';

export type FieldVerdict =
  | { readonly kind: 'settled' }
  | { readonly kind: 'write'; readonly plan: FieldPlan }
  | { readonly kind: 'open'; readonly plan: FieldPlan }
  | { readonly kind: 'problem'; readonly problem: FieldProblem };

const SETTLED: FieldVerdict = { kind: 'settled' };

/** Merges one field: each side's change against its own base, in its own form. Pure. */
export function planField(field: CompiledField, state: Both<SideState>, people: People): FieldVerdict {
  const verdict = mergeField(field, state, people);
  if (verdict.kind !== 'write' || field.forms === undefined) return verdict;
  const { forms } = field;
  const write = Object.fromEntries(
    SIDES.flatMap((side) => {
      const value = verdict.plan.write[side];
      if (value === undefined) return [];
      return [[side, forms.keepingNote(side, valueOf(field, side, state[side]), value)]];
    }),
  );
  return { kind: 'write', plan: { ...verdict.plan, write } };
}

function mergeField(field: CompiledField, state: Both<SideState>, people: People): FieldVerdict {
  const left = valueOf(field, 'left', state.left);
  const right = valueOf(field, 'right', state.right);
  const changed = whatChanged(field, state);
  if (!changed.left && !changed.right) return SETTLED;
  if (agree(field, left, right, people)) return SETTLED;
  if (field.merge === 'set') return planSet(field, state, people);
  if (!changed.right)
    return carry(field, 'left', state, people, `${field.definition.left.title} changed on the left`);
  if (!changed.left)
    return carry(field, 'right', state, people, `${field.definition.right.title} changed on the right`);
  return planBothChanged(field, state, people);
}

function valueOf(field: CompiledField, side: Side, state: SideState): FieldValue {
  return state.fields[field.mapping[side]] ?? null;
}

function baseOf(field: CompiledField, side: Side, state: SideState): FieldValue {
  return state.base[field.mapping[side]] ?? null;
}

/** Was this field ever agreed on? */
export function isAgreed(field: CompiledField, state: Both<Pick<SideState, 'base'>>): boolean {
  return field.mapping.left in state.left.base && field.mapping.right in state.right.base;
}

/** An edit can be made on the other side's text only where both bases mean the same, but for what a conversion loses. */
function basesAgree(field: CompiledField, state: Both<SideState>, people: People): boolean {
  if (!isAgreed(field, state)) return false;
  return agree(field, baseOf(field, 'left', state.left), baseOf(field, 'right', state.right), people);
}

/** Each side against its own base. Where no agreement was ever recorded, whatever is not empty has something to say. */
function whatChanged(field: CompiledField, state: Both<SideState>): Both<boolean> {
  const hasChanged = (side: Side): boolean =>
    !field.same(side, valueOf(field, side, state[side]), baseOf(field, side, state[side]));
  const changed = { left: hasChanged('left'), right: hasChanged('right') };
  if (changed.left || changed.right || isAgreed(field, state)) return changed;
  const speaks = (side: Side): boolean => !isEmpty(valueOf(field, side, state[side]));
  return { left: speaks('left'), right: speaks('right') };
}

function problem(field: CompiledField, side: Side, told: Untranslatable): FieldVerdict {
  return { kind: 'problem', problem: problemOf(field, side, told) };
}

/** One side changed: carry the change over, keeping what the other side alone can hold. */
function carry(
  field: CompiledField,
  from: Side,
  state: Both<SideState>,
  people: People,
  reason: string,
): FieldVerdict {
  const to = other(from);
  if (!field.carries(to, 'update')) return SETTLED;
  const value = valueOf(field, from, state[from]);
  const translated = field.translate(from, value, people);
  if (!translated.ok) return problem(field, from, translated);
  let target = translated.value;
  const tailed = isAgreed(field, state)
    ? field.withTail(from, value, baseOf(field, from, state[from]), valueOf(field, to, state[to]))
    : undefined;
  if (tailed !== undefined) target = tailed;
  else if (field.merge === 'text' && field.forms !== undefined && basesAgree(field, state, people)) {
    const rebased = rebaseText(
      field.forms.toCommon(from, value),
      field.forms.toCommon(from, baseOf(field, from, state[from])),
      field.forms.toCommon(to, baseOf(field, to, state[to])),
    );
    const candidate = rebased === undefined ? undefined : field.forms.fromCommon(to, rebased);
    const [left, right] = from === 'left' ? [value, candidate] : [candidate, value];
    if (candidate !== undefined && agree(field, left, right, people)) target = candidate;
  }
  if (field.same(to, target, valueOf(field, to, state[to]))) return SETTLED;
  const note = target === translated.value ? translated.note : undefined;
  return {
    kind: 'write',
    plan: { field, write: { [to]: target }, reason: note === undefined ? reason : `${reason}; ${note}` },
  };
}

/** Sets: the union of both sides' additions and removals. */
function planSet(field: CompiledField, state: Both<SideState>, people: People): FieldVerdict {
  const result: Partial<Record<Side, readonly string[]>> = {};
  const accepted: Record<Side, readonly string[]> = { left: [], right: [] };
  for (const to of ['left', 'right'] as const) {
    const from = other(to);
    const now = asList(valueOf(field, from, state[from]));
    const before = agreedOn(field, from, state);
    const added = field.translate(
      from,
      now.filter((one) => !before.includes(one)),
      people,
    );
    if (!added.ok) return problem(field, from, added);
    const removed = field.translate(
      from,
      before.filter((one) => !now.includes(one)),
      people,
    );
    const gone = removed.ok ? asList(removed.value) : [];
    const present = asList(valueOf(field, to, state[to]));
    const applied = (values: readonly string[]): readonly string[] => [
      ...new Set([...values.filter((one) => !gone.includes(one)), ...asList(added.value)]),
    ];
    const merged = applied(present);
    accepted[to] = applied(agreedOn(field, to, state));
    if (field.carries(to, 'update') && !field.same(to, merged, present)) result[to] = merged;
  }
  if (result.left === undefined && result.right === undefined) return SETTLED;
  return {
    kind: 'write',
    plan: { field, write: result, accepted, reason: 'additions and removals of both sides are united' },
  };
}

function agreedOn(field: CompiledField, side: Side, state: Both<SideState>): readonly string[] {
  return isAgreed(field, state) ? asList(baseOf(field, side, state[side])) : [];
}

function planBothChanged(field: CompiledField, state: Both<SideState>, people: People): FieldVerdict {
  const carries = { left: field.carries('left', 'update'), right: field.carries('right', 'update') };
  if (!carries.left && !carries.right) return SETTLED;
  const winner = carries.left && carries.right ? winnerOf(field, state) : carries.right ? 'left' : 'right';
  if (winner === 'ask') {
    return {
      kind: 'open',
      plan: {
        field,
        write: {},
        reason: 'both sides changed; a person decides',
        conflict: conflictOf(field, state, 'open', 'both sides changed'),
      },
    };
  }
  if (field.merge === 'text' && carries.left && carries.right) {
    const merged = planTextMerge(field, state, winner);
    if (merged !== undefined) return merged;
  }
  const why =
    carries.left && carries.right
      ? winnerReason(field, winner)
      : `the mapping only goes to the ${other(winner)}`;
  const verdict = carry(field, winner, state, people, `both sides changed; ${why}`);
  if (verdict.kind !== 'write') return verdict;
  return { kind: 'write', plan: { ...verdict.plan, conflict: conflictOf(field, state, winner, why) } };
}

function planTextMerge(field: CompiledField, state: Both<SideState>, winner: Side): FieldVerdict | undefined {
  const forms = field.forms;
  if (forms === undefined) return undefined;
  const common = (side: Side, value: FieldValue): string => forms.toCommon(side, value);
  const base = common('left', baseOf(field, 'left', state.left));
  const right = rebaseText(
    common('right', valueOf(field, 'right', state.right)),
    common('right', baseOf(field, 'right', state.right)),
    base,
  );
  if (right === undefined) return undefined;
  const merged = mergeText(base, common('left', valueOf(field, 'left', state.left)), right, winner);
  const write: Partial<Record<Side, FieldValue>> = {};
  const left = rebaseText(
    common('left', valueOf(field, 'left', state.left)),
    base,
    common('right', baseOf(field, 'right', state.right)),
  );
  const accepted = {
    left: forms.fromCommon('left', right),
    right: forms.fromCommon('right', left ?? common('left', valueOf(field, 'left', state.left))),
  };
  for (const side of ['left', 'right'] as const) {
    const printed = forms.fromCommon(side, merged.text);
    if (!field.same(side, printed, valueOf(field, side, state[side]))) write[side] = printed;
  }
  const decided =
    merged.overlaps === 0
      ? conflictOf(field, state, 'merged', 'both texts were merged')
      : conflictOf(
          field,
          state,
          winner,
          `${merged.overlaps} overlapping passage(s): ${winnerReason(field, winner)}`,
        );
  const conflict = {
    ...decided,
    merged: { left: write.left ?? decided.left.value, right: write.right ?? decided.right.value },
  };
  if (write.left === undefined && write.right === undefined) return SETTLED;
  return { kind: 'write', plan: { field, write, accepted, reason: conflict.reason, conflict } };
}

function winnerOf(field: CompiledField, state: Both<SideState>): Side | 'ask' {
  if (field.policy !== 'newest') return field.policy;
  const at = (side: Side): number => Date.parse(timeOf(field, side, state[side])) - (state[side].ahead ?? 0);
  return at('right') > at('left') ? 'right' : 'left';
}

function winnerReason(field: CompiledField, winner: Side): string {
  return field.policy === 'newest'
    ? `the ${winner} side's is newer`
    : `the mapping says that the ${winner} side wins`;
}

function timeOf(field: CompiledField, side: Side, state: SideState): Instant {
  return state.fieldTimes?.[field.mapping[side] as FieldId] ?? state.updatedAt;
}

function conflictOf(
  field: CompiledField,
  state: Both<SideState>,
  outcome: 'open' | Side | 'merged',
  reason: string,
): NonNullable<FieldPlan['conflict']> {
  const version = (side: Side) => ({
    value: valueOf(field, side, state[side]),
    at: timeOf(field, side, state[side]),
    ...(state[side].updatedBy === undefined ? {} : { by: state[side].updatedBy }),
  });
  return {
    field: { left: field.mapping.left, right: field.mapping.right },
    base: { left: baseOf(field, 'left', state.left), right: baseOf(field, 'right', state.right) },
    left: version('left'),
    right: version('right'),
    outcome,
    reason,
  };
}
