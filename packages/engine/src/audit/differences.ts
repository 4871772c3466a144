import type { FieldId, FieldValue } from '@lockstep/sdk';
import type { Both, Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import type { CompiledField, CompiledType } from '../mapping/compiled.ts';
import { agree } from '../mapping/compiled.ts';
import type { People } from '../mapping/people.ts';
import { planField } from '../plan/plan-field.ts';
import type { SideState } from '../plan/plan.ts';

/**
 * Why two values differ. `not carried`: somebody changed one, and the next run carries it. `conflict`: both were changed, and
 * a person decides. `refused`: the value has no counterpart. `one-way`: changed on the side that is only written to.
 * `diverged`: nobody changed it since it was last agreed on, as far as is known.
 */
export type DifferenceReason = 'not carried' | 'conflict' | 'refused' | 'one-way' | 'diverged';

/** A mapped field whose two values do not mean the same. */
export interface FieldDifference {
  readonly field: Both<FieldId>;
  readonly left: FieldValue;
  readonly right: FieldValue;
  readonly why: DifferenceReason;
  readonly reason: string;
  /** What each side would have if the other's value were taken; absent where that is not carried, or cannot be. */
  readonly taken: Partial<Both<FieldValue>>;
}

/** What differs between two items as they are now, of what the mapping keeps in step after creation. Pure. */
export function differences(
  type: CompiledType,
  state: Both<SideState>,
  people: People,
): readonly FieldDifference[] {
  return type.fields.flatMap((field) => {
    if (!SIDES.some((side) => field.carries(side, 'update'))) return [];
    const left = valueOf(field, 'left', state);
    const right = valueOf(field, 'right', state);
    if (agree(field, left, right, people)) return [];
    return [
      {
        field: { left: field.mapping.left, right: field.mapping.right },
        left,
        right,
        ...why(field, state, people),
        taken: { ...taken(field, 'left', right, people), ...taken(field, 'right', left, people) },
      },
    ];
  });
}

function valueOf(field: CompiledField, side: Side, state: Both<SideState>): FieldValue {
  return state[side].fields[field.mapping[side]] ?? null;
}

function taken(field: CompiledField, to: Side, from: FieldValue, people: People): Partial<Both<FieldValue>> {
  if (!field.carries(to, 'update')) return {};
  const translated = field.translate(other(to), from, people);
  return translated.ok ? { [to]: translated.value } : {};
}

function why(
  field: CompiledField,
  state: Both<SideState>,
  people: People,
): Pick<FieldDifference, 'why' | 'reason'> {
  const verdict = planField(field, state, people);
  if (verdict.kind === 'write') return { why: 'not carried', reason: verdict.plan.reason };
  if (verdict.kind === 'open') return { why: 'conflict', reason: verdict.plan.reason };
  if (verdict.kind === 'problem') return { why: 'refused', reason: verdict.problem.reason };
  const changed = SIDES.find(
    (side) =>
      !field.same(side, valueOf(field, side, state), state[side].base[field.mapping[side]] ?? null) &&
      !field.carries(other(side), 'update'),
  );
  if (changed === undefined)
    return {
      why: 'diverged',
      reason: 'nobody changed it since both sides were last in agreement, as far as is known',
    };
  return {
    why: 'one-way',
    reason: `${field.definition[changed].title} was changed on the ${changed}, from which the mapping carries nothing`,
  };
}
