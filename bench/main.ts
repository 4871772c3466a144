import { benchMapping } from './mapping.ts';
import { benchRequests } from './requests.ts';
import { benchRichText } from './rich-text.ts';

const benches = new Map([
  ['requests', benchRequests],
  ['mapping', benchMapping],
  ['richtext', async () => benchRichText(seedIn(process.argv))],
]);
const bench = benches.get(process.argv[2] ?? '');
if (bench === undefined) {
  console.error(`usage: npm run bench -- ${[...benches.keys()].join('|')} [--json] [--seed N for richtext]`);
  process.exit(2);
}
const started = performance.now();
const { ok, report } = await bench();
if (!process.argv.includes('--json'))
  console.log(JSON.stringify(report, null, 2), `\n${Math.round((performance.now() - started) / 1000)} s`);
else console.log(JSON.stringify(report));
process.exit(ok ? 0 : 1);

/** The same trees each time, unless others are asked for. */
function seedIn(args: readonly string[]): number {
  const given = args[args.indexOf('--seed') + 1] ?? '';
  return args.includes('--seed') && /^\d{1,9}$/.test(given) ? Number(given) : 1;
}
