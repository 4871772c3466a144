import { parseArgs } from 'node:util';
import { runPlannerCase } from '../../packages/engine/src/testing/planner-case.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

if (positionals[0] !== 'planner') {
  console.error('usage: npm run simulate -- planner [--cases N] [--seed S] [--json]');
  process.exit(2);
}

const first = values.seed === undefined ? Math.floor(Math.random() * 1_000_000_000) : Number(values.seed);
const cases = values.seed === undefined ? Number(values.cases) : 1;
const violations: string[] = [];
const started = performance.now();
for (let index = 0; index < cases; index += 1) {
  const violation = runPlannerCase(first + index);
  if (violation !== undefined) violations.push(violation);
}
const seconds = (performance.now() - started) / 1000;
if (!values.json)
  console.log(
    `${cases} cases from seed ${first} in ${seconds.toFixed(1)} s: ${violations.length} violations`,
  );
for (const violation of violations.slice(0, 10))
  console.error(
    `${violation}\n  again: npm run simulate -- planner --seed ${violation.match(/seed (\d+)/)?.[1] ?? ''}`,
  );
if (values.json) {
  console.log(
    JSON.stringify({
      cases,
      firstSeed: first,
      violations: violations.length,
      perSecond: Math.round(cases / seconds),
    }),
  );
}
process.exit(violations.length === 0 ? 0 : 1);
