import { parseArgs } from 'node:util';
import { play } from '../../packages/engine/src/simulation/play.ts';
import { shrink } from '../../packages/engine/src/simulation/shrink.ts';
import { historyOf, sweep } from './sweep.ts';
import type { Case, Failure } from './sweep.ts';

const USAGE = `npm run sweep -- [--pairs N] [--seed SEED] [--json]
npm run sweep -- --point N [--then N [--late]]`;
/** Failures that are told; the others are counted. */
const TOLD = 10;

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    point: { type: 'string' },
    then: { type: 'string' },
    late: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

function number(name: 'pairs' | 'seed' | 'point' | 'then'): number | undefined {
  const text = values[name];
  if (text === undefined || /^\d{1,9}$/.test(text)) return text === undefined ? undefined : Number(text);
  console.error(`--${name} ${text} is not a whole number\n${USAGE}`);
  process.exit(2);
}

const point = number('point');
const then = number('then');
process.exitCode =
  point === undefined
    ? await sweepAll()
    : await tellAgain({ number: point, ...(then === undefined ? {} : { then }), isLate: values.late });

async function sweepAll(): Promise<number> {
  const { faults, points, struck, pairs, ofPairs, failures } = await sweep(
    number('pairs') ?? 0,
    number('seed') ?? 0,
  );
  for (const fault of faults) console.error(fault);
  for (const failure of failures.slice(0, TOLD)) tell(failure);
  if (failures.length > TOLD) console.error(`and ${failures.length - TOLD} more`);
  const violations = failures.flatMap((failure) => failure.violations);
  const of = (promise: string): number => violations.filter((one) => one.endsWith(`(${promise})`)).length;
  const [duplicates, lost, leaks] = [of('P1'), of('P2'), of('P6')];
  const share = points === 0 ? 0 : Math.floor((struck / points) * 1_000) / 10;
  const result = {
    points,
    covered: `${share}%`,
    pairs,
    ofPairs,
    duplicates,
    lost,
    leaks,
    other: violations.length - duplicates - lost - leaks,
  };
  console.log(
    values.json
      ? JSON.stringify(result)
      : `${points} points, ${result.covered} struck; ${pairs} of ${ofPairs} pairs; ${violations.length} violations`,
  );
  return faults.length === 0 && share === 100 && failures.length === 0 ? 0 : 1;
}

function tell(failure: Failure): void {
  console.error(`point ${failure.number}: ${failure.words}`);
  for (const violation of failure.violations) console.error(`  ${violation}`);
  const late = failure.isLate === true ? ' --late' : '';
  const second = failure.then === undefined ? '' : ` --then ${failure.then}${late}`;
  console.error(`  again: npm run sweep -- --point ${failure.number}${second}`);
}

async function tellAgain(which: Case): Promise<number> {
  const [history, words] = await historyOf(which);
  const { trace, violations } = await play(history);
  if (!values.json) console.log(trace.join('\n'));
  for (const violation of violations) console.error(violation);
  if (violations.length > 0) {
    const { quirks, steps } = await shrink(history);
    console.error(`shortest history found, of ${steps.length} steps:\n  ${JSON.stringify(quirks)}`);
    for (const step of steps) console.error(`  ${JSON.stringify(step)}`);
  }
  console.log(values.json ? JSON.stringify({ ...which, words, violations }) : words);
  return violations.length === 0 ? 0 : 1;
}
