import type { FieldId, Instant, Item } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import type { Filter } from '../filter/filter.ts';
import { unmetCondition } from '../filter/evaluate.ts';
import type { Pair } from '../ports/records.ts';

/** `update` brings what changed since, on either side; `replace` writes every chosen field as the side moved from has it. */
export type AlreadyMigrated = 'skip' | 'update' | 'replace';

/** Which items a migration moves, and how. The integration's own filters and types hold as well. */
export interface MigrationRequest {
  /** The side whose items are moved to the other. */
  readonly from: Side;
  /** On that side's clock: items made then or later. */
  readonly createdAfter?: Instant;
  /** Items made before then. */
  readonly createdBefore?: Instant;
  /** Ids, keys or addresses; only these. */
  readonly items?: readonly string[];
  readonly filter?: Filter;
  readonly alreadyMigrated: AlreadyMigrated;
  /** Of the side moved from; the others stay as they are on both sides. Default: all that are mapped. */
  readonly fields?: readonly FieldId[];
}

/** What holds for an item that a migration took up, also when a later run goes on with it. */
export type MigrationTerms = Pick<MigrationRequest, 'from' | 'fields'>;

/** Is the item among those that the request chooses? Pure. */
export function isChosen(request: MigrationRequest, item: Item): boolean {
  const createdAt = Date.parse(item.createdAt);
  if (request.createdAfter !== undefined && createdAt < Date.parse(request.createdAfter)) return false;
  if (request.createdBefore !== undefined && createdAt >= Date.parse(request.createdBefore)) return false;
  if (request.items !== undefined && !request.items.some((name) => isNamed(item, name))) return false;
  return unmetCondition(request.filter, item) === undefined;
}

export type Decision =
  { readonly action: 'create' | 'update' | 'replace' } | { readonly action: 'skip'; readonly reason: string };

/** What becomes of a chosen item. Pure. */
export function decide(request: MigrationRequest, pair: Pair | undefined): Decision {
  if (pair === undefined) return { action: 'create' };
  if (pair.state === 'unlinked') return { action: 'skip', reason: 'the pair was unlinked' };
  if (request.alreadyMigrated === 'skip') return { action: 'skip', reason: 'it has a counterpart already' };
  return { action: request.alreadyMigrated };
}

export function isNamed(item: Item, name: string): boolean {
  const folded = name.trim().toLocaleLowerCase('en');
  return [item.id, item.key, item.url].some((one) => one.toLocaleLowerCase('en') === folded);
}

/** Ids under which a tracker may know what people call an item: as written, and the number that a key or address ends with. */
export function idsOf(name: string): readonly string[] {
  const trimmed = name.trim();
  const number = /(\d{1,18})\/?$/.exec(trimmed)?.[1];
  return number === undefined || number === trimmed ? [trimmed] : [trimmed, number];
}
