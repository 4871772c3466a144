import { parseArgs } from 'node:util';
import { FAILURES } from '../../packages/engine/src/simulation/failures/index.ts';
import { playAll } from './trials.ts';
import type { TrialResult } from './worker.ts';

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
const names = chosen.map(({ name }) => name);
const withGuards = await playAll(
  [0, 1]
    .map((lane) => names.filter((_name, index) => index % 2 === lane))
    .filter((lane) => lane.length > 0)
    .map((lane) => ({ names: lane, isGuarded: true })),
);
const without = await playAll(names.map((name) => ({ names: [name], isGuarded: false })));
let red = 0;
let greenWithGuard = 0;
for (const { name, guard } of chosen) {
  const kept = resultOf(name, withGuards);
  const broken = resultOf(name, without);
  const isGreen = kept.problem === undefined && kept.violations.length === 0;
  const isRed = broken.problem === undefined && broken.violations.length > 0;
  if (isGreen) greenWithGuard += 1;
  if (isRed) red += 1;
  if (values.json && isGreen && isRed) continue;
  console.log(`${name}\n  guard: ${guard.name}`);
  tell('with', kept);
  tell('without', broken);
}
const result = { guards: guards.size, scenarios: chosen.length, red, greenWithGuard };
console.log(
  values.json
    ? JSON.stringify(result)
    : `${chosen.length} scenarios, ${guards.size} guards: ${red} red without, ${greenWithGuard} green with`,
);
process.exitCode = red === chosen.length && greenWithGuard === chosen.length && chosen.length > 0 ? 0 : 1;

function resultOf(name: string, results: readonly TrialResult[]): TrialResult {
  const found = results.find((one) => one.name === name);
  return found ?? { name, violations: [], trace: [], problem: 'was not played' };
}

function tell(title: string, { violations, problem, trace }: TrialResult): void {
  console.log(`  ${title} it: ${problem ?? violations[0] ?? 'all promises kept'}`);
  if (values.trace) console.log(trace.map((one) => `    ${one}`).join('\n'));
}
