import { setTimeout as delay } from 'node:timers/promises';
import type { Client, Run } from '@lockstep/api';

/** Asks for a run and waits for its end, at most so many milliseconds. */
export async function followRun(client: Client, name: string, limit = 120_000): Promise<Run> {
  const { request } = await client.run(name);
  for (const end = Date.now() + limit; Date.now() < end; await delay(100)) {
    const { run } = await client.request(request);
    if (run !== undefined && run.outcome !== 'running') return run;
  }
  throw new Error(`the run of ${name} has not ended within ${limit / 1000} s`);
}

/** Waits for the end of the first run that the schedule began. */
export async function firstRun(client: Client, name: string, limit = 120_000): Promise<Run> {
  for (const end = Date.now() + limit; Date.now() < end; await delay(100)) {
    const [run] = (await client.runs(name)).items;
    if (run !== undefined && run.outcome !== 'running') return run;
  }
  throw new Error(`no run of ${name} has ended within ${limit / 1000} s`);
}
