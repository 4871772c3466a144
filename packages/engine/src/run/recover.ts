import { ConnectorError } from '@lockstep/sdk';
import type { Attachment, Comment, FieldValue, Item } from '@lockstep/sdk';
import { other } from '../configuration/integration.ts';
import { canonicalOf } from '../mapping/canonical.ts';
import type { Intent, JournalEntry, Pair, PairedItem, PartPair, SyncRecord } from '../ports/records.ts';
import { partOf } from './carry-parts.ts';
import { instant, line } from './context.ts';
import type { RunContext } from './context.ts';
import type { CompiledField } from '../mapping/compiled.ts';
import { displace } from './displace.ts';
import { hash } from './intents.ts';
import { isStoredForm } from './stored-form.ts';
import { withSide } from './work.ts';
import { stopsConnection } from './tracker.ts';
import type { Tracker } from './tracker.ts';
import { isTooEarly } from './unanswered.ts';

/**
 * Resolves what earlier runs left unanswered, before anything else is planned: a write that was sent and got no
 * answer is unknown, not failed (ENGINE §4). What cannot be told yet stays in `context.unanswered`.
 */
export async function recover(context: RunContext): Promise<void> {
  for (const intent of await context.store.openIntents()) {
    context.options.signal.throwIfAborted();
    context.unanswered.set(intent.id, intent);
    if (await attempt(context, intent)) context.unanswered.delete(intent.id);
    await context.store.spool([
      { side: other(intent.side), id: intent.source, why: 'unanswered' },
      // What a create made comes up with its source.
      ...(intent.target === undefined || intent.kind === 'create'
        ? []
        : [{ side: intent.side, id: intent.target, why: 'unanswered' } as const]),
    ]);
  }
}

/** One item that cannot be asked about keeps its own intent open, and nothing else waits for it (P8). */
async function attempt(context: RunContext, intent: Intent): Promise<boolean> {
  try {
    return await resolve(context, intent);
  } catch (error) {
    context.options.signal.throwIfAborted();
    if (stopsConnection(error) || !(error instanceof ConnectorError)) throw error;
    const text = `whether an unanswered ${intent.kind} arrived cannot be told yet: ${error.message}`;
    await context.store.log([line(context, 'warn', text)]);
    return false;
  }
}

/** Milliseconds after which an item that cannot be asked about is not waited for any more: gone, or out of scope. */
const FORGOTTEN = 30 * 24 * 3_600_000;

function isForgotten(context: RunContext, intent: Intent): boolean {
  return context.clock.now() > Date.parse(intent.sentAt) + FORGOTTEN;
}

async function resolve(context: RunContext, intent: Intent): Promise<boolean> {
  const tracker = context.trackers[intent.side];
  switch (intent.kind) {
    case 'create':
      return resolveCreate(context, intent);
    case 'update':
      return resolveUpdate(context, tracker, intent);
    case 'comment':
    case 'attachment':
      return resolvePart(context, tracker, intent);
    case 'link':
      return resolveLink(context, tracker, intent);
    case 'delete':
      await context.store.closeIntent(intent.id);
      return true;
  }
}

/**
 * Whether the item was made is looked up when its source comes up: right before it would be made again, so that what
 * is seen then is what the creation would meet. Until then the intent stays.
 */
async function resolveCreate(context: RunContext, intent: Intent): Promise<boolean> {
  const paired = (await context.store.pairs(other(intent.side), [intent.source])).has(intent.source);
  if (!paired && intent.target !== undefined) {
    const copy = await context.trackers[intent.side].read(intent.target);
    if (copy !== undefined) await displace(context, intent, copy);
  }
  if (!paired && !isForgotten(context, intent)) return false;
  await context.store.closeIntent(intent.id);
  return true;
}

