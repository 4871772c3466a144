import type { Finding, Plan, ResumeEstimate, Tracker } from '@lockstep/api';
import type { Oidc } from '../access/oidc.ts';
import type { Places } from '../access/places.ts';
import type { Sessions } from '../access/sessions.ts';
import type { SignInLimit } from '../access/sign-in-limit.ts';
import type { SignInDesk } from '../access/sign-in.ts';
import type { Tokens } from '../access/tokens.ts';
import type { Users } from '../access/users.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { CaptureDesk } from '../capture/capture-desk.ts';
import type { DriftDesk } from '../drift/desk.ts';
import type { ConfigurationDesk } from '../integrations/configuration-desk.ts';
import type { ConnectionDesk } from '../integrations/connections.ts';
import type { IntegrationDesk } from '../integrations/integrations.ts';
import type { Profile } from '../integrations/profile.ts';
import type { ItemDesk } from '../items/item-desk.ts';
import type { LiveRuns } from '../jobs/live-runs.ts';
import type { Runner } from '../jobs/runner.ts';
import type { MigrationDesk } from '../migrations/desk.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Log } from '../postgres/log.ts';
import type { ScriptDesk } from '../scripts/desk.ts';
import type { NotificationDesk } from '../notifications/desk.ts';
import type { Db } from '../store/database.ts';
import type { RecoveryDesk } from '../recovery/desk.ts';
import type { IntegrationEntry } from '../store/integrations.ts';
import type { Runs } from '../store/runs.ts';
import type { Turns } from '../store/turns.ts';
import type { SuggestionDesk } from '../mapping/suggestion-desk.ts';
import type { TypeMappingDesk } from '../mapping/type-mapping-desk.ts';
import type { SupportDesk } from '../support/support-desk.ts';
import type { WhyDesk } from '../why/why-desk.ts';

/** What the routes work with; compose.ts makes it. */
export interface Services {
  readonly db: Db;
  readonly log: Log;
  readonly version: string;
  readonly profile: Profile;
  /** How the ground stands that the server is built on. */
  readonly installation: () => Promise<Finding[]>;
  /** Why this server cannot work yet, or any more; undefined when it can. */
  readonly waitsFor: () => Promise<string | undefined>;
  readonly places: Places;
  readonly tokens: Tokens;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly signIns: SignInDesk;
  /** Absent: people sign in by password only. */
  readonly oidc: Oidc | undefined;
  readonly signInLimit: Pick<SignInLimit, 'forget' | 'begin' | 'end'>;
  readonly audit: Pick<AuditLog, 'list'>;
  readonly metrics: Pick<Metrics, 'text'>;
  readonly support: Pick<SupportDesk, 'package'>;
  readonly trackers: () => readonly Tracker[];
  readonly captures: CaptureDesk;
  readonly configuration: ConfigurationDesk;
  readonly connections: ConnectionDesk;
  readonly integrations: IntegrationDesk;
  readonly typeMappings: Pick<TypeMappingDesk, 'change'>;
  readonly suggestions: Pick<SuggestionDesk, 'suggest'>;
  readonly items: ItemDesk;
  readonly drift: DriftDesk;
  readonly why: WhyDesk;
  readonly recovery: RecoveryDesk;
  readonly runs: Runs;
  readonly turns: Pick<Turns, 'mode'>;
  readonly runner: Pick<Runner, 'now' | 'holds' | 'stopRun'>;
  readonly scripts: Pick<ScriptDesk, 'library' | 'saveLibrary' | 'try'>;
  readonly live: Pick<LiveRuns, 'progress'>;
  readonly estimate: (entry: IntegrationEntry, signal: AbortSignal) => Promise<ResumeEstimate>;
  readonly migrations: MigrationDesk;
  readonly notifications: NotificationDesk;
  readonly plan: (entry: IntegrationEntry, signal: AbortSignal) => Promise<Plan>;
}
