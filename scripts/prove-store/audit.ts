import type { Database } from '../../packages/server/src/store/database.ts';
import type { Acknowledged } from './acknowledged.ts';
import { MARKS, marksOf, STEPS } from './work.ts';

/** Keys of pieces of work (or names of cursors) with which something is wrong. */
export interface Findings {
  readonly lost: readonly string[];
  readonly halfCommitted: readonly string[];
  readonly duplicated: readonly string[];
  /** Commits that are there though nobody was told: their answer was lost. */
  readonly untold: readonly string[];
}

/** The table, and its indexes too: a page that was torn apart would make them differ. */
const WAYS = ['enable_seqscan', 'enable_indexscan, enable_indexonlyscan, enable_bitmapscan'];

/** Compares the database with what was acknowledged. Nobody may be writing. */
export async function audit(database: Database, acknowledged: Acknowledged): Promise<Findings> {
  const both: Findings[] = [];
  for (const off of WAYS) both.push(judge(await readMarks(database, off), acknowledged));
  const cursors = await lostCursors(database, acknowledged);
  return {
    lost: [...both.flatMap(({ lost }) => lost), ...cursors],
    halfCommitted: both.flatMap(({ halfCommitted }) => halfCommitted),
    duplicated: both.flatMap(({ duplicated }) => duplicated),
    untold: both.flatMap(({ untold }) => untold),
  };
}

async function readMarks(database: Database, off: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const client = await database.pool.connect();
  try {
    await client.query('begin');
    for (const name of off.split(', ')) await client.query(`set local ${name} = off`);
    const { rows } = await client.query<{ key: string; mark: string }>(MARKS);
    await client.query('commit');
    const marks = new Map<string, string[]>();
    for (const { key, mark } of rows) {
      const known = marks.get(key);
      if (known === undefined) marks.set(key, [mark]);
      else known.push(mark);
    }
    return marks;
  } finally {
    client.release();
  }
}

async function lostCursors(database: Database, { cursors }: Acknowledged): Promise<string[]> {
  const { rows } = await database.pool.query<{ integration_id: string; since: string }>(
    `select integration_id, since from cursor where side = 'left'`,
  );
  const stored = new Map(rows.map((it) => [it.integration_id, it.since]));
  return [...cursors].flatMap(([name, since]) =>
    (stored.get(name) ?? '') < since ? [`cursor of ${name}`] : [],
  );
}

export function judge(
  marks: ReadonlyMap<string, readonly string[]>,
  { steps }: Pick<Acknowledged, 'steps'>,
): Findings {
  const lost: string[] = [];
  const halfCommitted: string[] = [];
  const duplicated: string[] = [];
  const untold: string[] = [];
  for (const key of new Set([...marks.keys(), ...steps.keys()])) {
    const told = steps.get(key) ?? 0;
    const found = marks.get(key) ?? [];
    const there = ([0, ...STEPS] as const).find((step) => marksOf(key, step).some((it) => same(it, found)));
    if (there === undefined) (hasTwice(found) ? duplicated : halfCommitted).push(key);
    else if (there < told) lost.push(key);
    else if (there > told) untold.push(key);
  }
  return { lost, halfCommitted, duplicated, untold };
}

function same(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  const sorted = other.toSorted();
  return one.toSorted().every((mark, index) => mark === sorted[index]);
}

/** No two rows of one piece have the same mark. */
function hasTwice(marks: readonly string[]): boolean {
  return new Set(marks).size < marks.length;
}
