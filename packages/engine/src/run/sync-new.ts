import type { Item, ItemDraft, ItemId } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import { withOrigin } from '../migration/origin.ts';
import { chosenOnly, termsOf } from '../migration/terms.ts';
import { CREATED } from '../plan/decide-field.ts';
import { planCreate } from '../plan/plan-create.ts';
import type { Intent, Pair } from '../ports/records.ts';
import { changedBy } from './changed-by.ts';
import { instant } from './context.ts';
import type { RunContext } from './context.ts';
import { assertFree } from './displace.ts';
import { createIntentId, hash, readMarker } from './intents.ts';
import { newPair, pairWithMissing } from './new-pair.ts';
import { park } from './park.ts';
import { forgottenCreate } from './restored.ts';
import { syncPair } from './sync-pair.ts';
import { sentAgain, sentTo } from './tries.ts';
import { createdBy, findCopies, intend, isTooEarly } from './unanswered.ts';
import { ruleFailed, unmetOf } from './rules.ts';
import { withSide } from './work.ts';
import type { Seen, Work } from './work.ts';

/** An item without a pair: adopt its counterpart, create one, or say which rule keeps it out. */
export async function syncNew(work: Work, item: Item, seen: Seen): Promise<void> {
  const { context, origin } = work;
  const whole = context.compiled.typeFor(origin, item);
  if (whole === undefined) return skip(work, context.compiled.whyNoType(origin, item));
  if (await adoptByMarker(work, whole, item, seen)) return;
  work.terms = await termsOf(context, origin, item);
  const type = chosenOnly(whole, work.terms);
  const failed = ruleFailed(context, origin, item, 'new', work.terms !== undefined);
  if (failed !== undefined) {
    work.unmet = unmetOf(context, origin, item, 'new');
    return skip(work, failed);
  }
  if (type.mapping.create?.[other(origin)] === false)
    return skip(work, `the mapping creates nothing on the ${other(origin)} side`);
  await create(work, type, item, seen);
}

function skip(work: Work, reason: string): void {
  work.outcome = 'skipped';
  work.message = reason;
}

/** The item carries the marker of our own create whose answer or record was lost: pair it with its source. */
async function adoptByMarker(work: Work, type: CompiledType, item: Item, seen: Seen): Promise<boolean> {
  const { context, origin } = work;
  const marker = readMarker(context.options.id, item.marker);
  const from = other(origin);
  const intent = context.unanswered.get(item.marker ?? '') ?? createdBy(context, type, origin, item);
  const sourceId = intent?.source ?? (marker?.source === from ? marker.id : undefined);
  if (sourceId === undefined) return false;
  const paired = (await context.store.pairs(from, [sourceId])).get(sourceId);
  if (paired !== undefined) return isDeletedCopy(work, item);
  const source = await context.trackers[from].read(sourceId);
  if (source === undefined) {
    // Its number may have been given again since, and to a copy that is paired by now.
    if ((await context.store.pairs(from, [sourceId])).has(sourceId)) return isDeletedCopy(work, item);
    await adoptAlone(work, type, item, sourceId, intent);
    return true;
  }
  work.terms = await termsOf(context, from, source);
  await adopt(work, chosenOnly(type, work.terms), source, item, intent, seen);
  return true;
}

/** Our earlier copy, made again because somebody deleted it, must not come back from an old row of the feed. */
async function isDeletedCopy(work: Work, item: Item): Promise<boolean> {
  if ((await work.context.trackers[work.origin].read(item.id)) !== undefined) return false;
  skip(work, 'our own copy, deleted since');
  return true;
}

/** Pairs a source with the copy that an earlier create of ours left behind. */
async function adopt(
  work: Work,
  type: CompiledType,
  source: Item,
  copy: Item,
  intent: Intent | undefined,
  seen: Seen,
): Promise<void> {
  const { context } = work;
  const from = intent === undefined ? other(work.origin) : other(intent.side);
  if (intent !== undefined) await assertFree(context, intent, copy);
  await context.directory.prepare(type, from, source.fields);
  await context.directory.prepare(type, other(from), copy.fields);
  const isEdited = await isEditedByOthers(context, other(from), copy);
  const carried = intent === undefined ? undefined : sentTo(type, intent, copy);
  const pair = heldBack(context, newPair(context, type, from, source, copy, carried, isEdited), {
    [from]: source,
    [other(from)]: copy,
  });
  work.names(from, source);
  work.names(other(from), copy);
  work.outcome = 'adopted';
  work.tell('info', `${copy.key} carries our marker: paired with ${source.key}`);
  await work.step({ pair, ...(intent === undefined ? {} : { closed: [intent.id] }) });
  seen[from] = source;
  seen[other(from)] = copy;
  await syncPair(work, type, pair, seen);
}