/** What arrived as sent becomes the base; anything else is planned anew from the present state. */
async function resolveUpdate(context: RunContext, tracker: Tracker, intent: Intent): Promise<boolean> {
  const pair = (await context.store.pairs(intent.side, [intent.target ?? ''])).get(intent.target ?? '');
  const lookedAt = context.clock.now();
  const item = pair === undefined ? undefined : await tracker.read(pair[intent.side].id);
  if (pair === undefined || intent.sent === undefined) {
    await context.store.closeIntent(intent.id);
    return true;
  }
  if (item === undefined) return leaveUpdate(context, intent, pair);
  const type = context.compiled.typeOf(pair.left.type, pair.right.type);
  const from = other(intent.side);
  const target = { ...pair[intent.side].base.fields };
  const source = { ...pair[from].base.fields };
  let taken = 0;
  for (const field of type?.fields ?? []) {
    const id = field.mapping[intent.side];
    if (!(id in intent.sent.target) || !hasArrived(field, intent, item)) continue;
    target[id] = item.fields[id] ?? null;
    source[field.mapping[from]] = intent.sent.source[field.mapping[from]] ?? null;
    taken += 1;
  }
  if (taken === 0 && isTooEarly(context, intent, lookedAt)) return false;
  let after: Pair = withSide(pair, intent.side, {
    ...pair[intent.side],
    base: { ...pair[intent.side].base, fields: target },
  });
  after = withSide(after, from, { ...after[from], base: { ...after[from].base, fields: source } });
  await settleFound(
    context,
    intent,
    after,
    [],
    taken > 0
      ? `an unanswered update of ${item.key} had taken effect`
      : `an unanswered update of ${item.key} had not arrived`,
    journalOf(intent, item.fields, isUntouched(tracker, intent, item)),
  );
  return true;
}

/** Is the value that was sent there, as sent or in the form in which the tracker stores it? */
function hasArrived(field: CompiledField, { side, sent }: Intent, item: Item): boolean {
  const id = field.mapping[side];
  const wanted = sent?.target[id] ?? null;
  const stored = item.fields[id] ?? null;
  if (field.same(side, wanted, stored)) return true;
  return !field.same(side, sent?.before?.[id] ?? null, stored) && isStoredForm(field, side, wanted, stored);
}

/** Was the item surely not changed since the write was sent? */
function isUntouched(tracker: Tracker, intent: Intent, item: Item): boolean {
  return Date.parse(item.updatedAt) < tracker.earliest(Date.parse(intent.sentAt));
}

/** The item is not there: the intent waits for its return, as its value may be ours then. What it replaced is told now. */
async function leaveUpdate(context: RunContext, intent: Intent, pair: Pair): Promise<boolean> {
  const { key, missingSince } = pair[intent.side];
  const isOver = pair.state !== 'active' || isForgotten(context, intent);
  const { before, ...sent } = intent.sent ?? { target: {}, source: {} };
  const isTold = before === undefined && missingSince !== undefined;
  if (isTold && !isOver) return false;
  const text = `an unanswered update of ${key}, which is not there, may have taken effect`;
  const journal = journalOf(intent, sent.target);
  const after = withSide(pair, intent.side, {
    ...pair[intent.side],
    missingSince: missingSince ?? instant(context.clock.now()),
  });
  await settleFound(context, intent, after, [], text, journal, isOver ? [intent.id] : []);
  if (!isOver) await context.store.openIntent({ ...intent, sent });
  return isOver;
}

/** Setting a reference again changes nothing; what it replaced must be known all the same. */
async function resolveLink(context: RunContext, tracker: Tracker, intent: Intent): Promise<boolean> {
  const pair = (await context.store.pairs(intent.side, [intent.target ?? ''])).get(intent.target ?? '');
  if (pair === undefined || intent.sent === undefined) {
    await context.store.closeIntent(intent.id);
    return true;
  }
  const item = await tracker.read(pair[intent.side].id);
  const journal = journalOf(intent, item?.fields ?? intent.sent.target);
  const text = `an unanswered reference on ${pair[intent.side].key} is set again if need be`;
  await settleFound(context, intent, pair, [], text, journal);
  return true;
}

/** What the write replaced, if it took effect (P4). Where somebody changed the value since, it may have. */
function journalOf(intent: Intent, fields: Item['fields'], isUntouched = true): readonly JournalEntry[] {
  const { target = {}, before = {} } = intent.sent ?? {};
  return Object.entries(before).flatMap(([field, old]): JournalEntry[] => {
    const present = fields[field] ?? null;
    // As before: it never arrived, or somebody has set it back since.
    if (isSame(present, old) && isUntouched) return [];
    const after = target[field] ?? present;
    const because = intent.sent?.because?.[field];
    // What the script set beside the fields is no person's.
    const by = because?.by ?? (field in target ? intent.sent?.by : undefined);
    const what = because === undefined ? 'an unanswered write that' : `${because.text}, unanswered, and`;
    const reason =
      isSame(present, after) && !isSame(present, old)
        ? `${what} had taken effect`
        : `${what} may have taken effect`;
    return [
      {
        side: intent.side,
        field,
        before: old,
        after,
        reason,
        ...(by === undefined ? {} : { by }),
      },
    ];
  });
}

