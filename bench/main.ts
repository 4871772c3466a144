import { benchMapping } from './mapping.ts';
import { benchRequests } from './requests.ts';

const benches = new Map([
  ['requests', benchRequests],
  ['mapping', benchMapping],
]);
const bench = benches.get(process.argv[2] ?? '');
if (bench === undefined) {
  console.error(`usage: npm run bench -- ${[...benches.keys()].join('|')} [--json]`);
  process.exit(2);
}
const started = performance.now();
const { ok, report } = await bench();
if (!process.argv.includes('--json'))
  console.log(JSON.stringify(report, null, 2), `\n${Math.round((performance.now() - started) / 1000)} s`);
else console.log(JSON.stringify(report));
process.exit(ok ? 0 : 1);
