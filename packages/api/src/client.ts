import type { FreshToken, Token, TokenBody } from './access.ts';
import type { AuditEntry } from './audit.ts';
import type { Capture, CapturedRequest, CapturedRequestInFull } from './capture.ts';
import type { Applied } from './configuration.ts';
import type { Connection, ConnectionCheck, Tracker } from './connection.ts';
import type { ConfigurationInput, ConnectionDocument } from './document/document.ts';
import type { IntegrationInput } from './document/integration.ts';
import type { DriftAudit, DriftFinding, DriftRepair, RepairInput } from './drift.ts';
import type { Diagnosis, Integration, IntegrationStatus } from './integration.ts';
import type { Conflict, Parked, Plan } from './item.ts';
import type { Migration, MigrationInput, MigrationItem, MigrationPlan } from './migration.ts';
import type {
  Notification,
  NotificationInput,
  NotificationMessage,
  NotificationTest,
} from './notification.ts';
import type { Page } from './page.ts';
import { ApiError, Problem } from './problem.ts';
import type { Recovery, RecoveryInput, RecoveryPlan } from './recovery.ts';
import type { LogEntry, Run } from './run.ts';
import type { ScriptLibrary, ScriptTrial, ScriptTrialInput } from './script.ts';
import type { DisableInput, EnableInput, ResumeEstimate, StatusChange } from './status.ts';
import type { Suggestion, SuggestionInput } from './suggestion.ts';
import type { DroppedWish, HistoryEntry, KnownItem, Sync } from './synced-item.ts';
import type { TypeChange, TypeChanged } from './type-mapping.ts';
import { reasonOf, Unreachable } from './unreachable.ts';
import type { FreshUser, Me, User, UserChange, UserInput } from './user.ts';
import type { Why } from './why.ts';

export type ListQuery = Readonly<Record<string, string | number | boolean | undefined>>;

export type Client = ReturnType<typeof createClient>;

