import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, type Client, type Run } from '@lockstep/api';
import { EXIT, Failure } from '../exit.ts';
import { table, when, type Output } from '../output.ts';

/** Asks for a run and follows it to its end. */
export async function run(client: Client, name: string, force: boolean, output: Output): Promise<void> {
  const { request } = await client.run(name, { force });
  let seen: Run | undefined;
  for (const started = Date.now(); seen === undefined || seen.outcome === 'running'; await delay(250)) {
    seen = await lookUp(client, request);
    const waited = Math.round((Date.now() - started) / 1000);
    const progress = seen?.progress;
    output.progress(
      seen === undefined
        ? `waiting for its turn, ${waited} s`
        : progress === undefined
          ? `running, ${waited} s`
          : `${howFar(progress)}, ${waited} s`,
    );
    if (seen !== undefined && seen.outcome !== 'running') break;
  }
  for (const line of summary(seen)) output.line(line);
  if (seen.outcome === 'succeeded' || seen.outcome === 'stopped')
    return output.result({ ok: true, run: seen });
  const decision = seen.outcome === 'braked';
  throw new Failure(
    decision ? EXIT.decision : EXIT.failed,
    seen.outcome,
    seen.message ?? `the run ${seen.outcome}`,
    decision ? `See lockstep plan ${name}; if it is meant: lockstep run ${name} --force.` : seen.remedy,
    { run: seen },
  );
}

async function lookUp(client: Client, request: string): Promise<Run | undefined> {
  try {
    return (await client.request(request)).run;
  } catch (error) {
    if (!(error instanceof ApiError) || error.problem.code !== 'unknown-request') throw error;
    const { code, detail, remedy } = error.problem;
    throw new Failure(EXIT.failed, code, detail, remedy);
  }
}

/** One run, whatever became of it. */
export async function showRun(client: Client, id: string, output: Output): Promise<void> {
  const one = await client.oneRun(id);
  const asked = one.who === undefined ? '' : ` by ${one.who}`;
  output.line(`${one.id} of ${one.integration}, started ${when(one.startedAt)} (${one.trigger}${asked})`);
  for (const line of [...planned(one), ...summary(one)]) output.line(line);
  if (one.message !== undefined) output.line(`  ${one.message}`);
  if (one.remedy !== undefined) output.line(`  → ${one.remedy}`);
  if (one.progress !== undefined) output.line(`  ${howFar(one.progress)}`);
  output.line(`  What it told: lockstep log ${one.id}`);
  output.result({ ok: true, run: one });
}

function howFar({ phase, done, total, remaining }: NonNullable<Run['progress']>): string {
  const left = remaining === undefined ? '' : `, about ${Math.ceil(remaining / 1000)} s to go`;
  return total === 0 ? `${phase}: ${done} so far` : `${phase} ${done}/${total}${left}`;
}

function planned({ plan }: Run): string[] {
  if (plan === undefined) return [];
  const words = (side: 'left' | 'right'): string =>
    Object.entries(plan[side])
      .filter(([, count]) => count > 0)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ') || 'nothing';
  return [`  found to do: left ${words('left')}; right ${words('right')}`];
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
  const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
  const took = seen.duration === undefined ? '' : ` in ${seconds(seen.duration)}`;
  const lines = [`${seen.integration}: ${seen.outcome}${took}`];
  const { left, right } = seen;
  if (left === undefined || right === undefined) return lines;
  const rows = SHOWN.filter((key) => left[key] > 0 || right[key] > 0).map((key) => [
    key,
    String(left[key]),
    String(right[key]),
  ]);
  if (left.waited + right.waited >= 100) rows.push(['waited', seconds(left.waited), seconds(right.waited)]);
  return [...lines, ...table([['', 'left', 'right'], ...rows]).map((line) => `  ${line}`)];
}
