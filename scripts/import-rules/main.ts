import { checkImports } from './check.ts';

const { files, violations } = await checkImports(process.cwd());
for (const violation of violations) console.error(violation);
console.log(`${files} files, ${violations.length} imports against the rules of .dependency-cruiser.cjs`);
if (violations.length > 0) process.exitCode = 1;
