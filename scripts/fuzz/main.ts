import { createClient } from '@lockstep/api';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Chance } from '../../e2e/prove-real/chance.ts';
import { attack } from './attack.ts';
import { Canaries } from './canary.ts';
import { Target } from './target.ts';

const USAGE = 'npm run fuzz -- api [--cases N] [--seed SEED] [--json]';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cases: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000_000)) },
    json: { type: 'boolean', default: false },
  },
});
if (positionals.join(' ') !== 'api' || !/^\d{1,9}$/.test(values.cases) || !/^\d{1,9}$/.test(values.seed)) {
  console.error(USAGE);
  process.exit(2);
}

const started = Date.now();
const seed = Number(values.seed);
console.log(`seed ${seed}; again with --seed ${seed}`);
const folder = await mkdtemp(path.join(tmpdir(), 'lockstep-fuzz-'));
const target = new Target(folder);
let isWell = false;
try {
  const canaries = new Canaries();
  await target.start(canaries.next());
  const client = createClient(target.url, target.token);
  const result = await attack({
    target,
    client,
    folder,
    canaries,
    chance: new Chance(seed),
    cases: Number(values.cases),
  });
  const { isWell: well, ...told } = result;
  isWell = well;
  const line = { ...told, seed, seconds: Math.round((Date.now() - started) / 1000) };
  console.log(
    values.json
      ? JSON.stringify(line)
      : Object.entries(line)
          .map(([name, it]) => `${name} ${typeof it === 'object' ? JSON.stringify(it) : it}`)
          .join(', '),
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  await target.stop();
  if (isWell) await rm(folder, { recursive: true, force: true });
  else console.error(`what the server left behind is in ${folder}`);
}
process.exitCode = isWell ? 0 : 1;
