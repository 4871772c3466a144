import type { IntegrationConfiguration } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Db } from '../store/database.ts';
import type { Place } from './role.ts';

/** Where things are: in which group of integrations. Undefined: there is no such thing. */
export class Places {
  private readonly db: Db;
  constructor(db: Db) {
    this.db = db;
  }

  /** Of the integration that a route's path names, as itself or by what belongs to it; else the installation. */
  async of(template: string, parameter: (name: string) => string): Promise<Place | undefined> {
    const [, kind, named] = /^\/api\/(\w+)\/:(\w+)/.exec(template) ?? [];
    if (named === undefined) return 'installation';
    const value = parameter(named);
    switch (kind) {
      case 'integrations':
        return this.place(sql`select configuration from integration where name = ${value}`);
      case 'runs':
        return this.place(sql`select configuration from run
          join integration on integration.id = run.integration_id where run.id = ${value}`);
      case 'migrations':
        return this.place(sql`select configuration from migration
          join integration on integration.id = migration.integration_id where migration.id = ${value}`);
      default:
        return 'installation';
    }
  }

  private async place(query: ReturnType<typeof sql>): Promise<Place | undefined> {
    const { rows } = (await query.execute(this.db)) as {
      rows: { readonly configuration: IntegrationConfiguration }[];
    };
    return rows[0] && { group: rows[0].configuration.group ?? null };
  }
}
