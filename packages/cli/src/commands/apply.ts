import { ApiError, type Applied, type Client, type Outcome } from '@lockstep/api';
import { type ConfigurationFile, invalid, inWords } from '../document/read.ts';
import { EXIT } from '../exit.ts';
import { table, type Output } from '../output.ts';

/** Saves everything in the file, or, if anything is refused, nothing; each refusal names its line. */
export async function apply(client: Client, file: ConfigurationFile, output: Output): Promise<void> {
  output.progress('asking the trackers …');
  const applied = await located(file, () => client.configure(file.configuration));
  tell(applied, file, output);
  output.result({ ok: true, ...applied, warnings: file.locate(applied.warnings) });
}

/** The same checks; saves nothing. */
export async function check(client: Client, file: ConfigurationFile, output: Output): Promise<void> {
  output.progress('asking the trackers …');
  const found = await located(file, () => client.configure(file.configuration, { dryRun: true }));
  tell(found, file, output, 'would be ');
  output.line('All of it can be applied. Nothing was saved.');
  output.result({ ok: true, ...found, warnings: file.locate(found.warnings) });
}

function tell(applied: Applied, file: ConfigurationFile, output: Output, mood = ''): void {
  const outcome = (of: Outcome): string => (of === 'unchanged' ? of : `${mood}${of}`);
  const rows = [
    ...applied.connections.map((one) => ['connection', one.name, outcome(one.outcome), '']),
    ...applied.integrations.map((one) => [
      'integration',
      one.name,
      outcome(one.outcome),
      one.enabled ? 'enabled' : `disabled; to let it run: lockstep enable ${one.name}`,
    ]),
    ...applied.notifications.map((one) => ['notification', one.name, outcome(one.outcome), '']),
  ];
  for (const line of table(rows)) output.line(line);
  for (const fault of file.locate(applied.warnings)) output.line(inWords(fault));
}

async function located<T>(file: ConfigurationFile, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ApiError) || error.problem.faults === undefined) throw error;
    const { faults, code, status } = error.problem;
    // A tracker that does not answer now is no fault of the file.
    throw invalid(file.locate(faults), code, status >= 500 ? EXIT.failed : EXIT.input);
  }
}