function isSame(a: FieldValue, b: FieldValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

async function resolvePart(context: RunContext, tracker: Tracker, intent: Intent): Promise<boolean> {
  const kind = intent.kind as PartPair['kind'];
  const pair = (await context.store.pairs(intent.side, [intent.target ?? ''])).get(intent.target ?? '');
  if (pair === undefined || intent.target === undefined || intent.part === undefined) {
    await context.store.closeIntent(intent.id);
    return true;
  }
  // Not seen now, or by this account: the intent waits for its return, as the part may be there.
  const isWaiting = pair[intent.side].missingSince !== undefined;
  if (isWaiting && pair.state === 'active' && !isForgotten(context, intent)) return false;
  const known = await context.store.parts(pair.id);
  const lookedAt = context.clock.now();
  const listed = await listParts(tracker, kind, intent.target).catch((error: unknown) => {
    if (error instanceof ConnectorError && error.kind === 'gone') return undefined;
    throw error;
  });
  if (listed === undefined) {
    const missingSince = instant(context.clock.now());
    const after = withSide(pair, intent.side, { ...pair[intent.side], missingSince });
    const isOver = pair.state !== 'active' || isForgotten(context, intent);
    const text = `${pair[intent.side].key}, with our own unanswered ${kind}, is not there`;
    await settleFound(context, intent, after, [], text, [], isOver ? [intent.id] : []);
    return isOver;
  }
  const self = await tracker.self();
  const found = listed.find(
    (part) =>
      !known.some((one) => one.kind === kind && one[intent.side].id === part.id) &&
      (self === undefined || part.author === undefined || part.author === self.id) &&
      part.hash === intent.fingerprint &&
      (part.createdAt === undefined ||
        Date.parse(part.createdAt) >= tracker.earliest(Date.parse(intent.sentAt))),
  );
  if (found === undefined) {
    if (isTooEarly(context, intent, lookedAt)) return false;
    await settleFound(
      context,
      intent,
      pair,
      [],
      `an unanswered ${kind} for ${pair[intent.side].key} had not arrived`,
    );
    return true;
  }
  const part = partOf(
    kind,
    other(intent.side),
    { id: intent.part, hash: intent.fingerprint },
    { id: found.id, hash: found.hash },
  );
  await settleFound(
    context,
    intent,
    pair,
    [part],
    `an unanswered ${kind} for ${pair[intent.side].key} had arrived`,
  );
  return true;
}

interface ListedPart {
  readonly id: string;
  readonly hash: string;
  readonly author: string | undefined;
  readonly createdAt: string | undefined;
}

async function listParts(
  tracker: Tracker,
  kind: PartPair['kind'],
  id: string,
): Promise<readonly ListedPart[]> {
  const { comments, attachments, richText } = tracker.connector;
  if (kind === 'comment') {
    const all: readonly Comment[] =
      comments === undefined ? [] : await tracker.call((signal) => comments.list(id, signal));
    return all.map((one) => ({
      id: one.id,
      hash: hash(canonicalOf(richText, one.body)),
      author: one.author.id,
      createdAt: one.createdAt,
    }));
  }
  const all: readonly Attachment[] =
    attachments === undefined ? [] : await tracker.call((signal) => attachments.list(id, signal));
  return all.map((one) => ({
    id: one.id,
    hash: hash(`${one.name}\n${one.size}`),
    author: one.author?.id,
    createdAt: one.createdAt,
  }));
}

async function settleFound(
  context: RunContext,
  intent: Intent,
  pair: Pair,
  parts: readonly PartPair[],
  text: string,
  journal: readonly JournalEntry[] = [],
  closedIntents: readonly string[] = [intent.id],
): Promise<void> {
  const named = ({ id, key, url }: PairedItem) => ({ id, key, url });
  const sync: SyncRecord = {
    left: named(pair.left),
    right: named(pair.right),
    origin: other(intent.side),
    outcome: 'updated',
    at: instant(context.clock.now()),
    journal,
    parts: [],
    message: text,
  };
  await context.store.settle({
    pair,
    ledger: [],
    parts,
    closedIntents,
    conflicts: [],
    parked: [],
    released: [],
    ...(journal.length === 0 ? {} : { sync }),
    log: [
      line(context, 'info', text, {
        side: intent.side,
        id: pair[intent.side].id,
        key: pair[intent.side].key,
      }),
    ],
  });
}
