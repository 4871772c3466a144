import type { FieldId, FieldValue, Item, Receipt } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { other } from '../configuration/integration.ts';
import type { CompiledField, CompiledType } from '../mapping/compiled.ts';
import { show } from '../mapping/values.ts';
import type { FieldPlan } from '../plan/plan.ts';
import { stillNeeded } from '../mapping/transitions.ts';
import { statusPath, whyNoPath } from '../plan/status-path.ts';
import type { Conflict, Intent, Pair } from '../ports/records.ts';
import { hash, partIntentId } from './intents.ts';
import { baseOfSeen } from './known-version.ts';
import { parkSide } from './park.ts';
import { isStoredForm } from './stored-form.ts';
import { intend } from './unanswered.ts';
import { withSide } from './work.ts';
import type { Work } from './work.ts';

export interface FieldWrite {
  readonly type: CompiledType;
  readonly pair: Pair;
  readonly side: Side;
  /** The target as it is believed to be: read, or its base. */
  readonly target: {
    readonly version: string;
    readonly fields: Item['fields'];
    readonly allowedStatuses?: readonly string[];
  };
  /** The source's present fields. */
  readonly source: Item['fields'];
  /** Whose change they are, where that is known. */
  readonly by?: string;
  readonly plans: readonly FieldPlan[];
  /** Fields that no mapping names, with values that a script gave them. */
  readonly beside?: Readonly<Record<FieldId, FieldValue>>;
}

/** Writes planned fields to one side: intent, call, receipt, settle. Gives what is stored now, or undefined when nothing could be written. */
export async function writeFields(work: Work, write: FieldWrite): Promise<Item | undefined> {
  const steps = await stepsOf(work, write);
  let stored: Item | undefined;
  for (const [index, step] of steps.entries()) {
    const target = stored ?? write.target;
    const receipt = await send(work, { ...write, target }, step, index === steps.length - 1);
    stored = receipt.item;
  }
  return stored;
}

interface Step {
  readonly plans: readonly FieldPlan[];
  readonly fields: Readonly<Record<FieldId, FieldValue>>;
  /** Not what was planned yet, but a status on the way to it. */
  readonly isOnTheWay?: boolean;
}

/** One step, or several where a status has to walk through the workflow. */
async function stepsOf(work: Work, write: FieldWrite): Promise<readonly Step[]> {
  const fields: Record<FieldId, FieldValue> = { ...write.beside };
  const kept: FieldPlan[] = [];
  let walk: { plan: FieldPlan; path: readonly string[] } | undefined;
  for (const plan of write.plans) {
    const id = plan.field.mapping[write.side];
    const value = plan.write[write.side] ?? null;
    if (plan.field.definition[write.side].kind === 'status') {
      const from = String(write.target.fields[id] ?? '');
      const path = statusPath(
        write.type.workflow[write.side],
        write.target.allowedStatuses,
        from,
        String(value),
      );
      if (path === undefined) {
        await noPath(work, plan.field, write, from, String(value));
        continue;
      }
      if (path.length > 1) {
        walk = { plan, path };
        continue;
      }
    }
    fields[id] = value;
    kept.push(plan);
  }
  for (const { field } of kept) Object.assign(fields, neededWith(field, write, fields));
  const steps: Step[] = Object.keys(fields).length === 0 ? [] : [{ plans: kept, fields }];
  if (walk !== undefined) {
    const id = walk.plan.field.mapping[write.side];
    const given = { ...write.target.fields, ...fields };
    for (const [index, status] of walk.path.entries()) {
      const isOnTheWay = index < walk.path.length - 1;
      const step = { [id]: status };
      const needed = neededWith(
        walk.plan.field,
        { ...write, target: { ...write.target, fields: given } },
        step,
      );
      Object.assign(given, needed);
      steps.push({ plans: [walk.plan], fields: { ...step, ...needed }, isOnTheWay });
    }
  }
  return steps;
}

/** What a status that is written asks for, where the item has no value for it. */
function neededWith(
  field: CompiledField,
  write: FieldWrite,
  fields: Readonly<Record<FieldId, FieldValue>>,
): Record<FieldId, FieldValue> {
  const status = fields[field.mapping[write.side]];
  if (field.needed === undefined || status === undefined) return {};
  const needed = stillNeeded(field, write.side, String(status), write.target.fields, fields);
  return Object.fromEntries(needed.map((one) => [one.field, one.value]));
}

