import { benchRequests } from './requests.ts';

const name = process.argv[2];
if (name !== 'requests') {
  console.error('usage: npm run bench -- requests [--json]');
  process.exit(2);
}
const started = performance.now();
const { ok, report } = await benchRequests();
if (!process.argv.includes('--json'))
  console.log(JSON.stringify(report, null, 2), `\n${Math.round((performance.now() - started) / 1000)} s`);
else console.log(JSON.stringify(report));
process.exit(ok ? 0 : 1);
