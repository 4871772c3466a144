import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const real = process.env['LOCKSTEP_TESTS'] === 'real';

export default defineConfig({
  test: {
    include: [
      real ? '{packages,scripts,bench,e2e}/**/*.real.test.ts' : '{packages,scripts,bench,e2e}/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', ...(real ? [] : ['**/*.real.test.ts'])],
    // The real trackers are one machine's; their tests take turns.
    maxWorkers: real ? 1 : Math.max(2, Math.min(4, availableParallelism() + 1)),
    fileParallelism: !real,
    // What every file would import anew takes longer than most of their tests.
    isolate: false,
    testTimeout: real ? 120_000 : 20_000,
    hookTimeout: real ? 120_000 : 60_000,
    globalSetup: ['packages/server/src/testing/global-setup.ts'],
    // The product runs without a bundler; so do its tests.
    server: { deps: { external: [/node_modules/] } },
  },
});
