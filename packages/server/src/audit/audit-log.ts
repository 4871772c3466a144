import { sql } from 'kysely';
import { DatabaseError } from 'pg';
import type { Db, Trx } from '../store/database.ts';
import { clean, json, orNull } from '../store/text.ts';
import { inTransaction } from '../store/transaction.ts';
import { differences, type Difference } from './differences.ts';

export interface Subject {
  /** `connection`, `integration`, `user`, `token`, … */
  readonly kind: string;
  readonly name: string;
}

/** A change of configuration, as whoever makes it tells of it. */
export interface Change {
  readonly who: string;
  /** In the past: created, changed, deleted, enabled, … */
  readonly action: string;
  readonly subject: Subject;
  /** As people see it; absent: it was not there. */
  readonly before?: unknown;
  /** Absent: it is gone. */
  readonly after?: unknown;
  /** Names of secrets that were set, changed or removed: never their values. */
  readonly secrets?: readonly string[];
  /** In the words of whoever did it. */
  readonly note?: string | undefined;
}

export interface AuditEntry {
  readonly id: number;
  readonly at: string;
  readonly who: string;
  readonly action: string;
  readonly subject: Subject;
  readonly note?: string;
  readonly changes: readonly Difference[];
}

const ATTEMPTS = 4;

/** How the actions begin of records that tell of a wish: it changes no configuration. */
export const ASKED_FOR = 'asked for ';

/** Called inside the transaction of the change: what it writes is there if and only if the change is. */
export type AuditListener = (entry: AuditEntry, trx: Trx) => Promise<void> | void;

export interface AuditQuery {
  readonly who?: string | undefined;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  /** Instants: from here on, and before there. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

interface Row extends Omit<AuditEntry, 'subject' | 'note'> {
  readonly kind: string;
  readonly name: string;
  readonly note: string | null;
}

const columns = sql.raw('id, at, who, action, kind, name, note, changes');

/** Who changed what of the configuration, and when. Entries are added, never changed. */
export class AuditLog {
  private readonly db: Db;
  private readonly listeners: AuditListener[] = [];

  constructor(db: Db) {
    this.db = db;
  }

  subscribe(listener: AuditListener): void {
    this.listeners.push(listener);
  }

  /**
   * One transaction for a change and its records: hand `trx` to both. `work` is done anew where the database ended it for
   * another's sake, so it does nothing outside of it.
   */
  async during<T>(work: (trx: Trx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await inTransaction(this.db, work);
      } catch (error) {
        // PostgreSQL ended one of two changes that waited for each other, and undid all of it.
        const isVictim = error instanceof DatabaseError && error.code === '40P01';
        if (!isVictim || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** Give the transaction of the change, so that there is neither without the other. */
  record(change: Change, trx: Db | Trx = this.db): Promise<AuditEntry> {
    const changes = [
      ...differences(change.before, change.after),
      ...(change.secrets ?? []).map((name) => ({ path: ['secrets', name], secret: true as const })),
    ];
    return inTransaction(trx, async (within) => {
      const { kind, name } = change.subject;
      const { rows } = await sql<Row>`
        insert into audit (who, action, kind, name, note, changes)
        values (${clean(change.who)}, ${change.action}, ${kind}, ${clean(name)}, ${orNull(change.note || undefined)},
          ${json(changes)})
        returning ${columns}`.execute(within);
      const [row] = rows;
      if (row === undefined) throw new Error('the audit log took no entry');
      const entry = shown(row);
      for (const listener of this.listeners) await listener(entry, within);
      return entry;
    });
  }

  /** Newest first. */
  async list(query: AuditQuery): Promise<readonly AuditEntry[]> {
    const { who, kind, name, since, until, before } = query;
    const { rows } = await sql<Row>`select ${columns} from audit where true
      ${who === undefined ? sql`` : sql`and who = ${who}`}
      ${kind === undefined ? sql`` : sql`and kind = ${kind}`}
      ${name === undefined ? sql`` : sql`and name = ${name}`}
      ${since === undefined ? sql`` : sql`and at >= ${since}::timestamptz`}
      ${until === undefined ? sql`` : sql`and at < ${until}::timestamptz`}
      ${before === undefined ? sql`` : sql`and id < ${before}`}
      order by id desc limit ${query.limit}`.execute(this.db);
    return rows.map(shown);
  }
}

function shown({ kind, name, note, ...row }: Row): AuditEntry {
  return { ...row, subject: { kind, name }, ...(note === null ? {} : { note }) };
}
