import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { parseConfiguration } from './document/read.ts';
import { EXIT, EXIT_HELP } from './exit.ts';
import { createOutput } from './output.ts';
import { program } from './program.ts';

const reference = await readFile(path.join(import.meta.dirname, '../../../docs/reference/cli.md'), 'utf8');
const commands: readonly Command[] = program(createOutput(false)).commands;

test.each(commands.map((one) => [one.name(), one] as const))(
  'the reference tells of %s and its options',
  (name, one) => {
    expect(reference).toMatch(new RegExp(`\`${name}\\b`));
    for (const option of one.options) {
      expect(reference, option.flags).toContain(option.long ?? option.flags);
      expect(option.description).not.toBe('');
    }
  },
);

test('the reference names no command that is not there', () => {
  const section = /## Commands\n([\s\S]*?)\n### /.exec(reference)?.[1] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const told = rows.flatMap((row) =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`([a-z-]+)/g)].map(([, name]) => name),
  );
  expect(new Set(told)).toEqual(new Set([...commands.map((one) => one.name()), 'help']));
});

test('exit codes and environment are the same in the reference and in --help', () => {
  for (const code of Object.values(EXIT)) {
    expect(reference).toMatch(new RegExp(`^\\| ${code} +\\|`, 'm'));
    expect(EXIT_HELP).toMatch(new RegExp(`^  ${code}  \\w`, 'm'));
  }
  for (const [name] of EXIT_HELP.matchAll(/LOCKSTEP_[A-Z_]+|DATABASE_URL/g))
    expect(reference).toContain(`\`${name}\``);
});

test('the file that the reference shows is a valid one', () => {
  const shown = /```yaml\n([\s\S]*?)```/.exec(reference)?.[1] ?? '';
  const env = { REDMINE_KEY: 'k', RT_TOKEN: 't' };
  expect(() => parseConfiguration(shown, 'cli.md', env)).not.toThrow();
});
