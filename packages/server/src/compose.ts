import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { VERSION } from '@lockstep/api';
import { connectors as builtIn } from '@lockstep/connectors';
import type { ConnectorDefinition } from '@lockstep/sdk';
import { sql } from 'kysely';
import { pino } from 'pino';
import { z } from 'zod';
import { Oidc } from './access/oidc.ts';
import type { OidcSettings } from './access/oidc-settings.ts';
import { Places } from './access/places.ts';
import { ensureAdministrator, FIRST_LOGIN, forgetFirstPassword } from './access/first-administrator.ts';
import { Sessions } from './access/sessions.ts';
import { SignInLimit } from './access/sign-in-limit.ts';
import { SignInDesk } from './access/sign-in.ts';
import { Tokens } from './access/tokens.ts';
import { Users } from './access/users.ts';
import { AuditLog } from './audit/audit-log.ts';
import { Capture } from './capture/capture.ts';
import { CaptureDesk } from './capture/capture-desk.ts';
import { CapturedRequests } from './capture/captured-requests.ts';
import { Auditor } from './drift/auditor.ts';
import { DriftDesk } from './drift/desk.ts';
import { createApp } from './http/app.ts';
import { listen } from './http/listen.ts';
import { openToken } from './http/token.ts';
import { inspectInstallation } from './installation.ts';
import { Trackers } from './integrations/connect.ts';
import { Budgets } from './integrations/budgets.ts';
import { ConfigurationDesk } from './integrations/configuration-desk.ts';
import { ConnectionDesk } from './integrations/connections.ts';
import { IntegrationDesk } from './integrations/integrations.ts';
import type { Profile } from './integrations/profile.ts';
import { Sides } from './integrations/sides.ts';
import { ItemDesk } from './items/item-desk.ts';
import { Vocabulary } from './items/vocabulary.ts';
import { estimateResume } from './jobs/estimate-resume.ts';
import { LiveRuns } from './jobs/live-runs.ts';
import { planRun } from './jobs/plan-run.ts';
import { RunQueue } from './jobs/queue.ts';
import { Runner } from './jobs/runner.ts';
import { MigrationDesk } from './migrations/desk.ts';
import { Migrator } from './migrations/migrator.ts';
import { Metrics } from './metrics/metrics.ts';
import { openNotifications } from './notifications/open.ts';
import { pruneMessages } from './notifications/outbox.ts';
import { startEmbeddedPostgres } from './postgres/embedded.ts';
import type { Log } from './postgres/log.ts';
import { makeFolder } from './postgres/make-folder.ts';
import { toStartupError } from './postgres/startup-error.ts';
import { ScriptDesk } from './scripts/desk.ts';
import { ScriptLibrary } from './scripts/library.ts';
import { Scripts } from './scripts/scripts.ts';
import { RecoveryDesk } from './recovery/desk.ts';
import { openKeyring } from './secrets/keyring.ts';
import { Connections } from './store/connections.ts';
import { connectDatabase, type Db } from './store/database.ts';
import { DriftAudits } from './store/drift-audits.ts';
import { Integrations } from './store/integrations.ts';
import { Leases } from './store/leases.ts';
import { migrate } from './store/migrate.ts';
import { MigrationRecords } from './store/migration-records.ts';
import { Runs } from './store/runs.ts';
import { type ScheduleMode, Turns } from './store/turns.ts';
import { Keeper } from './retention/keeper.ts';
import { AUDIT_RETENTION, pruneAudit, pruneDropped, type AuditRetention } from './retention/prune-audit.ts';
import { pruneRuns, RETENTION, type Retention } from './retention/prune-runs.ts';
import { SupportDesk } from './support/support-desk.ts';
import { SuggestionDesk } from './mapping/suggestion-desk.ts';
import { TypeMappingDesk } from './mapping/type-mapping-desk.ts';
import { WhyDesk } from './why/why-desk.ts';

