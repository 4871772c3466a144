import type { FieldId, FieldValue, Instant } from '@lockstep/sdk';
import type { Both, Side } from '../configuration/integration.ts';
import type { Conflict } from '../ports/records.ts';
import type { CompiledField, Untranslatable } from '../mapping/compiled.ts';

/** What planning knows of one side of a pair. */
export interface SideState {
  readonly fields: Readonly<Record<FieldId, FieldValue>>;
  /** As last agreed; a field absent here was never agreed on and counts as changed unless it is empty. */
  readonly base: Readonly<Record<FieldId, FieldValue>>;
  readonly updatedAt: Instant;
  readonly updatedBy?: string;
  readonly fieldTimes?: Readonly<Record<FieldId, Instant>>;
  /** Milliseconds by which the clock that told these times is ahead of ours; default 0. */
  readonly ahead?: number;
}

/** One field's part of a plan. */
export interface FieldPlan {
  readonly field: CompiledField;
  /** Values to write, in the target's own form. */
  readonly write: Partial<Both<FieldValue>>;
  /**
   * Where both sides are written: each side with the other's change and without its own. Once one side is written, this
   * is what it has agreed to; its own change, or what a person makes of it by then, has yet to be carried.
   */
  readonly accepted?: Both<FieldValue>;
  readonly reason: string;
  readonly conflict?: Omit<Conflict, 'id' | 'pairId'>;
}

/** A field that cannot be carried, with what to do about it. The item's other fields go on. */
export interface FieldProblem {
  readonly field: CompiledField;
  readonly side: Side;
  readonly kind: Untranslatable['kind'];
  readonly reason: string;
  readonly remedy: string;
}

export interface PairPlan {
  /** Fields to write. */
  readonly writes: readonly FieldPlan[];
  /** Fields that need no write and whose present values become the base. */
  readonly settled: readonly CompiledField[];
  /** Conflicts that wait for a person: nothing is written, bases stay. */
  readonly open: readonly FieldPlan[];
  readonly problems: readonly FieldProblem[];
}

export function problemOf(field: CompiledField, side: Side, told: Untranslatable): FieldProblem {
  return { field, side, kind: told.kind, reason: told.reason, remedy: told.remedy };
}
