import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { FAILURES } from '../../packages/engine/src/simulation/failures/index.ts';
import { DOCUMENT, guardId, writeDocument } from './document.ts';
import { playAll } from './trials.ts';
import type { TrialResult } from './worker.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    trace: { type: 'boolean', default: false },
    'write-document': { type: 'boolean', default: false },
  },
});

if (values['write-document']) {
  await mkdir(path.dirname(DOCUMENT), { recursive: true });
  await writeFile(DOCUMENT, await writeDocument());
  process.exit(0);
}

/** Every named failure is played with its guard, which must keep all promises, and without it, which must break one. */
const chosen = FAILURES.filter(({ name }) => values.only === undefined || name.includes(values.only));
const guards = new Set(chosen.map(({ guard }) => guardId(guard)));
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
for (const { name, guard, promise } of chosen) {
  const kept = resultOf(name, withGuards);
  const broken = resultOf(name, without);
  const isGreen = kept.problem === undefined && kept.violations.length === 0;
  // For the right reason: the promise that the guard is there for is the one that breaks.
  const isRed = broken.problem === undefined && wrongOf(broken, promise) !== undefined;
  if (isGreen) greenWithGuard += 1;
  if (isRed) red += 1;
  if (values.json && isGreen && isRed) continue;
  console.log(`${name}\n  guard: ${guard.name}`);
  tell('with', kept, kept.violations[0]);
  tell(
    'without',
    broken,
    wrongOf(broken, promise) ?? `${broken.violations.join('\n    ')} NOT RED (${promise})`,
  );
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

function wrongOf({ violations }: TrialResult, promise: string): string | undefined {
  return violations.find((violation) => violation.includes(`(${promise})`));
}

function tell(title: string, { problem, trace }: TrialResult, violation: string | undefined): void {
  console.log(`  ${title} it: ${problem ?? violation ?? 'all promises kept'}`);
  if (values.trace) console.log(trace.map((one) => `    ${one}`).join('\n'));
}
