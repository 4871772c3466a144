import type { Client, Migration, MigrationInput, MigrationPlan } from '@lockstep/api';
import { EXIT, Failure } from '../exit.ts';
import { short, table, when, type Output } from '../output.ts';

export interface MigrateOptions {
  readonly from?: 'left' | 'right';
  readonly createdAfter?: string;
  readonly createdBefore?: string;
  readonly item: readonly string[];
  readonly filter?: string;
  readonly alreadyMigrated: 'skip' | 'update' | 'replace';
  readonly fields?: string;
  readonly plan?: true;
}

/** Starts a migration, or tells what it would do. */
export async function migrate(
  client: Client,
  name: string,
  options: MigrateOptions,
  output: Output,
): Promise<void> {
  const request = requestOf(options);
  if (options.plan === true) return plan(client, name, request, output);
  const started = await client.startMigration(name, request);
  output.line(
    `The migration of ${name} from the ${started.request['from'] === 'left' ? 'left' : 'right'} has started.`,
  );
  output.line(`It goes on by itself: lockstep migrate status ${name}`);
  output.result({ ok: true, ...started });
}

export async function migrationStatus(client: Client, name: string, output: Output): Promise<void> {
  const latest = await latestOf(client, name);
  tell(latest, output);
  const { items: parked } = await client.migrationItems(latest.id, { outcome: 'parked', limit: 10 });
  for (const { key, message } of parked) output.line(`  parked: ${key}: ${message ?? ''}`);
  output.result({ ok: true, ...latest });
}

export async function changeMigration(
  client: Client,
  name: string,
  verb: 'pause' | 'resume' | 'stop',
  output: Output,
): Promise<void> {
  const changed = await client.changeMigration((await latestOf(client, name)).id, verb);
  tell(changed, output);
  output.result({ ok: true, ...changed });
}

async function latestOf(client: Client, name: string): Promise<Migration> {
  const [latest] = (await client.migrations(name, { limit: 1 })).items;
  if (latest !== undefined) return latest;
  throw new Failure(
    EXIT.input,
    'no-migration',
    `${name} has had no migration`,
    `Plan one: lockstep migrate ${name} --from left --plan`,
  );
}

function requestOf(options: MigrateOptions): MigrationInput {
  const { from, createdAfter, createdBefore, item, filter, alreadyMigrated, fields } = options;
  // A mandatory option would be one of `migrate status` as well.
  if (from === undefined)
    throw new Failure(EXIT.input, 'usage', 'which side is to be moved?', 'Say --from left, or --from right.');
  return {
    from,
    alreadyMigrated,
    ...(createdAfter === undefined ? {} : { createdAfter }),
    ...(createdBefore === undefined ? {} : { createdBefore }),
    ...(item.length === 0 ? {} : { items: [...item] }),
    ...(filter === undefined ? {} : { filter: filterOf(filter) }),
    ...(fields === undefined ? {} : { fields: fields.split(',').map((field) => field.trim()) }),
  };
}

function filterOf(text: string): NonNullable<MigrationInput['filter']> {
  try {
    return JSON.parse(text) as NonNullable<MigrationInput['filter']>;
  } catch (error) {
    throw new Failure(
      EXIT.input,
      'bad-filter',
      `--filter is no JSON: ${error instanceof Error ? error.message : String(error)}`,
      `Write it like '{"field":"Status","is":"equals","value":"Open"}'.`,
    );
  }
}

async function plan(client: Client, name: string, request: MigrationInput, output: Output): Promise<void> {
  output.progress(`reading the ${request.from} side of ${name} …`);
  const found = await client.planMigration(name, request);
  for (const line of inWords(found, request.from)) output.line(line);
  output.result({ ok: true, ...found });
}

const ARROW = { left: '→', right: '←' } as const;

function* inWords(plan: MigrationPlan, from: 'left' | 'right'): Iterable<string> {
  for (const entry of plan.entries) {
    const names = [entry.left?.key ?? '(new)', ARROW[from], entry.right?.key ?? '(new)'].join(' ');
    yield `${entry.action.padEnd(8)} ${names}  ${entry.reason}`;
    for (const { title, words } of entry.fields)
      yield `    ${title}: ${words.before === '' ? '' : `${short(words.before, 40)} → `}${short(words.after, 40)}`;
  }
  if (plan.entries.length > 0) yield `These are the first ${plan.entries.length}.`;
  const least = plan.complete ? '' : 'at least ';
  yield `${least}${plan.examined} items read, ${least}${plan.chosen} chosen:`;
  const counts = Object.entries(plan.counts).map(([action, items]) => [`  ${items}`, `to ${action}`]);
  yield* table(counts);
  for (const { action, reason, items } of plan.reasons) yield `  ${action} ${items}: ${reason}`;
  for (const one of plan.unknown) yield `  nothing is called ${one}`;
  const { requests, seconds, basis } = plan.estimate;
  yield `About ${requests.left} requests to the left and ${requests.right} to the right, ${lasting(seconds * 1000)} (${
    basis === 'measured' ? 'by what earlier runs needed' : 'assumed, as too little is known of earlier runs'
  }). Nothing was written.`;
}

function tell(one: Migration, output: Output): void {
  const { id, state, phase, counted, done, outcomes } = one;
  output.line(`Migration ${id} of ${one.integration}, from the ${String(one.request['from'])}: ${state}`);
  if (phase === 'counting')
    output.line(`  counting: ${counted.examined} items read, ${counted.chosen} chosen so far`);
  else {
    const share = counted.toWrite === 0 ? 100 : Math.min(100, Math.floor((done / counted.toWrite) * 100));
    output.line(`  ${done} of ${counted.toWrite} items dealt with (${share} %)`);
  }
  const told = Object.entries(outcomes).map(([outcome, items]) => `${items} ${outcome}`);
  if (told.length > 0) output.line(`  ${told.join(', ')}`);
  if (one.remaining !== undefined && one.state === 'running')
    output.line(`  about ${lasting(one.remaining)} to go, until ${when(one.endsAt)}`);
  if (one.endedAt !== undefined) output.line(`  ended at ${when(one.endedAt)}`);
  if (one.message !== undefined) output.line(`  ${one.message}`);
  if (one.remedy !== undefined) output.line(`  → ${one.remedy}`);
}

function lasting(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (milliseconds < 60_000) return `${Math.ceil(milliseconds / 1000)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
