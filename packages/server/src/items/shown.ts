import type { Conflict, Sync, SyncedItem } from '@lockstep/api';
import type { Both, RecordedItem, Side } from '@lockstep/engine';
import { SIDES } from '@lockstep/engine';
import type { Schema } from '@lockstep/sdk';
import { inWords, wordsOf } from '../jobs/plan-words.ts';
import type { ConflictEntry } from '../store/conflicts.ts';
import type { SyncEntry } from '../store/syncs.ts';

/** Who made a change of which no tracker told by whom. */
const NOBODY_ELSE = 'Lockstep';

type Schemas = Partial<Both<Schema>>;

/** A record as people read it, in the words of the trackers as far as those are known. */
export function shownSync(entry: SyncEntry, schemas: Schemas): Sync {
  const { id, runId, journal, unmet = [], failed = false, left, right, ...rest } = entry;
  const words = inWords({ fields: journal }, schemas);
  return plain({
    ...rest,
    id: String(id),
    run: runId,
    ...shownItems({ left, right }, schemas),
    changes: words.map((change, index) => ({ ...change, by: journal[index]?.by ?? NOBODY_ELSE })),
    failed,
    unmet: unmet.map((one) => ({
      ...one,
      values: one.values.map(({ field, value }) => {
        const { title, words: told } = wordsOf(schemas, one.side, field);
        return { field, title, value, words: told(value) };
      }),
    })),
  });
}

/** The two items with the titles of their types. */
export function shownItems(
  items: { readonly [Of in Side]?: RecordedItem | undefined },
  schemas: Schemas,
): Partial<Both<SyncedItem>> {
  return Object.fromEntries(
    SIDES.flatMap((side) => {
      const item = items[side];
      if (item === undefined) return [];
      const type = schemas[side]?.types.find(({ id }) => id === item.type)?.title ?? item.type;
      return [[side, { ...item, ...(type === undefined ? {} : { type }) }]];
    }),
  );
}

export function shownConflict({ conflict, runId, recordedAt, items, ...end }: ConflictEntry): Conflict {
  const { pairId: _, ...rest } = conflict;
  return plain({
    ...rest,
    run: runId,
    recordedAt,
    ...(end.resolvedAt === null ? {} : { resolvedAt: end.resolvedAt }),
    ...(end.resolvedBy === null ? {} : { resolvedBy: end.resolvedBy }),
    ...(end.refused === null ? {} : { refused: end.refused }),
    ...(items === null ? {} : { items }),
  });
}

/** Values of items are read-only; answers are plain data. */
function plain<T>(value: unknown): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
