import { sql } from 'kysely';
import type { RequestBudget } from '@lockstep/api';
import type { Keyring } from '../secrets/keyring.ts';
import type { Db, Trx } from './database.ts';
import { json } from './text.ts';
import { inTransaction } from './transaction.ts';

export type SecretValues = Readonly<Record<string, string>>;

/** A connection as it may be shown: of its secrets only the names. */
export interface ConnectionEntry {
  readonly id: string;
  readonly name: string;
  readonly connector: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly secretNames: readonly string[];
  readonly budget: RequestBudget | null;
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ConnectionInput {
  readonly id: string;
  readonly name: string;
  readonly connector: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Absent: the standard one. */
  readonly budget?: RequestBudget | undefined;
  /** All secrets; absent keeps those stored. */
  readonly secrets?: SecretValues;
}

const columns = sql.raw(`id, name, connector, config, secret_names as "secretNames", budget, revision,
  created_at as "createdAt", updated_at as "updatedAt"`);

export class Connections {
  private readonly db: Db;
  private readonly keyring: Keyring;
  constructor(options: { readonly db: Db; readonly keyring: Keyring }) {
    this.db = options.db;
    this.keyring = options.keyring;
  }

  /** The same, inside a transaction. */
  within(trx: Trx): Connections {
    return new Connections({ db: trx, keyring: this.keyring });
  }

  /**
   * Makes or changes a connection. With `revision` only if nobody changed it since: undefined then. A taken name violates the unique key `connection_name_key`.
   */
  save(input: ConnectionInput, revision?: number): Promise<ConnectionEntry | undefined> {
    const sealed =
      input.secrets === undefined ? null : this.keyring.seal(JSON.stringify(input.secrets), input.id);
    const names = Object.keys(input.secrets ?? {}).sort();
    return inTransaction(this.db, async (trx) => {
      if (sealed !== null) await this.keyring.assertCurrent(trx);
      const { rows } = await sql<ConnectionEntry>`
        insert into connection (id, name, connector, config, budget, secrets, secret_names)
        values (${input.id}, ${input.name}, ${input.connector}, ${json(input.config)},
          ${input.budget === undefined ? null : json(input.budget)}, ${sealed}, ${names}::text[])
        on conflict (id) do update set name = excluded.name, connector = excluded.connector, config = excluded.config,
          budget = excluded.budget, secrets = coalesce(excluded.secrets, connection.secrets),
          secret_names = case when excluded.secrets is null then connection.secret_names else excluded.secret_names end,
          revision = connection.revision + 1, updated_at = now()
          where ${revision ?? null}::integer is null or connection.revision = ${revision ?? null}
        returning ${columns}`.execute(trx);
      return rows[0];
    });
  }

  /** The only way to the secrets. Never log nor return them to a browser. */
  async secrets(id: string): Promise<SecretValues | undefined> {
    const { rows } = await sql<{
      secrets: string | null;
    }>`select secrets from connection where id = ${id}`.execute(this.db);
    if (rows[0] === undefined) return undefined;
    return rows[0].secrets === null
      ? {}
      : (JSON.parse(this.keyring.open(rows[0].secrets, id)) as SecretValues);
  }

  /** With `lock`, inside a transaction: nobody else changes it before that ends. */
  async get(id: string, options: { readonly lock?: boolean } = {}): Promise<ConnectionEntry | undefined> {
    const { rows } = await sql<ConnectionEntry>`select ${columns} from connection where id = ${id}
      ${options.lock === true ? sql`for update` : sql``}`.execute(this.db);
    return rows[0];
  }

  /** By name, behind the name `after`. */
  async list(query: {
    readonly after?: string;
    readonly limit: number;
  }): Promise<readonly ConnectionEntry[]> {
    const { rows } = await sql<ConnectionEntry>`select ${columns} from connection
      where name > ${query.after ?? ''} order by name limit ${query.limit}`.execute(this.db);
    return rows;
  }

  /** `used`: an integration needs it, and it stays. */
  async remove(id: string): Promise<'removed' | 'absent' | 'used'> {
    const { rows } = await sql`delete from connection where id = ${id} and not exists
      (select 1 from integration where left_connection = ${id} or right_connection = ${id}) returning 1`.execute(
      this.db,
    );
    if (rows.length > 0) return 'removed';
    return (await this.get(id)) === undefined ? 'absent' : 'used';
  }
}
