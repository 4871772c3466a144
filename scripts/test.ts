import { mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
process.env['TMPDIR'] ??= memoryFolder() ?? tmpdir();
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

/** A folder for the files of this run, gone with it; what killed runs left there goes, too. */
function memoryFolder(): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize < ROOM) return undefined;
    for (const name of readdirSync(MEMORY)) {
      const owner = /^lockstep-tests-(\d+)$/.exec(name)?.[1];
      if (owner !== undefined && !isRunning(Number(owner)))
        rmSync(path.join(MEMORY, name), { recursive: true, force: true });
    }
    const folder = path.join(MEMORY, `lockstep-tests-${process.pid}`);
    mkdirSync(folder, { recursive: true });
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    return folder;
  } catch {
    // Other systems have no such place, or do not let us in.
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
