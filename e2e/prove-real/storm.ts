import { setTimeout as delay } from 'node:timers/promises';
import { INTEGRATION } from './integration.ts';
import type { People } from './people.ts';
import type { ServerProcess } from './server.ts';
import type { Round } from './story.ts';

const PATIENCE = 120_000;

/** People work all the while; the server is killed at work once a round and started again. Gives the kills made. */
export async function playStorm(
  server: ServerProcess,
  people: People,
  rounds: readonly Round[],
  tell: (line: string) => void,
): Promise<number> {
  let kills = 0;
  for (const round of rounds) {
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

/** Waits for a run and kills the server so long after its start; a run that ends before is no work to die at. */
async function killAtWork(server: ServerProcess, round: Round): Promise<{ id: string; ran: number }> {
  let after = round.killAfter;
  const end = Date.now() + PATIENCE;
  for (let missed = ''; Date.now() < end; await delay(20)) {
    const run = await runAtWork(server);
    if (run === undefined || run.id === missed) continue;
    const seen = Date.now();
    await delay(after);
    if ((await runAtWork(server))?.id === run.id) {
      await server.kill(round.database);
      return { id: run.id, ran: Date.now() - seen };
    }
    missed = run.id;
    after = Math.floor(after / 2);
  }
  throw new Error(`no run was at work for ${PATIENCE / 1000} s\n${await server.tail()}`);
}

async function runAtWork(server: ServerProcess): Promise<{ readonly id: string } | undefined> {
  const { integrations } = await server.client.status();
  const run = integrations.find((it) => it.name === INTEGRATION)?.lastRun;
  // A run that a killed server left behind looks as if it were at work, too.
  const isLiving = run?.outcome === 'running' && Date.parse(run.startedAt) >= server.startedAt;
  return isLiving ? run : undefined;
}
