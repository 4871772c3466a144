import { setTimeout as delay } from 'node:timers/promises';
import type { Run } from '@lockstep/api';
import { INTEGRATION } from './integration.ts';
import type { People } from './people.ts';
import type { ServerProcess } from './server.ts';
import type { Round } from './story.ts';

const PATIENCE = 180_000;
/** Milliseconds; where a storm is new, a run takes longer. */
const LONG_RUN = 5_000;

/** People work all the while; the server is killed at work once a round and started again. Gives the kills made. */
export async function playStorm(
  server: ServerProcess,
  people: People,
  rounds: readonly Round[],
  tell: (line: string) => void,
): Promise<number> {
  let kills = 0;
  for (const round of rounds) {
    if (round.calm) await calm(server, tell);
    const deeds = people.play(round.deeds);
    const run = await killAtWork(server, round);
    kills += 1;
    tell(
      `kill ${kills} of ${rounds.length}: ${run.ran} ms into run ${run.id}${round.database ? ', with its database' : ''}`,
    );
    await server.start();
    await deeds;
  }
  return kills;
}

/** Waits until a run of this server has succeeded: nothing is left of the first rush. */
async function calm(server: ServerProcess, tell: (line: string) => void): Promise<void> {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await delay(200)) {
    if ((await lastRun(server))?.outcome !== 'succeeded') continue;
    tell('the first rush is over');
    return;
  }
  const { items } = await server.client.runs(INTEGRATION, { limit: 5 });
  const messages = items.map((it) => `${it.outcome}: ${it.message ?? ''}`).join('\n');
  throw new Error(
    `no run has succeeded within ${PATIENCE / 1000} s; the latest:\n${messages}\n${await server.tail()}`,
  );
}

/** Waits for a run and kills the server so far into it; a run that ends before tells how long the next one may take. */
async function killAtWork(server: ServerProcess, round: Round): Promise<{ id: string; ran: number }> {
  let after = round.moment * LONG_RUN;
  const end = Date.now() + PATIENCE;
  for (let missed = ''; Date.now() < end; await delay(10)) {
    const run = await lastRun(server);
    if (run === undefined || run.id === missed || run.outcome !== 'running') continue;
    const seen = Date.now();
    await delay(after);
    const now = await lastRun(server);
    if (now?.id === run.id && now.outcome === 'running') {
      await server.kill(round.database);
      return { id: run.id, ran: Date.now() - seen };
    }
    missed = run.id;
    const { endedAt = run.startedAt } = await server.client.oneRun(run.id);
    after = round.moment * (Date.parse(endedAt) - Date.parse(run.startedAt));
  }
  throw new Error(`no run was at work for ${PATIENCE / 1000} s\n${await server.tail()}`);
}

/** Of this server: a run that a killed one left behind looks as if it were at work, too. */
async function lastRun(server: ServerProcess): Promise<Run | undefined> {
  const { items } = await server.client.runs(INTEGRATION, { limit: 1 });
  return items.find((it) => Date.parse(it.startedAt) >= server.startedAt);
}