async function noPath(
  work: Work,
  field: CompiledField,
  write: FieldWrite,
  from: string,
  to: string,
): Promise<void> {
  const title = (id: string): string =>
    field.definition[write.side].options?.find((option) => option.id === id)?.title ?? id;
  const { allowedStatuses } = write.target;
  const why = whyNoPath(write.type.workflow[write.side], allowedStatuses, from, to, title);
  await parkSide(
    work,
    other(write.side),
    'rejected',
    `${work.key}: no way from status “${title(from)}” to “${title(to)}” on the ${write.side} side: ${why.reason}`,
    { field: field.mapping[write.side], remedy: why.remedy },
  );
}

async function send(work: Work, write: FieldWrite, step: Step, last: boolean): Promise<Receipt> {
  const { context } = work;
  const { side, pair } = write;
  const tracker = context.trackers[side];
  const id = partIntentId('update', side, pair[side].id);
  const source: Record<FieldId, FieldValue> = {};
  const sent: Record<FieldId, FieldValue> = {};
  const before: Record<FieldId, FieldValue> = {};
  const because = becauseOf(work, side, step);
  for (const field of Object.keys(step.fields)) before[field] = write.target.fields[field] ?? null;
  for (const plan of step.plans) {
    if (isHalf(plan, side)) continue;
    source[plan.field.mapping[other(side)]] = sourceBase(write, step, plan);
    sent[plan.field.mapping[side]] = step.fields[plan.field.mapping[side]] ?? null;
  }
  const intent: Omit<Intent, 'sentAt'> = {
    id,
    kind: 'update',
    side,
    source: pair[other(side)].id,
    target: pair[side].id,
    fingerprint: hash(JSON.stringify(step.fields)),
    sent: {
      target: sent,
      source,
      before,
      ...(because === undefined ? {} : { because }),
      ...(write.by === undefined ? {} : { by: write.by }),
    },
  };
  // Known before the write, as its answer may be lost.
  const conflicts = conflictsOf(pair, step);
  if (conflicts.length > 0) await work.step({ conflicts });
  const patch = { fields: step.fields, expected: write.target.version };
  const receipt = await intend(context, intent, (signal) =>
    tracker.connector.items.update(pair[side].id, patch, signal),
  );
  await settleReceipt(work, write, step, receipt, id, last);
  return receipt;
}

/** Whose wish the step carries out, field by field; the journal has to tell it also when the answer is lost. */
function becauseOf(work: Work, side: Side, step: Step): NonNullable<Intent['sent']>['because'] {
  const told = step.plans.flatMap(({ field }) => {
    const because = work.because.get(field);
    return because === undefined ? [] : [[field.mapping[side], because] as const];
  });
  return told.length === 0 ? undefined : Object.fromEntries(told);
}

async function settleReceipt(
  work: Work,
  write: FieldWrite,
  step: Step,
  receipt: Receipt,
  intent: string,
  last: boolean,
): Promise<void> {
  const { side } = write;
  const target = { ...write.pair[side].base.fields };
  const source = { ...write.pair[other(side)].base.fields };
  const current = work.pair ?? write.pair;
  Object.assign(target, current[side].base.fields);
  Object.assign(source, current[other(side)].base.fields);
  const self = receipt.item.updatedBy === undefined ? undefined : await work.context.trackers[side].self();
  const conflicts: Conflict[] = conflictsOf(write.pair, step);
  for (const field of Object.keys(write.beside ?? {})) {
    if (!(field in step.fields)) continue;
    const [before, after] = [write.target.fields[field] ?? null, receipt.item.fields[field] ?? null];
    work.journal.push({ side, field, before, after, reason: 'the script set it' });
  }
  for (const plan of step.plans) {
    const { field } = plan;
    const targetId = field.mapping[side];
    const sourceId = field.mapping[other(side)];
    const before = write.target.fields[targetId] ?? null;
    const wanted = step.fields[targetId] ?? null;
    const stored = receipt.item.fields[targetId] ?? null;
    const because = work.because.get(plan.field);
    const reason = step.isOnTheWay === true ? 'a status on the way' : (because?.text ?? plan.reason);
    const by = because?.by ?? write.by;
    work.journal.push({
      side,
      field: targetId,
      before,
      after: stored,
      reason,
      ...(by === undefined ? {} : { by }),
    });
    const replaced = receipt.replaced?.[targetId];
    if (replaced !== undefined && !field.same(side, replaced, before))
      conflicts.push(overtaken(write, field, replaced));
    const verdict = judge(field, side, { before, wanted, stored }, receipt, self?.id);
    if (verdict === 'dropped') {
      await parkSide(
        work,
        other(side),
        'rejected',
        `${work.key}: the ${side} side took ${field.definition[side].title} = ${show(wanted)} without an error and did not store it${told(receipt)}`,
        {
          field: targetId,
          remedy: `Check that the account of this connection may set ${field.definition[side].title}, and that the value is allowed there.`,
        },
      );
      continue;
    }
    if (verdict === 'normalised')
      work.tell('info', `${field.definition[side].title} is stored as ${show(stored)} on the ${side} side`);
    if (isHalf(plan, side)) target[targetId] = plan.accepted?.[side] ?? null;
    else target[targetId] = verdict === 'edited' ? wanted : stored;
    source[sourceId] = sourceBase(write, step, plan);
  }
  const planned = new Set([
    ...step.plans.map((plan) => plan.field.mapping[side]),
    ...Object.keys(write.beside ?? {}),
  ]);
  for (const field of Object.keys(step.fields).filter((id) => !planned.has(id))) {
    const before = write.target.fields[field] ?? null;
    const after = receipt.item.fields[field] ?? null;
    work.journal.push({ side, field, before, after, reason: 'the status that is written asks for it' });
  }
  let pair = withSide(current, side, {
    ...current[side],
    key: receipt.item.key,
    url: receipt.item.url,
    base: baseOfSeen(write.type, side, receipt.item, target),
  });
  pair = withSide(pair, other(side), {
    ...pair[other(side)],
    base: { ...pair[other(side)].base, fields: source },
  });
  if (conflicts.some((one) => one.outcome !== 'merged')) {
    work.outcome = 'conflicted';
  } else if (work.outcome === 'unchanged') work.outcome = 'updated';
  if (last) work.context.counts[side].updated += 1;
  await work.step({ pair, closed: [intent], conflicts });
}