export interface ServerOptions {
  /** Key, token and, without `databaseUrl`, the embedded PostgreSQL. Made if missing. */
  readonly dataFolder: string;
  /** Any PostgreSQL from 15 on, in place of the embedded one. */
  readonly databaseUrl?: string | undefined;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 7400; 0 takes a free one. */
  readonly port?: number;
  /** Names besides this machine's own by which a server on loopback may be called, by a proxy say. */
  readonly allowedHosts?: readonly string[];
  /** Where people reach it, through a proxy say: cookies are secure if it is https, and its host is allowed. */
  readonly publicUrl?: URL | undefined;
  /** People may sign in by this provider, too. */
  readonly oidc?: OidcSettings | undefined;
  /** The value of LOCKSTEP_KEY. */
  readonly environmentKey?: string | undefined;
  /** Default `on-premise`: no floor for the interval. */
  readonly profile?: Profile;
  /** Integrations that run side by side here; default 4. 0: the API only, other servers run them. */
  readonly concurrency?: number;
  /** Of a connection that sets none: requests a second (default 20, as many at once after a quiet time) and under way at a time (8). */
  readonly budget?: { readonly rate?: number; readonly concurrency?: number };
  /** Whether integrations run side by side, on all servers of this database; unless given, as it was said last. */
  readonly schedule?: ScheduleMode | undefined;
  /** Milliseconds after which a run counts as slow, and one more worker is hired; default 5 s. */
  readonly slowAfter?: number;
  /** How long records of runs stay; see `RETENTION` for what holds unless told otherwise. */
  readonly retention?: Partial<Retention & AuditRetention>;
  /** The value of LOCKSTEP_RELAY: the mail server that notifications may use. */
  readonly relay?: string | undefined;
  /** Addresses and networks that webhooks may reach though they are not public. */
  readonly allowedAddresses?: readonly string[];
  readonly connectors?: readonly ConnectorDefinition[];
  /** Default: pino to standard error. */
  readonly log?: Log;
}

export interface RunningServer {
  readonly url: string;
  readonly token: string;
  /** Ends cleanly: runs stop after the items in hand. */
  stop(): Promise<void>;
}

/** Milliseconds that the database may take to say that it is there. */
const PATIENCE = 5_000;

