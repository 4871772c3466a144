import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkImports } from './check.ts';

const root = path.resolve(import.meta.dirname, '../..');

test('the tree keeps its import rules', async () => {
  const { files, violations } = await checkImports(root);
  expect(files).toBeGreaterThan(30);
  expect(violations).toEqual([]);
}, 60_000);

/** A tree of its own, to see each rule turn red. */
async function violationsOf(tree: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockstep-rules-'));
  try {
    for (const [file, text] of Object.entries(tree)) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(path.join(folder, file), text);
    }
    for (const name of new Set(Object.keys(tree).map((file) => file.split('/')[1] ?? ''))) {
      const manifest = JSON.stringify({ name: `@lockstep/${name}`, exports: { '.': './src/index.ts' } });
      await writeFile(path.join(folder, 'packages', name, 'package.json'), manifest);
    }
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    return (await checkImports(folder)).violations;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test.for([
  [
    'engine-imports: packages/engine/src/a.ts → packages/server/src/index.ts',
    {
      'packages/engine/src/a.ts': "import type { S } from '@lockstep/server';",
      'packages/server/src/index.ts': 'export interface S {}',
    },
  ],
  [
    'no-connector-imports-another: packages/connectors/src/rt/index.ts → packages/connectors/src/redmine/index.ts',
    {
      'packages/connectors/src/rt/index.ts': "export * from '../redmine/index.ts';",
      'packages/connectors/src/redmine/index.ts': 'export const a = 1;',
    },
  ],
  [
    'cli-server-behind-commands: packages/cli/src/commands/status.ts → packages/server/src/index.ts',
    {
      'packages/cli/src/commands/status.ts': "await import('@lockstep/server');",
      'packages/cli/src/commands/serve.ts': "await import('@lockstep/server');",
      'packages/server/src/index.ts': 'export {};',
    },
  ],
  [
    'only-tests-import-test-code: packages/engine/src/a.ts → packages/engine/src/testing/b.ts',
    {
      'packages/engine/src/a.ts': "import './testing/b.ts';",
      'packages/engine/src/a.test.ts': "import './testing/b.ts';",
      'packages/engine/src/testing/b.ts': 'export {};',
    },
  ],
  [
    'no-cycles: packages/sdk/src/a.ts → packages/sdk/src/b.ts → packages/sdk/src/a.ts',
    {
      'packages/sdk/src/a.ts': "import './b.ts';",
      'packages/sdk/src/b.ts': "import type { A } from './a.ts';",
    },
  ],
] as const)('%s', async ([violation, tree]) => {
  const violations = await violationsOf(tree);
  expect(violations).toContain(violation);
  if (!violation.startsWith('no-cycles')) expect(violations).toHaveLength(1);
});
