import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { FAILURES } from '../../packages/engine/src/simulation/failures/index.ts';
import type { GuardTrial, TrialResult } from './worker.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
});

/** Every named failure is played with its guard, which must keep all promises, and without it, which must break one. */
const chosen = FAILURES.filter(({ name }) => values.only === undefined || name.includes(values.only));
const guards = new Set(chosen.map(({ guard }) => `${guard.file}: ${guard.text}`));
let red = 0;
let greenWithGuard = 0;
for (const { name, guard } of chosen) {
  const withGuard = await play({ name, isGuarded: true });
  const without = await play({ name, isGuarded: false });
  if (withGuard.violations.length === 0 && withGuard.problem === undefined) greenWithGuard += 1;
  if (without.violations.length > 0 && without.problem === undefined) red += 1;
  if (values.json && withGuard.violations.length === 0 && without.violations.length > 0) continue;
  console.log(`${name}\n  guard: ${guard.name}`);
  for (const [title, { violations, problem, trace }] of [
    ['with', withGuard] as const,
    ['without', without] as const,
  ]) {
    console.log(
      `  ${title} it: ${problem ?? (violations.length === 0 ? 'all promises kept' : violations[0])}`,
    );
    if (values.trace) console.log(trace.map((line) => `    ${line}`).join('\n'));
  }
}
const ok = red === chosen.length && greenWithGuard === chosen.length && chosen.length > 0;
const result = { guards: guards.size, scenarios: chosen.length, red, greenWithGuard };
console.log(
  values.json
    ? JSON.stringify(result)
    : `${chosen.length} scenarios, ${guards.size} guards: ${red} red without, ${greenWithGuard} green with`,
);
process.exitCode = ok ? 0 : 1;

/** In a thread of its own, where the engine is loaded with, or without, one piece of its source. */
async function play(trial: GuardTrial): Promise<TrialResult> {
  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: trial });
  const { promise, resolve, reject } = Promise.withResolvers<TrialResult>();
  worker.once('message', resolve);
  worker.once('error', reject);
  try {
    return await promise;
  } catch (error) {
    return { violations: [], trace: [], problem: error instanceof Error ? error.message : String(error) };
  } finally {
    await worker.terminate();
  }
}
