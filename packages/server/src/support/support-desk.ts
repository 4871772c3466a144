import { sql } from 'kysely';
import type { Finding, Integration } from '@lockstep/api';
import type { ConnectionDesk } from '../integrations/connections.ts';
import type { IntegrationDesk } from '../integrations/integrations.ts';
import { Refusal } from '../integrations/refusal.ts';
import type { Connections } from '../store/connections.ts';
import type { Db } from '../store/database.ts';
import type { Runs } from '../store/runs.ts';
import { SHORTEST_SECRET } from './redact.ts';
import type { Subject } from './subject.ts';
import { supportPackage } from './support-package.ts';

/** Finds what a support package is about, and what must not be in it. */
export class SupportDesk {
  private readonly parts: {
    readonly db: Db;
    readonly version: string;
    readonly installation: () => Promise<Finding[]>;
    readonly runs: Runs;
    readonly integrations: IntegrationDesk;
    readonly connections: ConnectionDesk;
    readonly store: Connections;
  };
  constructor(parts: SupportDesk['parts']) {
    this.parts = parts;
  }

  /** `about`: the id of a run, or the key or address of an item on either side. */
  async package(about: string, withValues: boolean): Promise<NodeJS.ReadableStream> {
    const { db, version } = this.parts;
    const { integration, subject } = await this.find(about);
    const { left, right } = integration.document as Readonly<
      Record<'left' | 'right', { connection: string }>
    >;
    const used = [left.connection, right.connection];
    const all = await this.parts.connections.list();
    return supportPackage(
      {
        db,
        version,
        findings: await this.parts.installation(),
        integration,
        connections: all.filter(({ name }) => used.includes(name)),
        secrets: await this.secrets(all.map(({ name }) => name)),
        withValues,
      },
      subject,
    );
  }

  private async find(about: string): Promise<{ integration: Integration; subject: Subject }> {
    const run = await this.parts.runs.get(about);
    const item = run === undefined ? await this.item(about) : undefined;
    const id = run?.integrationId ?? item?.integration;
    const integration = (await this.parts.integrations.list()).find((one) => one.id === id);
    if (integration === undefined)
      throw new Refusal(
        404,
        'unknown-subject',
        `there is no run and no synced item “${about}”`,
        'Give the id of a run (`lockstep runs NAME`), or the key or address of an item that a run has looked at.',
      );
    if (run !== undefined) return { integration, subject: { run } };
    const { left, right } = item ?? {};
    return {
      integration,
      subject: { item: { key: about, ...(left ? { left } : {}), ...(right ? { right } : {}) } },
    };
  }

  private async item(about: string) {
    const { rows } = await sql<{ integration: string; left: string | null; right: string | null }>`
      select integration_id as integration, left_id as left, right_id as right from sync
      where ${about} in (left_key, right_key, left_url, right_url) order by id desc limit 1`.execute(
      this.parts.db,
    );
    return rows[0];
  }

  private async secrets(names: readonly string[]): Promise<readonly string[]> {
    const all: string[] = [];
    for (const name of names) all.push(...Object.values((await this.parts.store.secrets(name)) ?? {}));
    return all.filter((one) => one.length >= SHORTEST_SECRET);
  }
}
