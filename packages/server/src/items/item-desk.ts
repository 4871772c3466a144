import type { DroppedWish, HistoryEntry, KnownItem, Sync } from '@lockstep/api';
import type { z } from '@hono/zod-openapi';
import type { SyncQuery as SyncQuerySchema } from '@lockstep/api';
import type { Side } from '@lockstep/engine';
import { SIDES } from '@lockstep/engine';
import { listConflicts } from '../store/conflicts.ts';
import type { Db } from '../store/database.ts';
import { readDropped } from '../store/dropped-wishes.ts';
import type { IntegrationEntry } from '../store/integrations.ts';
import { readPairs } from '../store/pairs.ts';
import { readParked } from '../store/parked.ts';
import { findRecorded, findRecordedNames } from '../store/recorded-items.ts';
import type { RecordedNames } from '../store/recorded-items.ts';
import { listSyncs } from '../store/syncs.ts';
import type { SyncEntry, SyncQuery } from '../store/syncs.ts';
import { folded } from '../store/text.ts';
import { actionsOf } from '../recovery/known-items.ts';
import { answersTo, namesOf } from './item-name.ts';
import { shownConflict, shownItems, shownSync } from './shown.ts';
import type { Vocabulary } from './vocabulary.ts';

type Query = Omit<z.output<typeof SyncQuerySchema>, 'before'> & { readonly before?: number };

/** An item of a known integration. */
export interface LocatedItem {
  readonly side: Side;
  readonly id: string;
  readonly key: string;
}

/** Wishes of one item that are told. */
const MOST_DROPPED = 50;

/** What runs have recorded of items, as people look for it. */
export class ItemDesk {
  private readonly parts: {
    readonly db: Db;
    readonly vocabulary: Vocabulary;
  };
  constructor(parts: ItemDesk['parts']) {
    this.parts = parts;
  }

  /** Newest first: of each item the newest record, or all of one run. */
  async list(entry: IntegrationEntry, query: Query): Promise<Sync[]> {
    const schemas = await this.parts.vocabulary.of(entry);
    const { outcome, run, type, side, before, limit, text, since, until } = query;
    const wanted: SyncQuery = {
      integrationId: entry.id,
      limit,
      ...(run === undefined ? { latest: true } : { runId: run }),
      ...(outcome === undefined ? {} : outcome === 'failed' ? { failed: true } : { outcome }),
      ...(type === undefined ? {} : { types: typeIds(type, schemas) }),
      ...(text === undefined ? {} : { text }),
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      ...(side === undefined ? {} : { origin: side }),
      ...(before === undefined ? {} : { before }),
    };
    const records = await listSyncs(this.parts.db, wanted);
    const items = records.flatMap((one) => {
      const id = one[one.origin]?.id;
      return id === undefined ? [] : [{ side: one.origin, id }];
    });
    const actions = await actionsOf(this.parts.db, entry.id, items);
    return records.map((one) => ({
      ...shownSync(one, schemas),
      actions: actions.get(`${one.origin}:${one[one.origin]?.id}`) ?? [],
    }));
  }

  /** Of these integrations those in which an item is called so, by what their runs have recorded. */
  async find(item: string, among: readonly IntegrationEntry[]): Promise<KnownItem[]> {
    const names = namesOf(item);
    const recorded = await findRecorded(this.parts.db, names);
    const entries = new Map(among.map((one) => [one.id, one]));
    const found: KnownItem[] = [];
    for (const record of recorded) {
      const entry = entries.get(record.integrationId);
      const side = SIDES.find((of) => {
        const one = record[of];
        return one !== undefined && answersTo(one, names);
      });
      if (entry !== undefined && side !== undefined) found.push(await this.known(entry, side, record));
    }
    return found;
  }

