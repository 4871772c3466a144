import { readOptions } from './options.ts';
import { faultsOf, prove } from './prove.ts';

const begun = Date.now();
const seconds = (): number => Math.round((Date.now() - begun) / 1000);
process.exitCode = 1;
try {
  const options = readOptions(process.argv.slice(2));
  const tell = (line: string): void => console.error(`${String(seconds()).padStart(4)} s  ${line}`);
  tell(`seed ${options.seed}; again with --seed ${options.seed}`);
  const result = await prove(options, tell);
  const faults = faultsOf(result);
  for (const fault of faults) console.error(fault);
  if (faults.length === 0) process.exitCode = 0;
  const line = { ...result, seconds: seconds() };
  console.log(
    options.json
      ? JSON.stringify(line)
      : Object.entries(line)
          .map(([name, it]) => `${name}: ${typeof it === 'object' ? JSON.stringify(it) : it}`)
          .join('\n'),
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
}
