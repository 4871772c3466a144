import { silent } from '../postgres/log.ts';
import { Keyring } from '../secrets/keyring.ts';
import { Connections } from '../store/connections.ts';
import { connectDatabase, type Database, type Db } from '../store/database.ts';
import { Integrations } from '../store/integrations.ts';
import { migrate } from '../store/migrate.ts';
import { PgStore } from '../store/pg-store.ts';
import { Runs } from '../store/runs.ts';

/** For `useTestDatabase`: a template with the schema. */
export async function migrated(url: string): Promise<void> {
  const database = await connectDatabase({ url, log: silent });
  await migrate(database.db, silent).finally(() => database.close());
}

export const connect = (url: string, max = 10): Promise<Database> =>
  connectDatabase({ url, log: silent, max });

/** Two connections and an integration `int`. */
export async function withIntegration(db: Db, id = 'int'): Promise<void> {
  const connections = new Connections({ db, keyring: new Keyring(Buffer.alloc(32)) });
  for (const name of ['a', 'b']) await connections.save({ id: name, name, connector: 'memory', config: {} });
  await new Integrations(db).save(id, {
    name: id,
    left: { connection: 'a', scope: {} },
    right: { connection: 'b', scope: {} },
    types: [],
    interval: 60,
  });
}

/** A run that holds the lease, and its store. */
export async function beginRun(db: Db, runId: string, integrationId = 'int', ttl = 60_000): Promise<PgStore> {
  const begun = await new Runs(db).begin({
    id: runId,
    integrationId,
    trigger: 'manual',
    holder: 'test',
    ttl,
  });
  if (!begun) throw new Error(`run ${runId} did not get the lease`);
  return new PgStore({ db, integrationId, runId });
}