/** The API in types. Throws `ApiError` with the server's problem, or `Unreachable`. */
export function createClient(baseUrl: string, token: string, send: typeof fetch = fetch) {
  const download = async (path: string): Promise<AsyncIterable<Uint8Array>> => {
    let answer: Response;
    try {
      answer = await send(new URL(path, baseUrl), { headers: { authorization: `Bearer ${token}` } });
    } catch (error) {
      throw new Unreachable(baseUrl, reasonOf(error));
    }
    if (answer.ok && answer.body !== null) return answer.body;
    const problem = Problem.safeParse(parse(await answer.text()));
    if (problem.success) throw new ApiError(problem.data);
    throw new Unreachable(baseUrl, `it answered ${answer.status} and is no Lockstep server`);
  };
  const call = async <T>(method: string, path: string, body?: unknown, query: ListQuery = {}): Promise<T> => {
    const url = new URL(path, baseUrl);
    for (const [key, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(key, String(value));
    let answer: Response;
    let text: string;
    try {
      answer = await send(url, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      text = await answer.text();
    } catch (error) {
      throw new Unreachable(baseUrl, reasonOf(error));
    }
    const data = parse(text);
    if (answer.ok && data !== undefined) return data as T;
    const problem = Problem.safeParse(data);
    if (problem.success) throw new ApiError(problem.data);
    throw new Unreachable(baseUrl, `it answered ${answer.status} and is no Lockstep server`);
  };
  const connection = (name: string): string => `/api/connections/${encodeURIComponent(name)}`;
  const integration = (name: string): string => `/api/integrations/${encodeURIComponent(name)}`;
  const drift = (name: string, id?: string): string =>
    `${integration(name)}/drift-audits${id === undefined ? '' : `/${encodeURIComponent(id)}`}`;
  const migration = (id: string): string => `/api/migrations/${encodeURIComponent(id)}`;
  const notification = (name: string): string => `/api/notifications/${encodeURIComponent(name)}`;
  const list = <T>(name: string, what: string, query: ListQuery = {}) =>
    call<Page<T>>('GET', `${integration(name)}/${what}`, undefined, query);

  return {
    trackers: () => call<{ items: Tracker[] }>('GET', '/api/trackers'),
    configure: (body: ConfigurationInput, options: { readonly dryRun?: boolean } = {}) =>
      call<Applied>('POST', '/api/configuration', body, { dryRun: options.dryRun }),
    connections: () => call<{ items: Connection[] }>('GET', '/api/connections'),
    putConnection: (name: string, body: ConnectionDocument) =>
      call<Connection>('PUT', connection(name), body),
    deleteConnection: (name: string) => call<{ deleted: boolean }>('DELETE', connection(name)),
    checkConnection: (name: string) => call<ConnectionCheck>('POST', `${connection(name)}/check`),
    capture: (name: string) => call<Capture>('GET', `${connection(name)}/capture`),
    startCapture: (name: string, body: { readonly minutes: number }) =>
      call<Capture>('PUT', `${connection(name)}/capture`, body),
    stopCapture: (name: string) => call<Capture>('DELETE', `${connection(name)}/capture`),
    capturedRequests: (name: string, query?: ListQuery) =>
      call<Page<CapturedRequest>>('GET', `${connection(name)}/captured-requests`, undefined, query),
    capturedRequest: (id: string) =>
      call<CapturedRequestInFull>('GET', `/api/captured-requests/${encodeURIComponent(id)}`),
    integrations: () => call<{ items: Integration[] }>('GET', '/api/integrations'),
    integration: (name: string) => call<Integration>('GET', integration(name)),
    putIntegration: (name: string, body: IntegrationInput, options: { readonly dryRun?: boolean } = {}) =>
      call<Integration>('PUT', integration(name), body, { dryRun: options.dryRun }),
    scriptLibrary: () => call<ScriptLibrary>('GET', '/api/script-library'),
    putScriptLibrary: (text: string) => call<ScriptLibrary>('PUT', '/api/script-library', { text }),
    tryScript: (name: string, body: ScriptTrialInput) =>
      call<{ items: ScriptTrial[] }>('POST', `${integration(name)}/script/try`, body),
    changeTypeMapping: (name: string, body: TypeChange, options: { readonly dryRun?: boolean } = {}) =>
      call<TypeChanged>('POST', `${integration(name)}/types`, body, { dryRun: options.dryRun }),
    suggest: (body: SuggestionInput) => call<Suggestion>('POST', '/api/suggestion', body),
    deleteIntegration: (name: string) => call<{ deleted: boolean }>('DELETE', integration(name)),
    enable: (name: string, body: EnableInput = {}) =>
      call<Integration>('POST', `${integration(name)}/enable`, body),
    disable: (name: string, body: DisableInput = {}) =>
      call<Integration>('POST', `${integration(name)}/disable`, body),
    estimate: (name: string) => call<ResumeEstimate>('POST', `${integration(name)}/estimate`),
    statusChanges: (name: string, query?: ListQuery) => list<StatusChange>(name, 'status-changes', query),
    run: (name: string, options: { readonly force?: boolean } = {}) =>
      call<{ request: string; run?: string }>('POST', `${integration(name)}/run`, options),
    stop: (name: string) => call<{ stopping: boolean }>('POST', `${integration(name)}/stop`),
    plan: (name: string) => call<Plan>('POST', `${integration(name)}/plan`),
    startMigration: (name: string, body: MigrationInput) =>
      call<Migration>('POST', `${integration(name)}/migrations`, body),
    planMigration: (name: string, body: MigrationInput) =>
      call<MigrationPlan>('POST', `${integration(name)}/migrations/plan`, body),
    migrations: (name: string, query?: ListQuery) => list<Migration>(name, 'migrations', query),
    migration: (id: string) => call<Migration>('GET', migration(id)),
    migrationItems: (id: string, query?: ListQuery) =>
      call<Page<MigrationItem>>('GET', `${migration(id)}/items`, undefined, query),
    changeMigration: (id: string, verb: 'pause' | 'resume' | 'stop') =>
      call<Migration>('POST', `${migration(id)}/${verb}`),
    notifications: () => call<{ items: Notification[] }>('GET', '/api/notifications'),
    notification: (name: string) => call<Notification>('GET', notification(name)),
    putNotification: (name: string, body: NotificationInput) =>
      call<Notification>('PUT', notification(name), body),
    deleteNotification: (name: string) => call<{ deleted: boolean }>('DELETE', notification(name)),
    testNotification: (name: string) => call<NotificationTest>('POST', `${notification(name)}/test`),
    notificationLog: (query: ListQuery = {}) =>
      call<Page<NotificationMessage>>('GET', '/api/notification-log', undefined, query),
    request: (id: string) => call<{ run?: Run }>('GET', `/api/requests/${encodeURIComponent(id)}`),
    runs: (name: string, query?: ListQuery) => list<Run>(name, 'runs', query),
    items: (name: string, query?: ListQuery) => list<Sync>(name, 'items', query),
    why: (item: string) => call<Why>('GET', '/api/why', undefined, { item }),
    findItem: (item: string) => call<{ items: KnownItem[] }>('GET', '/api/items', undefined, { item }),
    itemHistory: (name: string, { side, id }: Pick<KnownItem, 'side' | 'id'>, query?: ListQuery) =>
      call<Page<HistoryEntry> & { dropped: DroppedWish[] }>(
        'GET',
        `${integration(name)}/items/${side}/${encodeURIComponent(id)}/history`,
        undefined,
        query,
      ),
    startDriftAudit: (name: string) => call<DriftAudit>('POST', drift(name)),
    driftAudits: (name: string, query?: ListQuery) => list<DriftAudit>(name, 'drift-audits', query),
    driftAudit: (name: string, id: string) => call<DriftAudit>('GET', drift(name, id)),
    driftFindings: (name: string, id: string, query?: ListQuery) =>
      call<Page<DriftFinding>>('GET', `${drift(name, id)}/findings`, undefined, query),
    stopDriftAudit: (name: string, id: string) => call<DriftAudit>('POST', `${drift(name, id)}/stop`),
    planDriftRepair: (name: string, id: string, body: RepairInput = {}) =>
      call<DriftRepair>('POST', `${drift(name, id)}/repair/plan`, body),
    repairDrift: (name: string, id: string, body: RepairInput = {}) =>
      call<DriftRepair>('POST', `${drift(name, id)}/repair`, body),
    parked: (name: string, query?: ListQuery) => list<Parked>(name, 'parked', query),
    conflicts: (name: string, query?: ListQuery) => list<Conflict>(name, 'conflicts', query),
    recover: (name: string, body: RecoveryInput) =>
      call<Recovery>('POST', `${integration(name)}/recovery`, body),
    planRecovery: (name: string, body: RecoveryInput) =>
      call<RecoveryPlan>('POST', `${integration(name)}/recovery/plan`, body),
    oneRun: (id: string) => call<Run>('GET', `/api/runs/${encodeURIComponent(id)}`),
    runLog: (id: string, query?: ListQuery) =>
      call<Page<LogEntry>>('GET', `/api/runs/${encodeURIComponent(id)}/log`, undefined, query),
    status: () =>
      call<{ version: string; schedule: 'parallel' | 'sequential'; integrations: IntegrationStatus[] }>(
        'GET',
        '/api/status',
      ),
    tokens: () => call<{ items: Token[] }>('GET', '/api/tokens'),
    addToken: (body: TokenBody) => call<FreshToken>('POST', '/api/tokens', body),
    revokeToken: (name: string) =>
      call<{ revoked: boolean }>('DELETE', `/api/tokens/${encodeURIComponent(name)}`),
    users: () => call<{ items: User[] }>('GET', '/api/users'),
    addUser: (body: UserInput) => call<FreshUser>('POST', '/api/users', body),
    changeUser: (login: string, body: UserChange) =>
      call<User>('PATCH', `/api/users/${encodeURIComponent(login)}`, body),
    resetPassword: (login: string) =>
      call<FreshUser>('POST', `/api/users/${encodeURIComponent(login)}/password`),
    me: () => call<Me>('GET', '/api/session'),
    audit: (query?: ListQuery) => call<Page<AuditEntry>>('GET', '/api/audit', undefined, query),
    doctor: () => call<Diagnosis>('GET', '/api/doctor'),
    /** Fails while it is read if the server breaks off. */
    backup: () => download('/api/backup'),
    support: (about: string, values = false) =>
      download(`/api/support?${new URLSearchParams({ about, values: String(values) }).toString()}`),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
