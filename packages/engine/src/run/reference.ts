import type { Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import type { Pair } from '../ports/records.ts';
import { instant } from './context.ts';
import { hash, partIntentId } from './intents.ts';
import { withSide } from './work.ts';
import type { Seen, Work } from './work.ts';

/** Stores the counterpart's address where the mapping says, once, and again when the address changes. */
export async function keepReference(work: Work, type: CompiledType, seen: Seen): Promise<void> {
  for (const side of SIDES) {
    const place = type.mapping.reference?.[side];
    const item = seen[side];
    if (place === undefined || item === undefined) continue;
    const pair = work.pair as Pair;
    const url = pair[other(side)].url;
    const known = pair[side].base.fields[REFERENCE];
    const present = place === 'link' ? known : item.fields[place];
    if (present === url || known === url) continue;
    if (place === 'link') await addLink(work, side, pair, url);
    else await setField(work, side, pair, place, url, item.version, seen);
    const after = work.pair as Pair;
    const base = after[side].base;
    work.parts.push(`reference to ${pair[other(side)].key} on the ${side} side`);
    await work.step({
      pair: withSide(after, side, {
        ...after[side],
        base: { ...base, fields: { ...base.fields, [REFERENCE]: url } },
      }),
      closed: [partIntentId('link', side, pair[side].id)],
    });
  }
}

/** Remembered in the base under a name no tracker's field has. */
const REFERENCE = '\u0000reference';

async function open(work: Work, side: Side, pair: Pair, url: string): Promise<void> {
  await work.context.store.openIntent({
    id: partIntentId('link', side, pair[side].id),
    kind: 'link',
    side,
    source: pair[other(side)].id,
    target: pair[side].id,
    fingerprint: hash(url),
    sentAt: instant(work.context.clock.now()),
  });
}

async function addLink(work: Work, side: Side, pair: Pair, url: string): Promise<void> {
  const tracker = work.context.trackers[side];
  const links = tracker.connector.links;
  if (links === undefined) return;
  await open(work, side, pair, url);
  await tracker.call((signal) => links.add(pair[side].id, { url, title: pair[other(side)].key }, signal));
}

async function setField(
  work: Work,
  side: Side,
  pair: Pair,
  field: string,
  url: string,
  expected: string,
  seen: Seen,
): Promise<void> {
  const tracker = work.context.trackers[side];
  await open(work, side, pair, url);
  const receipt = await tracker.call((signal) =>
    tracker.connector.items.update(pair[side].id, { fields: { [field]: url }, expected }, signal),
  );
  work.journal.push({
    side,
    field,
    before: seen[side]?.fields[field] ?? null,
    after: receipt.item.fields[field] ?? null,
    reason: 'reference to the counterpart',
  });
  seen[side] = receipt.item;
  const after = work.pair as Pair;
  work.pair = withSide(after, side, {
    ...after[side],
    base: { ...after[side].base, version: receipt.item.version, updatedAt: receipt.item.updatedAt },
  });
}