/** A pair that is known before its items are synced: which of them may not be written is known with it. */
function heldBack(context: RunContext, pair: Pair, items: Seen): Pair {
  return SIDES.reduce((after, side) => {
    const item = items[side];
    const failed = item === undefined ? undefined : ruleFailed(context, side, item, 'synced');
    if (failed === undefined) return after;
    const held = withSide(after, side, { ...after[side], heldBack: failed });
    return withSide(held, other(side), { ...held[other(side)], isUnheard: true });
  }, pair);
}

/** Was it changed since we made it? Where the tracker does not tell by whom, it counts as ours. */
async function isEditedByOthers(context: RunContext, side: Side, item: Item): Promise<boolean> {
  if (item.updatedBy === undefined) return false;
  const self = await context.trackers[side].self();
  return item.updatedBy.id !== self?.id;
}

/** Pairs a copy of ours with its source, though that is not there now. */
async function adoptAlone(
  work: Work,
  type: CompiledType,
  copy: Item,
  sourceId: ItemId,
  intent: Intent | undefined,
): Promise<void> {
  const from = other(work.origin);
  const carried = intent === undefined ? undefined : sentTo(type, intent, copy);
  const pair = pairWithMissing(work.context, type, from, sourceId, copy, carried);
  work.names(work.origin, copy);
  work.outcome = 'adopted';
  work.message = `it is our copy of item ${sourceId}, which is not there on the ${from} side; the copy is left alone`;
  await work.step({ pair, ...(intent === undefined ? {} : { closed: [intent.id] }) });
}

/** What a forgotten create sent is not known: the copy stands for itself. */
function withoutContent(intent: Intent | undefined): Intent | undefined {
  if (intent === undefined) return undefined;
  const { sent: _unknown, ...bare } = intent;
  return bare;
}

async function create(work: Work, type: CompiledType, item: Item, seen: Seen): Promise<void> {
  const { context, origin } = work;
  const to = other(origin);
  const id = createIntentId(context.options.id, origin, item.id);
  const unanswered = context.unanswered.get(id);
  const sought = unanswered ?? (await forgottenCreate(context, type, origin, item));
  const lookedAt = context.clock.now();
  const [copy] = sought === undefined ? [] : await findCopies(context, sought);
  if (copy !== undefined) return adopt(work, type, item, copy, unanswered ?? withoutContent(sought), seen);
  if (unanswered !== undefined && isTooEarly(context, unanswered, lookedAt)) {
    park(work, 'ambiguous', `${item.key}: an earlier creation was not answered; looking for it again`, {
      remedy: 'Nothing to do: it is looked for until it must have arrived.',
    });
    return;
  }
  await context.directory.prepare(type, origin, item.fields);
  const plan = planCreate(type, origin, item, context.directory);
  const planned = work.terms === undefined ? plan.fields : withOrigin(type, origin, item, plan.fields);
  if (plan.blocked !== undefined) {
    park(work, plan.blocked.kind, `${item.key}: ${plan.blocked.reason}`, {
      remedy: plan.blocked.remedy,
      field: plan.blocked.field.mapping[origin],
    });
    return;
  }
  const fields = await context.script.beforeWrite(
    { to, source: item, type: type.mapping[to], fields: planned },
    (text) => work.tell('info', text),
  );
  const source = Object.fromEntries(
    plan.carried.map((field) => [field.mapping[origin], item.fields[field.mapping[origin]] ?? null]),
  );
  const intent: Omit<Intent, 'sentAt'> = {
    id,
    kind: 'create',
    side: to,
    source: item.id,
    fingerprint: hash(JSON.stringify(fields)),
    sent: sentAgain({ target: fields, source }, unanswered),
  };
  const tracker = context.trackers[to];
  const by = await changedBy(context, origin, item, item.createdBy);
  const draft: ItemDraft = { type: type.mapping[to], fields, visibility: 'public', marker: id };
  const receipt = await intend(context, intent, (signal) => tracker.connector.items.create(draft, signal));
  await assertFree(context, { ...intent, sentAt: instant(context.clock.now()) }, receipt.item);
  await context.directory.prepare(type, to, receipt.item.fields);
  const isEdited = await isEditedByOthers(context, to, receipt.item);
  const carried = { target: fields, source };
  const pair = newPair(context, type, origin, item, receipt.item, carried, isEdited);
  work.names(to, receipt.item);
  work.outcome = 'created';
  for (const [field, after] of Object.entries(fields))
    work.journal.push({ side: to, field, before: null, after, reason: CREATED, ...by });
  await work.step({ pair, closed: [id] });
  for (const note of plan.notes) work.tell('warn', `${receipt.item.key}: ${note}`);
  seen[to] = receipt.item;
  await syncPair(work, type, pair, seen);
  // What parks the item is told with that.
  for (const { reason } of plan.problems)
    if (!work.parked.some((parked) => parked.reason.endsWith(reason))) work.tell('warn', reason);
}
