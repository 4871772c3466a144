import { ConnectorError } from '@lockstep/sdk';
import type { Instant, Item, ItemId } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { SIDES } from '../configuration/integration.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import type { Intent, IntentKind, Pair, Tried } from '../ports/records.ts';
import { instant } from './context.ts';
import type { RunContext } from './context.ts';
import { isAnother } from './given-again.ts';
import { partIntentId } from './intents.ts';
import { triesOf } from './tries.ts';

/** Milliseconds after which an intent no longer says when its write was sent. */
const FRESH = 2_000;

/**
 * Opens an intent, writes, and on failure tells apart what surely did not happen from what may have (ENGINE §4).
 * `prepare` goes before each try of the write.
 */
export async function intend<T>(
  context: RunContext,
  intent: Omit<Intent, 'sentAt'>,
  write: (signal: AbortSignal) => Promise<T>,
  prepare?: () => Promise<void>,
): Promise<T> {
  const earlier = context.unanswered.get(intent.id);
  let opened = await open(context, intent);
  try {
    return await context.trackers[intent.side].call(async (signal) => {
      // Waiting for the budget took time: whoever finds the intent must not give the write up too early.
      if (context.clock.now() > Date.parse(opened.sentAt) + FRESH) opened = await open(context, intent);
      return write(signal);
    }, prepare);
  } catch (error) {
    if (!isSurelyNotDone(error)) context.unanswered.set(intent.id, opened);
    else if (earlier === undefined) await context.store.closeIntent(intent.id);
    // This try did nothing; what became of an earlier one is as unknown as before.
    else await context.store.openIntent(earlier);
    throw error;
  }
}

async function open(context: RunContext, intent: Omit<Intent, 'sentAt'>): Promise<Intent> {
  const opened = { ...intent, sentAt: instant(context.clock.now()) };
  await context.store.openIntent(opened);
  return opened;
}

/** Only a tracker's clear word says that a write did not happen; anything else may have taken effect. */
function isSurelyNotDone(error: unknown): boolean {
  return error instanceof ConnectorError && error.kind !== 'ambiguous' && error.kind !== 'protocol';
}

/**
 * Is a comment or file of ours on this item unanswered? Then what is new there may be our own. Is one from this item
 * unanswered? Then what follows it would overtake it.
 */
export function isPartUnanswered(context: RunContext, kind: IntentKind, side: Side, id: ItemId): boolean {
  return [...context.unanswered.values()].some(
    (intent) => intent.kind === kind && id === (intent.side === side ? intent.target : intent.source),
  );
}

/** Is an update of ours to either item unanswered? Then it may still arrive and replace what would be written now. */
export function isUpdateUnanswered(context: RunContext, pair: Pair): boolean {
  return SIDES.some((side) => context.unanswered.has(partIntentId('update', side, pair[side].id)));
}

/** Milliseconds for which a worker that fell silent may still send what it intended; its lease is shorter. */
const STALL = 15_000;

/**
 * Could the write still have been about to be sent, to arrive, or to show, when it was looked for? `lookedAt`: our
 * clock before the look, which may have waited long for its answer.
 */
export function isTooEarly(context: RunContext, intent: Intent, lookedAt: number): boolean {
  const { answerHorizon, indexLag } = context.trackers[intent.side].connector.limits;
  return lookedAt < Date.parse(intent.sentAt) + STALL + answerHorizon + indexLag;
}

/** Any of its tries may be the one that arrived. */
function firstSent(intent: Intent): Instant {
  return intent.sent?.since ?? intent.sentAt;
}

/** What an unanswered create may have left behind, oldest first: by marker, else our own recent items with the same content. */
export async function findCopies(context: RunContext, intent: Intent): Promise<readonly Item[]> {
  const tracker = context.trackers[intent.side];
  const { items } = tracker.connector;
  const copies: Item[] = [];
  if (items.find !== undefined)
    copies.push(...(await tracker.call(async (signal) => items.find?.(intent.id, signal) ?? [])));
  else {
    const since = instant(tracker.earliest(Date.parse(firstSent(intent))));
    for await (const page of tracker.changes({ since })) {
      for (const change of page.changes) {
        if (change.kind !== 'item') continue;
        const type = context.compiled.typeFor(intent.side, change.item);
        if (looksLike(context, type, intent, change.item)) copies.push(change.item);
      }
    }
  }
  const ids = copies.map((item) => item.id);
  const pairs = ids.length === 0 ? new Map<string, Pair>() : await context.store.pairs(intent.side, ids);
  // A pair of another item, that had the copy's number before, is none of the copy's.
  const paired = new Set(
    copies
      .filter(({ id, createdAt }) => {
        const pair = pairs.get(id);
        return pair !== undefined && !isAnother(pair, intent.side, { createdAt });
      })
      .map(({ id }) => id),
  );
  return copies
    .filter((item) => !paired.has(item.id))
    .toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
}

/** The unanswered create that this item is the result of, told by its content where the tracker has no marker. */
export function createdBy(
  context: RunContext,
  type: CompiledType,
  side: Side,
  item: Item,
): Intent | undefined {
  if (context.trackers[side].connector.limits.marker !== 'none') return undefined;
  return [...context.unanswered.values()].find(
    (intent) => intent.kind === 'create' && intent.side === side && looksLike(context, type, intent, item),
  );
}

/**
 * Made since the intent, with our reference to the source where one was sent, else with the required fields as sent:
 * the others a person may have changed since.
 */
export function looksLike(
  context: RunContext,
  type: CompiledType | undefined,
  intent: Intent,
  item: Item,
): boolean {
  const since = context.trackers[intent.side].earliest(Date.parse(firstSent(intent)));
  if (type === undefined || Date.parse(item.createdAt) < since) return false;
  return triesOf(intent).some(({ target }) => isMadeOf(type, intent.side, target, item));
}

function isMadeOf(type: CompiledType, side: Side, sent: Tried['target'], item: Item): boolean {
  const place = type.mapping.reference?.[side];
  if (place !== undefined && place in sent) return item.fields[place] === sent[place];
  const telling = type.fields.filter((field) => field.mapping[side] in sent);
  const required = telling.filter((field) => field.definition[side].required === true);
  return (required.length > 0 ? required : telling).every((field) => {
    const id = field.mapping[side];
    return field.same(side, sent[id], item.fields[id]);
  });
}
