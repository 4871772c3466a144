import { realpath } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { silent } from '../../packages/server/src/postgres/log.ts';
import { openKeyring } from '../../packages/server/src/secrets/keyring.ts';
import { connectDatabase, type Database } from '../../packages/server/src/store/database.ts';
import { migrate } from '../../packages/server/src/store/migrate.ts';
import { withIntegration } from '../../packages/server/src/testing/store.ts';
import { Acknowledged } from './acknowledged.ts';
import { audit } from './audit.ts';
import { killAll } from './database-processes.ts';
import { WriterProcess } from './writer-process.ts';

const INTEGRATIONS = [
  ['one', 'two'],
  ['three', 'four'],
] as const;
const LANES = 3;
const PATIENCE = 60_000;

export interface TrialOptions {
  readonly dataFolder: string;
  /** Beyond the product's own: a control takes something away. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A control: the writers say too early that something is committed. */
  readonly early?: boolean;
}

/** The settings on which durability rests, as the server that the product starts gives them. */
export type Settings = Readonly<Record<string, string>>;
const SETTINGS = ['fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'wal_sync_method'];

export interface Figures {
  readonly acknowledged: number;
  /** Acknowledged, and not there at the next start. */
  readonly lost: number;
  /** There in part. */
  readonly halfCommitted: number;
  readonly duplicated: number;
  /** There, though the death came before the answer. */
  readonly untold: number;
}

/** One store in one data folder: started by two servers at once, written by both, killed, and counted after each start. */
export class Trial {
  readonly lost = new Set<string>();
  readonly halfCommitted = new Set<string>();
  readonly duplicated = new Set<string>();
  readonly untold = new Set<string>();
  /** Starts by two servers at once, and how many of them were refused, as they have to be. */
  starts = 0;
  refused = 0;
  settings: Settings = {};
  private readonly options: TrialOptions;
  private readonly acknowledged = new Acknowledged();
  private writers: readonly WriterProcess[] = [];
  private database: Database | undefined;
  private url = '';

  constructor(options: TrialOptions) {
    this.options = options;
  }

  get count(): number {
    return this.acknowledged.count;
  }
  get faults(): number {
    return this.lost.size + this.halfCommitted.size + this.duplicated.size;
  }
  get pids(): readonly number[] {
    return this.writers.map(({ pid }) => pid);
  }

  figures(): Figures {
    return {
      acknowledged: this.count,
      lost: this.lost.size,
      halfCommitted: this.halfCommitted.size,
      duplicated: this.duplicated.size,
      untold: this.untold.size,
    };
  }

  /** As the system names it. */
  async folder(): Promise<string> {
    return realpath(this.options.dataFolder);
  }

  /** Only begins to start, for a death at that. */
  begin(): void {
    this.writers = [this.spawn()];
  }

  /** Starts two servers at the same moment, of which one has to be refused, and counts what is there. */
  async start(): Promise<void> {
    const [one, other] = [this.spawn(), this.spawn()];
    this.writers = [one, other];
    const firsts = await Promise.all([one.first, other.first]);
    const serving = firsts.flatMap((it) => ('serves' in it ? [it.serves] : []));
    const refused = firsts.flatMap((it) => ('refused' in it ? [it.refused] : []));
    const [server] = serving;
    if (server === undefined || serving.length !== 1 || refused[0]?.code !== 'folder-in-use')
      throw new Error(`of two servers one has to start and one to be refused: ${describe(refused)}`);
    this.starts += 1;
    this.refused += 1;
    this.url = server.url;
    this.database = await connectDatabase({ url: server.url, log: silent, max: 2 });
    await migrate(this.database.db, silent);
    await openKeyring({ db: this.database.db, dataFolder: this.options.dataFolder });
    if (this.starts === 1) await this.prepare(this.database);
    const found = await audit(this.database, this.acknowledged);
    for (const kind of ['lost', 'halfCommitted', 'duplicated', 'untold'] as const)
      for (const key of found[kind]) this[kind].add(key);
  }

  /** Both write from here on; returns when the first commits are acknowledged. */
  async write(): Promise<void> {
    const count = this.count;
    for (const [index, writer] of this.writers.entries())
      writer.write({
        url: this.url,
        integrations: INTEGRATIONS[index] ?? [],
        lanes: LANES,
        life: `${this.starts}`,
        early: this.options.early ?? false,
      });
    await until(() => (this.count > count ? undefined : 'nothing was committed'));
  }

  /** Waits until every integration is at work, so that a death behind it ends a run of each. */
  async isAtWork(): Promise<void> {
    await this.untilAll('is not at work', (name) => this.runsOf(name).length > 0);
  }

  /** Waits until every integration is at work again after a death, in a run behind those of which it was told before. */
  async goesOn(): Promise<void> {
    const before = new Map<string, number>(
      INTEGRATIONS.flat().map((name) => [name, this.runsOf(name).length]),
    );
    await this.untilAll('is not at work again', (name) => this.runsOf(name).length > (before.get(name) ?? 0));
  }

  /** The runs of this life that have told of a commit. */
  private runsOf(integration: string): readonly string[] {
    const runs = [...(this.acknowledged.runs.get(integration) ?? [])];
    return runs.filter((run) => run.startsWith(`${this.starts}.`));
  }

  private untilAll(otherwise: string, isSo: (integration: string) => boolean): Promise<void> {
    return until(() => {
      const name = INTEGRATIONS.flat().find((one) => !isSo(one));
      return name && `integration ${name} ${otherwise}`;
    });
  }

  /** Asks the database to bring its pages to the disk; the death may come in between. */
  checkpoint(): void {
    this.database?.pool.query('checkpoint').catch(() => undefined);
  }

  /** `kill -9` for both writers, one of which is the server that watches over the database. */
  async killWriters(): Promise<void> {
    await Promise.all(this.writers.map((writer) => writer.kill()));
    this.writers = [];
    await this.database?.close();
    this.database = undefined;
  }

  /** Nothing of it runs when this returns. */
  async killEverything(): Promise<void> {
    await this.killWriters();
    // The first death can be so early that there is no folder yet.
    const folder = await this.folder().catch(() => undefined);
    if (folder !== undefined) await killAll(folder);
  }

  /** A clean end. */
  async stop(): Promise<void> {
    await this.database?.close();
    this.database = undefined;
    await Promise.all(this.writers.map((writer) => writer.end()));
    this.writers = [];
  }

  private spawn(): WriterProcess {
    const { dataFolder, settings = {} } = this.options;
    return new WriterProcess(dataFolder, settings, (line) => this.acknowledged.take(line));
  }

  private async prepare({ db, pool }: Database): Promise<void> {
    for (const name of INTEGRATIONS.flat()) await withIntegration(db, name);
    const { rows } = await pool.query<{ name: string; value: string }>(
      'select name, setting as value from pg_settings where name = any($1)',
      [SETTINGS],
    );
    this.settings = Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  }
}

/** Waits until nothing is left to wait for, which is told when it takes too long. */
async function until(waitsFor: () => string | undefined): Promise<void> {
  const end = Date.now() + PATIENCE;
  for (let what = waitsFor(); what !== undefined; what = waitsFor()) {
    if (Date.now() > end) throw new Error(`${what} after ${PATIENCE / 1000} seconds`);
    await delay(5);
  }
}

function describe(refused: readonly { readonly code: string; readonly message: string }[]): string {
  if (refused.length === 0) return 'both started';
  return refused.map(({ code, message }) => `${code}: ${message}`).join(' | ');
}
