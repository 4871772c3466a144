import { createRequire } from 'node:module';
import path from 'node:path';
import { cruise, type IConfiguration } from 'dependency-cruiser';
import { mirrorImports, ROOTS } from './mirror.ts';
import { existsSync } from 'node:fs';

const rules = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as Required<IConfiguration>;

export interface ImportReport {
  readonly files: number;
  /** One sentence each, by rule. */
  readonly violations: readonly string[];
}

/** Applies `.dependency-cruiser.cjs` to the tree at `root`. */
export async function checkImports(root: string): Promise<ImportReport> {
  await using mirror = await mirrorImports(root);
  const { output } = await cruise(
    ROOTS.filter((it) => existsSync(path.join(mirror.folder, it))),
    { ...rules.options, baseDir: mirror.folder, validate: true, ruleSet: { forbidden: rules.forbidden } },
    rules.options.enhancedResolveOptions,
  );
  if (typeof output === 'string') throw new Error(output);
  const seen = output.modules.filter((it) => ROOTS.some((root) => it.source.startsWith(`${root}/`))).length;
  if (seen < mirror.files) throw new Error(`dependency-cruiser read ${seen} of ${mirror.files} files`);
  const violations = output.summary.violations.map(({ rule, from, to, cycle }) => {
    const chain = cycle?.map((it) => it.name).join(' → ');
    return `${rule.name}: ${from} → ${chain ?? to}`.replaceAll(/\.js\b/g, '.ts');
  });
  return { files: mirror.files, violations: [...new Set(violations)].sort() };
}
