import type { Both } from '../configuration/integration.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import type { People } from '../mapping/people.ts';
import { planField } from './plan-field.ts';
import type { FieldPlan, FieldProblem, PairPlan, SideState } from './plan.ts';
import type { CompiledField } from '../mapping/compiled.ts';

/** What would be written so that a pair agrees; a pure function of (left, bases, right, mapping, people). */
export function planPair(type: CompiledType, state: Both<SideState>, people: People): PairPlan {
  const writes: FieldPlan[] = [];
  const settled: CompiledField[] = [];
  const open: FieldPlan[] = [];
  const problems: FieldProblem[] = [];
  for (const field of type.fields) {
    if (field.isLeftOut === true) continue;
    const verdict = planField(field, state, people);
    if (verdict.kind === 'write') writes.push(verdict.plan);
    else if (verdict.kind === 'open') open.push(verdict.plan);
    else if (verdict.kind === 'problem') problems.push(verdict.problem);
    else settled.push(field);
  }
  return { writes, settled, open, problems };
}
