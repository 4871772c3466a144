import type {
  Connection,
  ConnectionCheck,
  Diagnosis,
  Finding,
  IntegrationStatus,
  Notification,
} from '@lockstep/api';
import { intervalOf, type Profile } from '../integrations/profile.ts';
import type { Services } from './services.ts';

/** Milliseconds of clock difference from which watermarks and "newest wins" get doubtful. */
const SKEW = 60_000;

/** Looks at everything a run depends on. */
export async function diagnose(
  services: {
    readonly installation: Services['installation'];
    readonly profile: Profile;
    readonly connections: {
      list(): Promise<readonly Pick<Connection, 'name'>[]>;
      check(name: string): Promise<ConnectionCheck>;
    };
    readonly notifications: { list(): Promise<readonly NotificationStanding[]> };
  },
  statuses: readonly IntegrationStatus[],
): Promise<Diagnosis> {
  const findings = await services.installation();
  const connections = await services.connections.list();
  for (const found of await Promise.all(connections.map((one) => services.connections.check(one.name)))) {
    const subject = `connection ${found.name}`;
    if (!found.ok) {
      findings.push({
        subject,
        level: 'error',
        message: found.message ?? 'fails',
        ...(found.remedy === undefined ? {} : { remedy: found.remedy }),
      });
      continue;
    }
    const skewed = found.clockSkew !== undefined && Math.abs(found.clockSkew) > SKEW;
    if (found.product !== undefined)
      findings.push({
        subject,
        level: 'ok',
        message: `${found.product} as ${found.account ?? 'an unknown account'}`,
      });
    if (skewed)
      findings.push({
        subject,
        level: 'warning',
        message: `its clock differs from ours by ${Math.round((found.clockSkew ?? 0) / 1000)} s`,
        remedy: 'Set both clocks by NTP.',
      });
    for (const message of found.warnings) findings.push({ subject, level: 'warning', message });
  }
  for (const status of statuses) findings.push(...about(status), ...belowFloor(status, services.profile));
  for (const one of await services.notifications.list()) findings.push(...deliveriesOf(one));
  return { ok: findings.every((finding) => finding.level !== 'error'), findings };
}

function belowFloor({ name, interval, enabled }: IntegrationStatus, profile: Profile): Finding[] {
  const least = intervalOf({ interval }, profile);
  if (!enabled || least <= interval) return [];
  return [
    {
      subject: `integration ${name}`,
      level: 'warning',
      message: `its interval of ${interval} s is below the floor of the profile “${profile}”: it runs every ${least} s`,
      remedy: `Set its interval to ${least} s or more, or start the server with another --profile.`,
    },
  ];
}

type NotificationStanding = Pick<Notification, 'name' | 'enabled' | 'waiting' | 'failure' | 'lastSentAt'>;

function deliveriesOf({ name, enabled, waiting, failure, lastSentAt }: NotificationStanding): Finding[] {
  if (!enabled) return [];
  const subject = `notification ${name}`;
  const wait = waiting === 0 ? '' : `; ${waiting} ${waiting === 1 ? 'message waits' : 'messages wait'}`;
  if (failure === undefined)
    return [{ subject, level: 'ok', message: `last message sent: ${lastSentAt ?? 'none yet'}${wait}` }];
  const message = `its latest message was not delivered (${failure.at}): ${failure.reason}${wait}`;
  return [{ subject, level: 'warning', message, remedy: failure.remedy }];
}

function about(status: IntegrationStatus): Finding[] {
  const subject = `integration ${status.name}`;
  const remedy = REMEDIES[status.health]?.(status.name);
  const level =
    status.health === 'failing' || status.health === 'late'
      ? 'error'
      : status.health === 'degraded'
        ? 'warning'
        : 'ok';
  const told =
    status.lastRun?.outcome === 'failed' || status.lastRun?.outcome === 'braked'
      ? status.lastRun.remedy
      : undefined;
  const mend = told ?? remedy;
  const findings: Finding[] = [
    {
      subject,
      level,
      message: `${status.health}: ${status.reason}`,
      ...(mend === undefined ? {} : { remedy: mend }),
    },
  ];
  if (status.parked > 0 && status.health !== 'degraded')
    findings.push({
      subject,
      level: 'warning',
      message: `${status.parked} parked ${status.parked === 1 ? 'item waits' : 'items wait'}`,
      remedy: `See why: lockstep items ${status.name} --parked.`,
    });
  if (status.conflicts > 0)
    findings.push({
      subject,
      level: 'warning',
      message: `${status.conflicts} open ${status.conflicts === 1 ? 'conflict waits' : 'conflicts wait'} for a decision`,
      remedy: `See both values: lockstep items ${status.name} --conflicts.`,
    });
  return findings;
}

const REMEDIES: Readonly<Record<string, (name: string) => string>> = {
  late: () => 'Look into the log of the server: is it overloaded, or does a run hang?',
  failing: (name) => `Look at the latest runs: lockstep runs ${name}.`,
  degraded: (name) => `See what waits, and why: lockstep items ${name} --parked.`,
};