  /** Of each name the items of this integration that are called so, by what its runs have recorded; one statement for all. */
  async locate(names: readonly string[], { id }: IntegrationEntry): Promise<readonly LocatedItem[][]> {
    const read = names.map(namesOf);
    const recorded = await findRecordedNames(this.parts.db, id, {
      ids: [...new Set(read.flatMap(({ ids }) => ids))],
      keys: [...new Set(read.flatMap(({ keys }) => keys))],
    });
    const places = new Map<string, RecordedNames[]>();
    for (const record of recorded)
      for (const place of placesOf(record)) places.set(place, [...(places.get(place) ?? []), record]);
    return read.map((one) => {
      const asked = [...one.ids.map((its) => `id ${its}`), ...one.keys.map((key) => `key ${key}`)];
      const candidates = new Set(asked.flatMap((place) => places.get(place) ?? []));
      return [...candidates].flatMap((record) => {
        const side = SIDES.find((of) => {
          const item = record[of];
          return item !== null && answersTo(item, one);
        });
        const item = side === undefined ? null : record[side];
        return side === undefined || item === null ? [] : [{ side, id: item.id, key: item.key }];
      });
    });
  }

  /** Newest first: what each run did to an item and to its counterpart, with the conflicts that it recorded. */
  async history(
    entry: IntegrationEntry,
    { side, id }: { readonly side: Side; readonly id: string },
    query: { readonly before?: number; readonly limit: number },
  ): Promise<HistoryEntry[]> {
    const { db } = this.parts;
    const pair = (await readPairs(db, entry.id, side, [id])).get(id);
    const schemas = await this.parts.vocabulary.of(entry);
    const records = await listSyncs(db, {
      integrationId: entry.id,
      pair: pair === undefined ? { [side]: id } : { left: pair.left.id, right: pair.right.id },
      ...query,
    });
    const runs = [...new Set(records.map(({ runId }) => runId))];
    const conflicts =
      pair === undefined || runs.length === 0
        ? []
        : await listConflicts(db, { integrationId: entry.id, pairId: pair.id, runs, limit: 500 });
    const told = new Set<string>();
    return records.map((record) => {
      const isFirst = !told.has(record.runId);
      told.add(record.runId);
      const its = isFirst ? conflicts.filter(({ runId }) => runId === record.runId) : [];
      return { ...shownSync(record, schemas), conflicts: its.map(shownConflict) };
    });
  }

  /** What people asked for of an item or its counterpart, and a pause took; newest first. */
  async dropped(
    entry: IntegrationEntry,
    { side, id }: { readonly side: Side; readonly id: string },
  ): Promise<DroppedWish[]> {
    const { db } = this.parts;
    const pair = (await readPairs(db, entry.id, side, [id])).get(id);
    const items = pair === undefined ? { [side]: id } : { left: pair.left.id, right: pair.right.id };
    return [...(await readDropped(db, entry.id, items, MOST_DROPPED))];
  }

  private async known(entry: IntegrationEntry, side: Side, record: SyncEntry): Promise<KnownItem> {
    const { db } = this.parts;
    const id = record[side]?.id ?? '';
    const pair = (await readPairs(db, entry.id, side, [id])).get(id);
    const parked = await Promise.all(
      SIDES.map(async (of) => {
        const its = pair?.[of].id ?? record[of]?.id;
        return its === undefined ? [] : [...(await readParked(db, entry.id, of, [its])).values()];
      }),
    );
    const schemas = await this.parts.vocabulary.of(entry);
    return {
      integration: entry.configuration.name,
      side,
      id,
      ...shownItems(record, schemas),
      ...(pair === undefined ? {} : { pair: pair.state }),
      outcome: record.outcome,
      at: record.at,
      parked: parked.flat().map((one) => ({ ...one })),
    };
  }
}

/** Under what a record is found: as the statement that read it compares. */
function placesOf(record: RecordedNames): string[] {
  return SIDES.flatMap((side) => {
    const item = record[side];
    if (item === null) return [];
    return [...new Set([`id ${item.id}`, `key ${folded(item.key)}`, `key ${item.key.toLowerCase()}`])];
  });
}

/** Of both sides; what no type is called is looked for as an id. */
function typeIds(text: string, schemas: Awaited<ReturnType<Vocabulary['of']>>): readonly string[] {
  const wanted = text.toLocaleLowerCase('en');
  const named = SIDES.flatMap((side) => schemas[side]?.types ?? [])
    .filter(({ title }) => title.toLocaleLowerCase('en') === wanted)
    .map(({ id }) => id);
  return [...new Set([text, ...named])];
}
