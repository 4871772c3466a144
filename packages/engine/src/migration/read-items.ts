import type { Item } from '@lockstep/sdk';
import type { RunContext } from '../run/context.ts';
import { idsOf, isNamed } from './request.ts';
import type { MigrationRequest } from './request.ts';
import type { MigrationPosition } from './position.ts';

/** A stretch of the side moved from, and where it goes on behind it. */
export interface ItemPage {
  readonly items: readonly Item[];
  /** Names that no item answers to. */
  readonly unknown: readonly string[];
  readonly next: Pick<MigrationPosition, 'after' | 'named'>;
}

/** Names looked up together. */
const TOGETHER = 50;
const EVER = '1970-01-01T00:00:00.000Z';

/** The items that may be chosen, page by page from a position on: those that are named, else the whole scope. */
export async function* readItems(
  context: RunContext,
  request: MigrationRequest,
  position: Pick<MigrationPosition, 'after' | 'named'>,
): AsyncIterable<ItemPage> {
  if (request.items !== undefined) return yield* readNamed(context, request, request.items, position);
  // Nobody changed an item before it was made.
  const since = request.createdAfter ?? EVER;
  const from = position.after === undefined ? { since } : { after: position.after };
  for await (const page of context.trackers[request.from].changes(from)) {
    const items = page.changes.flatMap((change) => (change.kind === 'item' ? [change.item] : []));
    yield { items, unknown: [], next: { after: page.next } };
  }
}

async function* readNamed(
  context: RunContext,
  { from }: MigrationRequest,
  names: readonly string[],
  { named = 0 }: Pick<MigrationPosition, 'named'>,
): AsyncIterable<ItemPage> {
  const tracker = context.trackers[from];
  for (let at = named; at < names.length; at += TOGETHER) {
    const wanted = names.slice(at, at + TOGETHER);
    const ids = [...new Set(wanted.flatMap(idsOf))];
    const found = await tracker.call((signal) => tracker.connector.items.get(ids, signal));
    yield {
      items: found.filter((item) => wanted.some((name) => isNamed(item, name))),
      unknown: wanted.filter((name) => !found.some((item) => isNamed(item, name))),
      next: { named: at + wanted.length },
    };
  }
}
