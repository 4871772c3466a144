import { setTimeout as delay } from 'node:timers/promises';
import type { Client, DriftAudit, DriftFinding, DriftRepair } from '@lockstep/api';
import { EXIT, Failure } from '../exit.ts';
import { short, type Output } from '../output.ts';

export interface AuditDriftOptions {
  readonly limit: number;
  readonly latest?: true;
  readonly stop?: true;
  readonly plan?: true;
  readonly repair?: true;
  readonly missing?: true;
  readonly from?: 'left' | 'right' | 'newest';
}

/** Compares all pairs and follows it to its end; or shows, ends or mends by the latest audit. */
export async function auditDrift(
  client: Client,
  name: string,
  options: AuditDriftOptions,
  output: Output,
): Promise<void> {
  const { stop, plan, repair } = options;
  const isAsked = options.latest ?? stop ?? plan ?? repair;
  const chosen = isAsked === true ? await latestOf(client, name) : await client.startDriftAudit(name);
  if (stop === true) {
    const stopped = await client.stopDriftAudit(name, chosen.id);
    tell(stopped, output);
    return output.result({ ok: true, audit: stopped });
  }
  if (plan === true || repair === true) return mend(client, name, chosen.id, options, output);
  const audit = await follow(client, name, chosen, output);
  tell(audit, output);
  const { items: findings, next } = await client.driftFindings(name, audit.id, { limit: options.limit });
  for (const one of findings) tellFinding(one, output);
  if (next !== undefined) output.line('… and more: --limit takes up to 500.');
  const found = audit.differing + audit.missing;
  if (found === 0) return output.result({ ok: true, audit, findings });
  throw new Failure(
    EXIT.failed,
    'drift',
    `${audit.differing} of ${audit.compared} pairs differ, ${audit.missing} miss an item`,
    `See what a repair would do: lockstep audit-drift ${name} --plan`,
    { audit, findings },
  );
}

async function latestOf(client: Client, name: string): Promise<DriftAudit> {
  const [latest] = (await client.driftAudits(name, { limit: 1 })).items;
  if (latest !== undefined) return latest;
  throw new Failure(EXIT.input, 'no-audit', `${name} has not been audited`, `lockstep audit-drift ${name}`);
}

async function follow(client: Client, name: string, begun: DriftAudit, output: Output): Promise<DriftAudit> {
  let audit = begun;
  for (let told = ''; audit.state === 'running' || audit.state === 'waiting';) {
    output.progress(`compared ${audit.compared} of ${audit.total}`);
    if (audit.message !== undefined && audit.message !== told) {
      told = audit.message;
      output.line(`It waits: ${told}`);
      if (audit.remedy !== undefined) output.line(`→ ${audit.remedy}`);
    }
    await delay(500);
    audit = await client.driftAudit(name, audit.id);
  }
  return audit;
}

async function mend(
  client: Client,
  name: string,
  id: string,
  options: AuditDriftOptions,
  output: Output,
): Promise<void> {
  const { from } = options;
  const body = {
    ...(from === undefined ? { differing: 'resync' as const } : { differing: 'hard-resync' as const, from }),
    missing: options.missing === true ? ('policy' as const) : ('leave' as const),
  };
  const isPlan = options.plan === true;
  const repair: DriftRepair = isPlan
    ? await client.planDriftRepair(name, id, body)
    : await client.repairDrift(name, id, body);
  const { resync, writes, remains, missing } = repair;
  if (resync === 0 && Object.keys(missing).length === 0) output.line('There is nothing to mend.');
  if (resync > 0) {
    const looked = isPlan ? 'would be looked at by a run' : 'are looked at by a run that begins now';
    output.line(`${resync} differing ${resync === 1 ? 'pair' : 'pairs'} ${looked}.`);
    output.line(`It ${isPlan ? 'would write' : 'writes'} ${writes.fields} fields of ${writes.pairs} pairs.`);
  }
  for (const [why, pairs] of Object.entries(remains)) output.line(`  ${pairs} stay as they are: ${why}`);
  for (const [policy, items] of Object.entries(missing))
    output.line(
      `${items} missing items: the deletion policy says ${policy}, once a second look confirms it.`,
    );
  output.result({ ok: true, repair });
}

function tell(one: DriftAudit, output: Output): void {
  const { compared, total, equal, differing, missing, undecided, unpaired, requests, state } = one;
  output.line(`${one.integration}: ${state}, ${compared} of ${total} pairs compared`);
  output.line(`  ${equal} equal, ${differing} differing, ${missing} missing, ${undecided} undecided`);
  if (unpaired.comments + unpaired.attachments > 0)
    output.line(`  without a counterpart: ${unpaired.comments} comments, ${unpaired.attachments} files`);
  output.line(`  requests: ${requests.left} left, ${requests.right} right`);
}

function tellFinding(one: DriftFinding, output: Output): void {
  output.line(`${one.result}: ${one.left.key} ↔ ${one.right.key}, ${one.why}: ${one.reason}`);
  for (const { left, right, why } of one.fields)
    output.line(`    ${left.title}: “${short(left.words, 40)}” ↔ “${short(right.words, 40)}” (${why})`);
}
