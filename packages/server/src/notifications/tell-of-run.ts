import { PARKED_LINE, type RunSummary } from '@lockstep/engine';
import { sql } from 'kysely';
import type { Trx } from '../store/database.ts';
import { isAnybodyListening, type OtherEvents, type Subject } from './listeners.ts';
import { type LastingEvent, mention, raise, recover } from './trouble.ts';

/** Lines quoted of many. */
const QUOTED = 5;

interface Standing {
  readonly name: string;
  readonly left: string;
  readonly right: string;
  readonly isSlice: boolean;
  readonly parked: number;
  readonly missing: number;
  readonly conflicts: number;
  readonly warnings: number;
  /** Those among them that tell of a parked item, and those of these that lack an option. */
  readonly parkedWarnings: number;
  readonly missingWarnings: number;
  /** What is not over yet, as `event subject`. */
  readonly troubles: readonly string[];
}

type Integration = Extract<Subject, { kind: 'integration' }>;

/** How a run ended and what it left behind, told in the transaction of its end: neither is without the other. */
export async function tellOfRun(
  trx: Trx,
  run: { readonly integrationId: string; readonly runId: string; readonly summary: RunSummary },
): Promise<void> {
  const { integrationId, runId, summary } = run;
  if (!(await isAnybodyListening(trx))) {
    // Nobody would hear of its end.
    await sql`delete from trouble where integration_id = ${integrationId}`.execute(trx);
    return;
  }
  const standing = await standingAfter(trx, integrationId, runId);
  if (standing === undefined) return;
  const integration: Integration = { kind: 'integration', id: integrationId, name: standing.name };
  await tellOfOutcome(trx, integration, standing, summary);
  await tellOfParked(trx, integration, standing);
  if (standing.conflicts > 0) {
    await raise(trx, 'conflict-waiting', {
      subject: integration,
      summary: `${counted(standing.conflicts, 'conflict waits', 'conflicts wait')} for a decision`,
      remedy: `See both values: lockstep items ${standing.name} --conflicts.`,
      count: standing.conflicts,
    });
  } else await endOf(trx, 'conflict-waiting', integration, standing);
  await tellOfWarnings(trx, integration, runId, standing);
}

/** Whoever hears of parked items, or of missing options, is not told of the warnings that come with them. */
async function tellOfWarnings(
  trx: Trx,
  integration: Integration,
  runId: string,
  { warnings, parkedWarnings, missingWarnings }: Standing,
): Promise<void> {
  const tell = async (count: number, without: keyof typeof tellsOf, others: OtherEvents): Promise<void> => {
    if (count === 0) return;
    const told = {
      summary: 'runs wrote warnings to their log',
      remedy: `See all of them: lockstep log ${runId}.`,
      count,
      details: await warningsOf(trx, runId, without),
    };
    await mention(trx, 'warning', integration, told, others);
  };
  await tell(warnings, 'nothing', { unless: ['sync-failed', 'missing-option'] });
  await tell(warnings - missingWarnings, 'missing', { unless: ['sync-failed'], only: 'missing-option' });
  await tell(warnings - parkedWarnings, 'parked', { only: 'sync-failed' });
}

async function tellOfOutcome(
  trx: Trx,
  integration: Integration,
  standing: Standing,
  { outcome, message = 'it did not say why', remedy, broken = [] }: RunSummary,
): Promise<void> {
  const connections = (['left', 'right'] as const)
    .map((side) => ({ side, id: standing[side] }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ side, id }) => ({ side, subject: { kind: 'connection', id, name: id } as const }));
  if (outcome === 'failed') {
    await raise(trx, 'run-failed', {
      subject: integration,
      summary: `a run failed: ${message}`,
      remedy,
      unless: broken.length > 0 ? ['connection-broken'] : undefined,
    });
    for (const { side, subject } of connections)
      if (broken.includes(side))
        await raise(trx, 'connection-broken', {
          subject,
          summary: `the connection is broken: ${message}`,
          remedy,
        });
  }
  if (outcome === 'braked')
    await raise(trx, 'brake-pulled', {
      subject: integration,
      summary: `a brake was pulled: ${message}`,
      remedy,
    });
  // A slice of a migration looks at little, so it says little of how the runs are.
  const isWell = outcome === 'succeeded' && !standing.isSlice;
  if (isWell || outcome === 'braked') {
    await endOf(trx, 'run-failed', integration, standing);
    await endOf(trx, 'integration-late', integration, standing);
    for (const { subject } of connections) await endOf(trx, 'connection-broken', subject, standing);
  }
  if (isWell) await endOf(trx, 'brake-pulled', integration, standing);
}

