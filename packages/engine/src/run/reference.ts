import type { Item } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import type { Intent, Pair } from '../ports/records.ts';
import { hash, partIntentId } from './intents.ts';
import { baseOfSeen } from './known-version.ts';
import { intend } from './unanswered.ts';
import { withSide } from './work.ts';
import type { Seen, Work } from './work.ts';

/**
 * Stores the counterpart's address where the mapping says, once, and again when the address changes. True when an item
 * was read back, which may show what somebody changed meanwhile.
 */
export async function keepReference(work: Work, type: CompiledType, seen: Seen): Promise<boolean> {
  let isReadBack = false;
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
    else {
      seen[side] = await setField(work, type, side, pair, place, url, item);
      isReadBack = true;
    }
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
  return isReadBack;
}

/** Remembered in the base under a name no tracker's field has. */
const REFERENCE = '\u0000reference';

function intentOf(side: Side, pair: Pair, url: string): Omit<Intent, 'sentAt'> {
  return {
    id: partIntentId('link', side, pair[side].id),
    kind: 'link',
    side,
    source: pair[other(side)].id,
    target: pair[side].id,
    fingerprint: hash(url),
  };
}

async function addLink(work: Work, side: Side, pair: Pair, url: string): Promise<void> {
  const { links } = work.context.trackers[side].connector;
  if (links === undefined) return;
  const link = { url, title: pair[other(side)].key };
  await intend(work.context, intentOf(side, pair, url), (signal) => links.add(pair[side].id, link, signal));
}

async function setField(
  work: Work,
  type: CompiledType,
  side: Side,
  pair: Pair,
  field: string,
  url: string,
  seen: Item,
): Promise<Item> {
  const { items } = work.context.trackers[side].connector;
  const patch = { fields: { [field]: url }, expected: seen.version };
  const before = { [field]: seen.fields[field] ?? null };
  const intent = { ...intentOf(side, pair, url), sent: { target: patch.fields, source: {}, before } };
  const { item } = await intend(work.context, intent, (signal) => items.update(pair[side].id, patch, signal));
  work.journal.push({
    side,
    field,
    before: seen.fields[field] ?? null,
    after: item.fields[field] ?? null,
    reason: 'reference to the counterpart',
  });
  const after = work.pair as Pair;
  work.pair = withSide(after, side, {
    ...after[side],
    base: baseOfSeen(type, side, item, after[side].base.fields),
  });
  return item;
}