function conflictsOf(pair: Pair, step: Step): Conflict[] {
  return step.plans.flatMap((plan) => (plan.conflict === undefined ? [] : [conflict(pair, plan.conflict)]));
}

/**
 * What the source's base becomes with this step. On the way to a status none of its values is carried over yet: with no
 * base, whatever it shows when the walk is taken up again counts as its change, and the status on the way as ours.
 */
function sourceBase(write: FieldWrite, step: Step, plan: FieldPlan): FieldValue {
  return step.isOnTheWay === true ? null : (write.source[plan.field.mapping[other(write.side)]] ?? null);
}

/**
 * The other side has yet to be written with the same merged value: this side's base only takes what the other side had,
 * so that the next plan, also one after a crash, sees the rest as this side's change and carries it over.
 */
function isHalf(plan: FieldPlan, side: Side): boolean {
  return other(side) in plan.write;
}

function told(receipt: Receipt): string {
  return receipt.warnings === undefined || receipt.warnings.length === 0
    ? ''
    : ` (it said: ${receipt.warnings.join('; ')})`;
}

/** What became of a value: taken as meant, not taken, changed by the tracker, or changed by somebody at the same moment. */
function judge(
  field: CompiledField,
  side: Side,
  value: { readonly before: FieldValue; readonly wanted: FieldValue; readonly stored: FieldValue },
  receipt: Receipt,
  self: string | undefined,
): 'stored' | 'dropped' | 'normalised' | 'edited' {
  if (field.same(side, value.stored, value.wanted)) return 'stored';
  if (field.same(side, value.stored, value.before)) return 'dropped';
  if (isStoredForm(field, side, value.wanted, value.stored)) return 'normalised';
  return receipt.item.updatedBy !== undefined && receipt.item.updatedBy.id === self ? 'normalised' : 'edited';
}

/** The id says what the conflict is about, so that meeting it again makes no second record. */
export function conflict(pair: Pair, plan: NonNullable<FieldPlan['conflict']>): Conflict {
  const id = hash(
    JSON.stringify([
      pair.id,
      plan.field,
      plan.base,
      plan.left.value,
      plan.right.value,
      plan.outcome === 'open',
    ]),
  ).slice(0, 26);
  return { ...plan, id, pairId: pair.id };
}

/** Somebody wrote between our reading and our writing: their value is kept, as the loser. */
function overtaken(write: FieldWrite, field: CompiledField, replaced: FieldValue): Conflict {
  const from = other(write.side);
  const lost = { value: replaced };
  const ours = { value: write.source[field.mapping[from]] ?? null };
  return conflict(write.pair, {
    field: { left: field.mapping.left, right: field.mapping.right },
    base: {
      left: write.pair.left.base.fields[field.mapping.left] ?? null,
      right: write.pair.right.base.fields[field.mapping.right] ?? null,
    },
    left: write.side === 'left' ? lost : ours,
    right: write.side === 'right' ? lost : ours,
    outcome: from,
    reason: 'somebody wrote this value between our reading and our writing',
  });
}