async function tellOfParked(trx: Trx, integration: Integration, standing: Standing): Promise<void> {
  const { parked, missing, name } = standing;
  if (missing > 0) {
    await raise(trx, 'missing-option', {
      subject: integration,
      summary: `the mapping lacks an option for ${counted(missing, 'item', 'items')}`,
      remedy: 'Add the rows to the option tables, or a default; the items are tried again by themselves.',
      count: missing,
      details: await reasonsOf(trx, integration.id, true),
    });
  } else await endOf(trx, 'missing-option', integration, standing);
  if (parked > 0) {
    await raise(trx, 'sync-failed', {
      subject: integration,
      summary: `${counted(parked, 'parked item waits', 'parked items wait')}`,
      remedy: `See why, and what to do: lockstep items ${name} --parked.`,
      count: parked,
      details: await reasonsOf(trx, integration.id, false),
    });
  } else await endOf(trx, 'sync-failed', integration, standing);
}

async function endOf(
  trx: Trx,
  event: LastingEvent,
  subject: Exclude<Subject, { kind: 'installation' }>,
  { troubles }: Standing,
): Promise<void> {
  if (troubles.includes(`${event} ${subject.id}`)) await recover(trx, event, subject);
}

async function standingAfter(trx: Trx, integrationId: string, runId: string): Promise<Standing | undefined> {
  const { rows } = await sql<Standing>`
    select i.name, i.left_connection as left, i.right_connection as right,
      (select trigger = 'migration' from run where id = ${runId}) as "isSlice",
      (select count(*) from parked where integration_id = i.id) as parked,
      (select count(*) from parked where integration_id = i.id and kind = 'missing-option') as missing,
      (select count(*) from conflict where integration_id = i.id and outcome = 'open' and resolved_at is null)
        as conflicts,
      (select count(*) from log where run_id = ${runId} and level = 'warn') as warnings,
      (select count(*) from log where run_id = ${runId} and level = 'warn' and ${tellsOf.parked}) as "parkedWarnings",
      (select count(*) from log where run_id = ${runId} and level = 'warn' and ${tellsOf.missing}) as "missingWarnings",
      array(select event || ' ' || coalesce(integration_id, connection_id) from trouble
        where integration_id = i.id or connection_id in (i.left_connection, i.right_connection)) as troubles
    from integration i where id = ${integrationId}`.execute(trx);
  return rows[0];
}

/** The latest, each with its item's key, which a reason may begin with already. */
async function reasonsOf(trx: Trx, integrationId: string, missingOnly: boolean): Promise<string[]> {
  const { rows } = await sql<{ key: string; reason: string }>`
    select key, reason from parked where integration_id = ${integrationId}
      ${missingOnly ? sql`and kind = 'missing-option'` : sql``}
    order by parked_at desc limit ${QUOTED}`.execute(trx);
  return rows.map(({ key, reason }) => (reason.startsWith(key) ? reason : `${key}: ${reason}`));
}

/** Lines of a log, by what they tell of. */
const tellsOf = {
  nothing: sql`false`,
  missing: sql`starts_with(text, ${`${PARKED_LINE}missing-option)`})`,
  parked: sql`starts_with(text, ${PARKED_LINE})`,
};

async function warningsOf(trx: Trx, runId: string, without: keyof typeof tellsOf): Promise<string[]> {
  const { rows } = await sql<{ text: string; key: string | null }>`
    select text, item_key as key from log where run_id = ${runId} and level = 'warn'
      and not ${tellsOf[without]} order by id limit ${QUOTED}`.execute(trx);
  return rows.map(({ text, key }) => (key === null || text.includes(key) ? text : `${key}: ${text}`));
}

function counted(count: number, one: string, more: string): string {
  return `${count} ${count === 1 ? one : more}`;
}
