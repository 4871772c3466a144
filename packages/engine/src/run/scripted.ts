import { ConnectorError } from '@lockstep/sdk';
import type { FieldId, FieldValue } from '@lockstep/sdk';
import { other } from '../configuration/integration.ts';
import type { CompiledField } from '../mapping/compiled.ts';
import type { FieldPlan } from '../plan/plan.ts';
import type { RunContext } from './context.ts';
import { withSide } from './work.ts';
import type { Work } from './work.ts';
import type { FieldWrite } from './write-fields.ts';

interface Scripted {
  readonly plans: readonly FieldPlan[];
  /** Fields that no mapping names. */
  readonly beside: Readonly<Record<FieldId, FieldValue>>;
  readonly leftOut: readonly CompiledField[];
}

/** What is planned for one side as the integration's script wants it written. Writes nothing. */
export async function scriptedPlans(
  context: RunContext,
  write: FieldWrite,
  log: (text: string) => void,
): Promise<Scripted> {
  const { type, pair, side, plans } = write;
  if (!context.script.has('beforeWrite')) return { plans, beside: {}, leftOut: [] };
  const from = other(side);
  const idOf = (plan: FieldPlan): FieldId => plan.field.mapping[side];
  const wanted = await context.script.beforeWrite(
    {
      to: side,
      type: pair[side].type,
      source: { ...pair[from], fields: write.source },
      target: { ...pair[side], fields: write.target.fields },
      fields: Object.fromEntries(plans.map((plan) => [idOf(plan), plan.write[side] ?? null])),
    },
    log,
  );
  const beside: Record<FieldId, FieldValue> = {};
  for (const [id, value] of Object.entries(wanted)) {
    if (plans.some((plan) => idOf(plan) === id)) continue;
    if (JSON.stringify(write.target.fields[id] ?? null) === JSON.stringify(value)) continue;
    const mapped = type.fields.find((field) => field.mapping[side] === id);
    if (mapped !== undefined)
      throw new ConnectorError(
        'rejected',
        `beforeWrite sets ${mapped.definition[side].title}, which is mapped and does not change now`,
        {
          field: id,
          remedy: 'Set only what it is given, and fields that no mapping names; then resync the item.',
        },
      );
    beside[id] = value;
  }
  return {
    beside,
    plans: plans.flatMap((plan) => {
      const value = wanted[idOf(plan)];
      return value === undefined ? [] : [{ ...plan, write: { ...plan.write, [side]: value } }];
    }),
    leftOut: plans.filter((plan) => wanted[idOf(plan)] === undefined).map(({ field }) => field),
  };
}

/**
 * The write as the script wants it. What it takes out is settled as it stands: the two sides differ there until
 * somebody changes either.
 */
export async function scripted(work: Work, write: FieldWrite): Promise<FieldWrite> {
  const { plans, beside, leftOut } = await scriptedPlans(work.context, write, (text) =>
    work.tell('info', text),
  );
  if (leftOut.length > 0) {
    const { side } = write;
    const from = other(side);
    let pair = work.pair ?? write.pair;
    for (const [of, fields] of [
      [side, write.target.fields],
      [from, write.source],
    ] as const) {
      const base = { ...pair[of].base.fields };
      for (const { mapping } of leftOut) base[mapping[of]] = fields[mapping[of]] ?? null;
      pair = withSide(pair, of, { ...pair[of], base: { ...pair[of].base, fields: base } });
    }
    const titles = leftOut.map(({ definition }) => definition[side].title).join(', ');
    work.tell('info', `the script leaves ${titles} on the ${side} side as it is`);
    await work.step({ pair });
    return { ...write, pair, plans, beside };
  }
  return { ...write, plans, beside };
}
