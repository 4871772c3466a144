import { setTimeout as delay } from 'node:timers/promises';
import type { Client, Parked, Run } from '@lockstep/api';
import { INTEGRATION } from './integration.ts';

const QUIET_RUNS = 3;

/** Waits for some runs in a row that write nothing while nothing waits. Gives what is parked then, for good or still. */
export async function settle(
  client: Client,
  patience: number,
  tell: (line: string) => void,
): Promise<readonly Parked[]> {
  const begun = Date.now();
  let told = '';
  for (; Date.now() < begun + patience; await delay(500)) {
    const runs = (await client.runs(INTEGRATION, { limit: QUIET_RUNS + 1 })).items.filter(
      (it) => it.outcome !== 'running' && Date.parse(it.startedAt) >= begun,
    );
    const { items: parked } = await client.parked(INTEGRATION, { limit: 500 });
    const waiting = parked.filter((it) => it.nextTry !== undefined);
    const quiet = runs.filter(isQuiet).length >= QUIET_RUNS && runs.every(isQuiet);
    if (quiet && waiting.length === 0) return parked;
    const line = `${waiting.length} items wait; the last run ${inWords(runs[0])}`;
    if (line !== told) tell(line);
    told = line;
  }
  tell(`it has not settled within ${patience / 1000} s`);
  return (await client.parked(INTEGRATION, { limit: 500 })).items;
}

/** Waits for so many more runs. */
export async function waitForRuns(client: Client, count: number, patience: number): Promise<void> {
  const begun = Date.now();
  for (; Date.now() < begun + patience; await delay(300)) {
    const { items } = await client.runs(INTEGRATION, { limit: count + 1 });
    const ended = items.filter((it) => it.outcome === 'succeeded' && Date.parse(it.startedAt) >= begun);
    if (ended.length >= count) return;
  }
  throw new Error(`${count} runs did not end within ${patience / 1000} s`);
}

function isQuiet(run: Run): boolean {
  return run.outcome === 'succeeded' && writesOf(run) === 0;
}

function writesOf({ left, right }: Run): number {
  return [left, right].reduce(
    (sum, it) => sum + (it === undefined ? 0 : it.created + it.updated + it.comments + it.attachments),
    0,
  );
}

function inWords(run: Run | undefined): string {
  if (run === undefined) return 'has not ended';
  return run.outcome === 'succeeded'
    ? `wrote ${writesOf(run)} times`
    : `${run.outcome}: ${run.message ?? ''}`;
}
