import type { RecordedItem } from '@lockstep/engine';
import { sql } from 'kysely';
import { ZipFile } from 'yazl';
import type { Connection, Finding, Integration } from '@lockstep/api';
import type { ConflictEntry } from '../store/conflicts.ts';
import { listConflicts } from '../store/conflicts.ts';
import type { Db } from '../store/database.ts';
import type { SyncEntry } from '../store/syncs.ts';
import { listSyncs } from '../store/syncs.ts';
import type { Subject } from './subject.ts';
import { capturedOf } from './captured.ts';
import { historyOf } from './history.ts';
import { veil, withoutSecrets } from './redact.ts';

/** Of each list; the newest. */
const MOST = 5_000;

export interface SupportParts {
  readonly db: Db;
  readonly version: string;
  readonly findings: readonly Finding[];
  readonly integration: Integration & { readonly id: string };
  readonly connections: readonly Connection[];
  /** Of all connections: whatever else goes wrong, these are in no file. */
  readonly secrets: readonly string[];
  /** Texts of items as they are; else only how long they are and which are the same. */
  readonly withValues: boolean;
}

/** A zip for whoever is to find out what happened. */
export async function supportPackage(parts: SupportParts, subject: Subject): Promise<NodeJS.ReadableStream> {
  const { db, integration } = parts;
  const shown = parts.withValues ? (value: unknown) => value : veil;
  const zip = new ZipFile();
  const add = (name: string, value: unknown): void => {
    const text = `${JSON.stringify(value, null, 2)}\n`;
    zip.addBuffer(Buffer.from(withoutSecrets(text, parts.secrets)), name);
  };
  add('about.json', {
    lockstep: parts.version,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    at: new Date().toISOString(),
    subject: 'run' in subject ? { run: subject.run.id } : { item: subject.item.key },
    values: parts.withValues
      ? 'shown'
      : 'veiled: each text is its length and a mark that is the same for the same text',
    newest: MOST,
  });
  add('installation.json', parts.findings);
  add('integration.json', integration.document);
  add('connections.json', parts.connections);
  if ('run' in subject) add('run.json', subject.run);
  const syncs = await syncsOf(parts, subject);
  add(
    'items.json',
    syncs.map(({ unmet, left, right, ...sync }) => ({
      ...sync,
      ...(left === undefined ? {} : { left: veiledTitle(left, shown) }),
      ...(right === undefined ? {} : { right: veiledTitle(right, shown) }),
      ...(unmet === undefined
        ? {}
        : {
            unmet: unmet.map((one) => ({
              ...one,
              values: one.values.map((it) => ({ ...it, value: shown(it.value) })),
            })),
          }),
      journal: sync.journal.map((one) => ({ ...one, before: shown(one.before), after: shown(one.after) })),
    })),
  );
  add('log.json', await logOf(parts, subject));
  add('parked.json', await parkedOf(db, integration.id, subject));
  const conflicts = await listConflicts(db, { integrationId: integration.id, limit: MOST });
  add(
    'conflicts.json',
    conflicts.filter((one) => concerns(one, subject)).map((one) => veiled(one, shown)),
  );
  add('history.json', await historyOf(db, integration.id));
  const names = parts.connections.map(({ id }) => id);
  add('requests.json', await capturedOf(db, names, subject, parts.withValues));
  zip.end();
  return zip.outputStream;
}

async function syncsOf({ db, integration }: SupportParts, subject: Subject): Promise<readonly SyncEntry[]> {
  const query = { integrationId: integration.id, limit: MOST };
  if ('run' in subject) return listSyncs(db, { ...query, runId: subject.run.id });
  const { left, right } = subject.item;
  const lists = await Promise.all([
    left === undefined ? [] : listSyncs(db, { ...query, item: { side: 'left', id: left } }),
    right === undefined ? [] : listSyncs(db, { ...query, item: { side: 'right', id: right } }),
  ]);
  return [...new Map(lists.flat().map((sync) => [sync.id, sync])).values()].toSorted((a, b) => b.id - a.id);
}

async function logOf({ db, integration }: SupportParts, subject: Subject): Promise<unknown> {
  const where =
    'run' in subject
      ? sql`run_id = ${subject.run.id}`
      : sql`(side = 'left' and item_id = ${subject.item.left ?? null}) or (side = 'right' and item_id = ${subject.item.right ?? null})`;
  const { rows } = await sql`select run_id as run, level, at, text, side, item_key as item from log
    where integration_id = ${integration.id} and (${where}) order by id desc limit ${MOST}`.execute(db);
  return rows;
}

async function parkedOf(db: Db, integrationId: string, subject: Subject): Promise<unknown> {
  const where =
    'run' in subject
      ? sql`true`
      : sql`(side = 'left' and item_id = ${subject.item.left ?? null}) or (side = 'right' and item_id = ${subject.item.right ?? null})`;
  const { rows } =
    await sql`select side, key, kind, reason, remedy, field, attempts, next_try, parked_at from parked
    where integration_id = ${integrationId} and (${where}) order by parked_at desc limit ${MOST}`.execute(db);
  return rows;
}

function veiledTitle(item: RecordedItem, shown: (value: unknown) => unknown): unknown {
  return item.title === undefined ? item : { ...item, title: shown(item.title) };
}

function concerns({ runId, items }: ConflictEntry, subject: Subject): boolean {
  if ('run' in subject) return runId === subject.run.id;
  return items !== null && (items.left.id === subject.item.left || items.right.id === subject.item.right);
}

function veiled({ conflict, ...rest }: ConflictEntry, shown: (value: unknown) => unknown): unknown {
  const { base, left, right, ...known } = conflict;
  return {
    ...rest,
    ...known,
    base: { left: shown(base.left), right: shown(base.right) },
    left: { ...left, value: shown(left.value) },
    right: { ...right, value: shown(right.value) },
  };
}
