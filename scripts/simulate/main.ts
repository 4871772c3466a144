import { parseArgs } from 'node:util';
import { measureLimits } from './limits.ts';
import { runPlannerCases } from './planner.ts';
import { replay, runHistories } from './histories.ts';

const USAGE = `npm run simulate -- [--histories N] [--from SEED] [--seed SEED] [--only visibility] [--json]
npm run simulate -- planner [--cases N] [--seed SEED] [--json]
npm run simulate -- limits [--histories N] [--from SEED] [--json]   what cannot be promised, and how often it matters

faultsInjected counts what came to pass: faults of runs, each time one struck; what people and administrators did, where
it had an effect; quirks of the trackers, each time one came into play (a reading that the index made incomplete, a text
stored in another form, two rows of one timestamp out of order). Only “clock skew” is counted per run and side that had one.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    histories: { type: 'string', default: '2000' },
    from: { type: 'string' },
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

function number(name: 'histories' | 'from' | 'cases' | 'seed'): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  if (/^\d{1,10}$/.test(text)) return Number(text);
  console.error(`--${name} ${text} is not a whole number\n${USAGE}`);
  process.exit(2);
}

if (values.only !== undefined && (values.only !== 'visibility' || positionals.length > 0)) {
  console.error(`--only ${values.only} is not known here\n${USAGE}`);
  process.exit(2);
}
const about = values.only === undefined ? 'everything' : 'visibility';
const seed = number('seed');
const fresh = seed ?? number('from') ?? Math.floor(Math.random() * 1_000_000_000);
let violations: number;
if (positionals[0] === 'planner' && positionals.length === 1) {
  violations = await runPlannerCases(fresh, seed === undefined ? (number('cases') ?? 0) : 1, values.json);
} else if (positionals[0] === 'limits' && positionals.length === 1) {
  violations = await measureLimits(fresh, number('histories') ?? 0, values.json);
} else if (positionals.length === 0) {
  violations =
    seed === undefined
      ? await runHistories(fresh, number('histories') ?? 0, values.json, about)
      : await replay(seed, values.json, about);
} else {
  console.error(USAGE);
  process.exit(2);
}
process.exitCode = violations === 0 ? 0 : 1;
