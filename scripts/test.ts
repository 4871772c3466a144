import { accessSync, constants, statfsSync } from 'node:fs';
import path from 'node:path';
import type { TestModule } from 'vitest/node';

const MEMORY = '/dev/shm';
const ROOM = 4 * 1024 ** 3;

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `The tests need Node 24 and run on ${process.version}. npm scripts find it in node_modules once the ` +
      'install scripts may run: remove node_modules and run `npm ci` without --ignore-scripts.',
  );
  console.log('0 passed, 1 failed');
  process.exit(1);
}

const [kind = 'quick', ...filters] = process.argv.slice(2);
if (kind !== 'quick' && kind !== 'real') {
  console.error(`There is no kind of tests called ${kind}; there are quick and real.`);
  console.log('0 passed, 1 failed');
  process.exit(1);
}
process.env['LOCKSTEP_TESTS'] = kind;
// Read when vitest is loaded: a log file wants no colours.
if (!process.stdout.isTTY) process.env['NO_COLOR'] ??= '1';
// What the workers and the servers they start load is compiled once; their files lie in memory, where there is room.
process.env['NODE_COMPILE_CACHE'] ??= path.resolve('node_modules/.cache/lockstep-tests');
if (process.env['TMPDIR'] === undefined && isRoomy(MEMORY)) process.env['TMPDIR'] = MEMORY;
const { startVitest } = await import('vitest/node');

const vitest = await startVitest('test', filters, { run: true, watch: false, reporters: ['dot'] });
const modules = vitest.state.getTestModules();
const tests = modules.flatMap((it) => [...it.children.allTests()]);
const count = (state: string): number => tests.filter((it) => it.result().state === state).length;

const passed = count('passed');
// A file that does not load, a failing hook and an error outside of every test are failures too.
const failedModules = modules.filter((it) => !it.ok() && !hasFailedTest(it)).length;
const errors = vitest.state.getUnhandledErrors().length;
const failed = count('failed') + failedModules + errors;
const other = tests.length - passed - count('failed');
await vitest.close();

if (other > 0) console.log(`${other} did not run`);
if (tests.length === 0) console.error('No test ran: that is a failure.');
const ok = failed === 0 && passed > 0;
process.exitCode = ok ? 0 : 1;
console.log(`${passed} passed, ${ok ? 0 : Math.max(failed, 1)} failed`);
process.exit();

function hasFailedTest(module: TestModule): boolean {
  return [...module.children.allTests('failed')].length > 0;
}

function isRoomy(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize > ROOM;
  } catch {
    return false;
  }
}
