import type { Migration } from '@lockstep/api';
import { remaining } from '@lockstep/engine';
import type { IntegrationEntry } from '../store/integrations.ts';
import type { MigrationEntry } from '../store/migration-records.ts';

/** Of the names that were asked for. */
const SHOWN = 20;

/** A migration as people see it: its progress, and when it will be done. */
export function shownMigration(
  entry: MigrationEntry,
  integration: Pick<IntegrationEntry, 'configuration' | 'enabled'> | undefined,
  counts: Readonly<Record<string, number>>,
): Migration {
  const { '': inHand = 0, ...outcomes } = counts;
  const { phase, counted } = entry.position;
  const done = Object.entries(outcomes)
    .filter(([outcome]) => outcome !== 'skipped')
    .reduce((sum, [, items]) => sum + items, 0);
  const names = entry.request.items;
  const isRunning = entry.state === 'running';
  const left = isRunning ? remaining(entry.position) : undefined;
  const isWaiting = isRunning && (integration?.enabled === false || entry.failures > 0);
  return {
    id: entry.id,
    integration: integration?.configuration.name ?? entry.integrationId,
    request: { ...entry.request, ...(names === undefined ? {} : { items: names.slice(0, SHOWN) }) },
    ...(names === undefined ? {} : { named: names.length }),
    state: isWaiting ? 'waiting' : entry.state,
    phase,
    who: entry.who,
    createdAt: entry.createdAt,
    ...(entry.endedAt === null ? {} : { endedAt: entry.endedAt }),
    counted: { ...counted },
    outcomes: { ...outcomes, ...(inHand === 0 ? {} : { 'in hand': inHand }) },
    done,
    ...(left === undefined || isWaiting
      ? {}
      : { remaining: left, endsAt: new Date(Date.now() + left).toISOString() }),
    ...told(entry, integration),
  };
}

function told(
  entry: MigrationEntry,
  integration: Pick<IntegrationEntry, 'configuration' | 'enabled'> | undefined,
): Pick<Migration, 'message' | 'remedy'> {
  if (entry.state === 'running' && integration?.enabled === false)
    return {
      message: 'the integration is disabled; the migration goes on when it is enabled again',
      remedy: `lockstep enable ${integration.configuration.name}`,
    };
  return {
    ...(entry.message === null ? {} : { message: entry.message }),
    ...(entry.remedy === null ? {} : { remedy: entry.remedy }),
  };
}
