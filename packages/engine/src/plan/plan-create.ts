import type { FieldId, FieldValue, Item } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { other } from '../configuration/integration.ts';
import type { CompiledField, CompiledType } from '../mapping/compiled.ts';
import type { People } from '../mapping/people.ts';
import { stillNeeded } from '../mapping/transitions.ts';
import { isEmpty } from '../mapping/values.ts';
import { problemOf } from './plan.ts';
import type { FieldProblem } from './plan.ts';

export interface CreatePlan {
  readonly fields: Readonly<Record<FieldId, FieldValue>>;
  /** The fields whose value is carried by the create itself. */
  readonly carried: readonly CompiledField[];
  readonly problems: readonly FieldProblem[];
  /** What people have to know of the values: what was cut. */
  readonly notes: readonly string[];
  /** Set when the target would refuse: a required field has no value. Then nothing is created. */
  readonly blocked?: FieldProblem;
}

/** What a new item's counterpart would be created with. Pure. */
export function planCreate(type: CompiledType, from: Side, item: Item, people: People): CreatePlan {
  const to = other(from);
  const fields: Record<FieldId, FieldValue> = {};
  const carried: CompiledField[] = [];
  const problems: FieldProblem[] = [];
  const notes: string[] = [];
  for (const field of type.fields) {
    if (!field.carries(to, 'create')) continue;
    if (field.isLeftOut === true && field.definition[to].required !== true) continue;
    const value = item.fields[field.mapping[from]] ?? null;
    if (isEmpty(value)) continue;
    const translated = field.translate(from, value, people);
    if (translated.ok && isEmpty(translated.value)) continue;
    if (translated.ok) {
      fields[field.mapping[to]] = translated.value;
      carried.push(field);
      if (translated.note !== undefined) notes.push(`${field.definition[to].title} is ${translated.note}`);
    } else problems.push(problemOf(field, from, translated));
  }
  for (const field of carried) {
    const status = fields[field.mapping[to]] ?? null;
    for (const one of stillNeeded(field, to, String(status), {}, fields)) fields[one.field] = one.value;
  }
  const reference = type.mapping.reference?.[to];
  if (reference !== undefined && reference !== 'link') fields[reference] = item.url;
  const blocked = blockedBy(type, from, fields, problems);
  return { fields, carried, problems, notes, ...(blocked === undefined ? {} : { blocked }) };
}

function blockedBy(
  type: CompiledType,
  from: Side,
  fields: Readonly<Record<FieldId, FieldValue>>,
  problems: readonly FieldProblem[],
): FieldProblem | undefined {
  const to = other(from);
  for (const field of type.fields) {
    const definition = field.definition[to];
    if (definition.required !== true || !isEmpty(fields[definition.id])) continue;
    const known = problems.find((problem) => problem.field === field);
    return (
      known ?? {
        field,
        side: from,
        kind: 'rejected',
        reason: `${definition.title} is required on the ${to} side and ${field.definition[from].title} is empty`,
        remedy: `Fill in ${field.definition[from].title}, or map ${definition.title} to a field that always has a value.`,
      }
    );
  }
  return undefined;
}