/** Puts the whole server together and starts it. What was started is ended again if a later part fails. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const log: Log = options.log ?? pino({ level: process.env['LOCKSTEP_LOG'] ?? 'info' }, pino.destination(2));
  const dataFolder = path.resolve(options.dataFolder);
  const undo: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (let end = undo.pop(); end !== undefined; end = undo.pop()) {
      await end().catch((error: unknown) =>
        log.error({ err: error }, 'a part of the server did not end well'),
      );
    }
  };
  try {
    await makeFolder(dataFolder);
    let url = options.databaseUrl ?? '';
    const embedded = url === '';
    if (embedded) {
      const postgres = await startEmbeddedPostgres({ dataFolder, log });
      undo.push(() => postgres.stop());
      url = postgres.url;
    }
    const database = await connectDatabase({ url, log });
    undo.push(() => database.close());
    const { db } = database;
    await migrate(db, log);
    const keyring = await openKeyring({ db, dataFolder, environmentKey: options.environmentKey });

    const budgets = new Budgets({ db, log, standard: { rate: 20, concurrency: 8, ...options.budget } });
    undo.push(() => budgets.close());
    const trackers = new Trackers(options.connectors ?? builtIn);
    const store = new Connections({ db, keyring });
    const integrations = new Integrations(db);
    const live = new LiveRuns();
    const audit = new AuditLog(db);
    const users = new Users({ db, audit });
    const sessions = new Sessions(db);
    const signInLimit = new SignInLimit(db);
    await ensureAdministrator({ db, users, dataFolder, log });
    const metrics = new Metrics({ db, version: VERSION });
    const library = new ScriptLibrary({ db, audit });
    const scripts = new Scripts(library);
    const captured = new CapturedRequests(db);
    const capture = new Capture({ store: captured, log });
    undo.push(() => capture.stop());
    const sides = new Sides({ connections: store, trackers, budgets, capture });
    const notifications = openNotifications({ ...options, db, log, keyring, audit, integrations, metrics });
    undo.push(() => notifications.stop());
    const runs = new Runs(db, notifications.tellOfRun);
    undo.push(() => sides.close());

    const turns = new Turns(db);
    if (options.schedule !== undefined) await turns.choose(options.schedule);
    const runner = new Runner({
      turns,
      profile: options.profile ?? 'on-premise',
      slowAfter: options.slowAfter,
      queue: new RunQueue({ url, log }),
      db,
      log,
      integrations,
      runs,
      leases: new Leases(db),
      live,
      sides,
      scripts,
      holder: `${hostname()}:${process.pid}`,
      ended: (name, summary, seconds) => metrics.runEnded(name, summary, seconds),
    });
    undo.push(() => runner.stop());
    const records = new MigrationRecords(db);
    const leases = new Leases(db);
    const migrator = new Migrator({
      db,
      log,
      integrations,
      runs,
      leases,
      migrations: records,
      sides,
      scripts,
      holder: `${hostname()}:${process.pid}`,
      ended: (name, summary, seconds) => metrics.runEnded(name, summary, seconds),
    });
    undo.push(() => migrator.stop());
    const connections = new ConnectionDesk({ store, integrations, trackers, budgets, audit });
    const retention = { ...RETENTION, ...AUDIT_RETENTION, ...options.retention };
    const keeper = new Keeper({
      log,
      chores: [
        { what: 'records of runs', work: (signal) => pruneRuns(db, retention, signal) },
        { what: 'entries of the audit log', work: (signal) => pruneAudit(db, retention, signal) },
        { what: 'dropped wishes', work: () => pruneDropped(db, retention.journalDays) },
        { what: 'captured requests', work: () => captured.prune() },
        { what: 'messages to people', work: () => pruneMessages(db) },
      ],
    });
    undo.push(() => keeper.stop());
    const desk = new IntegrationDesk({
      store: integrations,
      sides,
      schedule: runner,
      audit,
      scripts,
      profile: options.profile ?? 'on-premise',
      places: () => connections.places(),
    });
    const vocabulary = new Vocabulary(sides);
    const items = new ItemDesk({ db, vocabulary });
    const audits = new DriftAudits(db);
    const auditor = new Auditor({
      db,
      log,
      integrations,
      audits,
      sides,
      holder: `${hostname()}:${process.pid}`,
    });
    undo.push(() => auditor.stop());
    const recovery = new RecoveryDesk({ db, audit, items, runner, sides });
    const drift = new DriftDesk({ db, audits, auditor, vocabulary, recovery });
    const host = options.host ?? '127.0.0.1';
    const token = await openToken(dataFolder);
    const installation = () =>
      inspectInstallation({
        db,
        dataFolder,
        embedded,
        keyFromEnvironment: (options.environmentKey ?? '').trim() !== '',
      });
    const support = new SupportDesk({
      db,
      version: VERSION,
      installation,
      runs,
      integrations: desk,
      connections,
      store,
    });
    let started = false;
    const app = createApp(
      {
        db,
        log,
        version: VERSION,
        profile: options.profile ?? 'on-premise',
        installation,
        waitsFor: () => (started ? unreachable(db) : Promise.resolve('it is still starting')),
        places: new Places(db),
        tokens: new Tokens({ db, audit }),
        users,
        sessions,
        signInLimit,
        oidc: options.oidc && new Oidc({ settings: options.oidc, db, log, audit, users, sessions }),
        signIns: new SignInDesk({
          users,
          sessions,
          limit: signInLimit,
          chosen: async (login) => {
            if (login === FIRST_LOGIN) await forgetFirstPassword(dataFolder);
          },
        }),
        audit,
        metrics,
        support,
        trackers: () => trackers.definitions.map(described),
        configuration: new ConfigurationDesk({
          store,
          connections,
          integrations: desk,
          trackers,
          budgets,
          library,
          notifications: notifications.desk,
        }),
        captures: new CaptureDesk({ store: captured, capture, connections, audit }),
        connections,
        integrations: desk,
        typeMappings: new TypeMappingDesk({ db, integrations: desk, sides }),
        suggestions: new SuggestionDesk(sides),
        items,
        drift,
        notifications: notifications.desk,
        why: new WhyDesk({ db, sides, connections: store, runs, vocabulary }),
        recovery,
        runs,
        turns,
        runner,
        scripts: new ScriptDesk({ db, sides, integrations: desk, library }),
        live,
        migrations: new MigrationDesk({
          db,
          records,
          integrations,
          connections: store,
          budgets,
          sides,
          scripts,
          migrator,
        }),
        estimate: (entry, signal) => estimateResume({ db, sides }, entry, signal),
        plan: (entry, signal) => planRun({ db, sides, scripts }, entry, signal),
      },
      { token, host, allowedHosts: allowedHosts(options), publicUrl: options.publicUrl },
    );
    // The port first: a second server on it must not touch a run.
    const listening = await listen(app, host, options.port ?? 7400);
    undo.push(() => listening.close());
    await capture.start();
    await runner.start(options.concurrency ?? 4);
    migrator.start(options.concurrency ?? 4);
    auditor.start(options.concurrency ?? 4);
    keeper.start();
    if (options.concurrency !== 0) notifications.start();
    started = true;
    return { url: listening.url, token, stop };
  } catch (error) {
    await stop();
    throw toStartupError(error, dataFolder);
  }
}

function allowedHosts({ allowedHosts: given = [], publicUrl }: ServerOptions): readonly string[] {
  return publicUrl === undefined ? given : [...given, publicUrl.hostname];
}

async function unreachable(db: Db): Promise<string | undefined> {
  const patience = delay(PATIENCE, 'the database does not answer in time', { ref: false });
  const answer = sql`select 1`.execute(db).then(
    () => undefined,
    () => 'the database does not answer',
  );
  return Promise.race([answer, patience]);
}

function described(definition: ConnectorDefinition) {
  const schema = (of: z.ZodType): Record<string, unknown> => ({
    ...z.toJSONSchema(of, { io: 'input', unrepresentable: 'any' }),
  });
  return {
    id: definition.id,
    title: definition.title,
    config: schema(definition.config),
    scope: schema(definition.scope),
  };
}
