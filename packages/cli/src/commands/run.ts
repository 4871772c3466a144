import { setTimeout as delay } from 'node:timers/promises';
import type { Client, Run } from '@lockstep/api';
import { EXIT, Failure } from '../exit.ts';
import { table, type Output } from '../output.ts';

/** Asks for a run and follows it to its end. */
export async function run(client: Client, name: string, force: boolean, output: Output): Promise<void> {
  const { request } = await client.run(name, { force });
  let seen: Run | undefined;
  for (const started = Date.now(); seen === undefined || seen.outcome === 'running'; await delay(250)) {
    seen = (await client.request(request)).run;
    const waited = Math.round((Date.now() - started) / 1000);
    const { phase, done, total } = seen?.progress ?? {};
    output.progress(
      seen === undefined
        ? `waiting for its turn, ${waited} s`
        : phase === undefined
          ? `running, ${waited} s`
          : `${phase} ${done}/${total}, ${waited} s`,
    );
    if (seen !== undefined && seen.outcome !== 'running') break;
  }
  for (const line of summary(seen)) output.line(line);
  output.result({ ok: seen.outcome === 'succeeded', run: seen });
  if (seen.outcome === 'succeeded' || seen.outcome === 'stopped') return;
  const decision = seen.outcome === 'braked';
  throw new Failure(
    decision ? EXIT.decision : EXIT.failed,
    seen.outcome,
    seen.message ?? `the run ${seen.outcome}`,
    decision ? `See lockstep plan ${name}; if it is meant: lockstep run ${name} --force.` : seen.remedy,
  );
}

const SHOWN = [
  'examined',
  'created',
  'updated',
  'unchanged',
  'skipped',
  'conflicted',
  'parked',
  'comments',
  'attachments',
  'requests',
] as const;

function summary(seen: Run): string[] {
  const seconds =
    seen.endedAt === undefined ? 0 : (Date.parse(seen.endedAt) - Date.parse(seen.startedAt)) / 1000;
  const lines = [`${seen.integration}: ${seen.outcome} in ${seconds.toFixed(1)} s`];
  const { left, right } = seen;
  if (left === undefined || right === undefined) return lines;
  const rows = SHOWN.filter((key) => left[key] > 0 || right[key] > 0).map((key) => [
    key,
    String(left[key]),
    String(right[key]),
  ]);
  return [...lines, ...table([['', 'left', 'right'], ...rows]).map((line) => `  ${line}`)];
}
