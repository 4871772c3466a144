import type { Trackers } from '../../scripts/trackers/state.ts';
import { audit } from './audit/audit.ts';
import { echoesOf } from './audit/echo.ts';
import { historyLines } from './audit/history.ts';
import type { Violation, ViolationKind } from './audit/violation.ts';
import { readConflicts } from './conflicts.ts';
import type { FaultStorm } from './faults/fault-storm.ts';
import { documentOf, INTEGRATION, putConnections, type Places } from './integration.ts';
import { People } from './people.ts';
import type { ServerProcess } from './server.ts';
import { settle, waitForRuns } from './settle.ts';
import type { Found, KeptConflict, Side } from './state.ts';
import { playStorm } from './storm.ts';
import type { Story } from './story.ts';
import type { Desk } from './trackers/desk.ts';
import type { RedmineNames } from './trackers/redmine-names.ts';

const SETTLING = 360_000;
const SHOWN = 10;

export interface Proof extends Readonly<Record<ViolationKind, number>> {
  readonly well: boolean;
  readonly pairs: number;
  readonly echoWrites: number;
  readonly kills: number;
  /** Items that wait, for a person or for their next try. */
  readonly parked: number;
  /** Edits of both sides at the same moment, and what of it Lockstep kept as a conflict. */
  readonly clashes: number;
  readonly conflicts: number;
  /** What people did, and what of it a tracker refused. */
  readonly deeds: number;
  readonly refused: number;
}

/** The whole proof: people, storm, settling, audit, and a look whether anything still moves. */
export async function prove(parts: {
  readonly story: Story;
  /** As the product reaches them. */
  readonly trackers: Trackers;
  readonly storm: Pick<FaultStorm, 'begin' | 'end'> | undefined;
  readonly places: Places;
  readonly desks: Readonly<Record<Side, Desk>>;
  /** For the audit: their addresses of items are those the product gives. */
  readonly readers: Readonly<Record<Side, Pick<Desk, 'read'>>>;
  readonly names: RedmineNames;
  readonly server: ServerProcess;
  readonly tell: (line: string) => void;
}): Promise<Proof> {
  const { story, trackers, places, desks, readers, names, server, tell } = parts;
  const people = new People(desks);
  for (const deed of story.first) await people.perform(deed);
  tell(`${story.first.length} items were made`);
  await server.start();
  await putConnections(server.client, trackers);
  await server.client.putIntegration(INTEGRATION, documentOf(places, story.rule, '1s'));
  parts.storm?.begin();
  const kills = await playStorm(server, people, story.rounds, tell);
  parts.storm?.end();
  tell(`the storm is over: ${people.done} deeds, ${people.failures.length} refused; it settles`);
  for (const line of people.failures.slice(0, SHOWN)) tell(line);
  const parked = await settle(server.client, SETTLING, tell);
  for (const it of parked.slice(0, SHOWN)) tell(`parked: ${it.side} ${it.key} (${it.kind}): ${it.reason}`);
  const look = async (): Promise<Found> => ({
    redmine: await readers.redmine.read(),
    rt: await readers.rt.read(),
  });
  const found = await look();
  await waitForRuns(server.client, 3, 120_000);
  const later = await look();
  const conflicts = await readConflicts(server.client, trackers, names);
  tell(`settled; ${conflicts.length} conflicts are kept`);

  const { pairs, violations } = audit({ found: later, told: people.told, conflicts, rule: story.rule });
  report(violations, later, conflicts, tell);
  const echoes = echoesOf(found, later);
  for (const line of echoes.slice(0, SHOWN)) tell(`echo: ${line}`);
  const count = (kind: ViolationKind): number => violations.filter((it) => it.kind === kind).length;
  return {
    well: violations.length === 0 && echoes.length === 0 && parked.length === 0,
    pairs,
    duplicates: count('duplicates'),
    lost: count('lost'),
    echoWrites: echoes.length,
    diverged: count('diverged'),
    leaked: count('leaked'),
    kills,
    parked: parked.length,
    conflicts: conflicts.length,
    clashes: people.clashes,
    deeds: people.done,
    refused: people.failures.length,
  };
}

function report(
  violations: readonly Violation[],
  found: Found,
  conflicts: readonly KeptConflict[],
  tell: (line: string) => void,
): void {
  for (const token of [...new Set(violations.map((it) => it.token))].slice(0, SHOWN)) {
    for (const it of violations.filter((one) => one.token === token))
      tell(`${it.kind}: item ${it.token} in ${it.side}: ${it.what}`);
    for (const line of historyLines(token, found, conflicts)) console.log(`          ${line}`);
  }
}
