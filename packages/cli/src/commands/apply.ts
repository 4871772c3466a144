import { ApiError, type Client, type IntegrationInput, printIntegration } from '@lockstep/api';
import type { ConfigurationFile } from '../document/read.ts';
import { EXIT, Failure } from '../exit.ts';
import type { Output } from '../output.ts';

/** Saves everything in the file, connections first. A refusal names its line; what was saved before it stays saved. */
export async function apply(client: Client, file: ConfigurationFile, output: Output): Promise<void> {
  const { connections, integrations } = file.configuration;
  const applied = { connections: [] as string[], integrations: [] as string[] };
  const warnings: string[] = [];
  for (const [name, connection] of Object.entries(connections)) {
    await located(file, ['connections', name], () => client.putConnection(name, connection));
    applied.connections.push(name);
    output.line(`connection   ${name}  saved`);
  }
  for (const [name, integration] of Object.entries(integrations)) {
    const saved = await located(file, ['integrations', name], () =>
      client.putIntegration(name, printIntegration(integration) as IntegrationInput),
    );
    applied.integrations.push(name);
    output.line(
      `integration  ${name}  saved, ${saved.enabled ? 'enabled' : `disabled: lockstep enable ${name}`}`,
    );
    warnings.push(...file.locate(saved.warnings ?? [], ['integrations', name]));
  }
  for (const warning of warnings) output.line(warning);
  output.result({ ok: true, ...applied, warnings });
}

/** Holds the file against what the server has and what the trackers say; saves nothing. */
export async function check(client: Client, file: ConfigurationFile, output: Output): Promise<void> {
  const known = new Set((await client.connections()).items.map((one) => one.name));
  const unsaved: string[] = [];
  for (const [name, integration] of Object.entries(file.configuration.integrations)) {
    if (!known.has(integration.left.connection) || !known.has(integration.right.connection)) {
      unsaved.push(name);
      output.line(
        `integration  ${name}  is written well; its connections are not saved yet, so the trackers were not asked`,
      );
      continue;
    }
    const found = await located(file, ['integrations', name], () =>
      client.putIntegration(name, printIntegration(integration) as IntegrationInput, { dryRun: true }),
    );
    output.line(`integration  ${name}  can run`);
    for (const warning of file.locate(found.warnings ?? [], ['integrations', name])) output.line(warning);
  }
  output.result({ ok: true, unchecked: unsaved });
}

async function located<T>(
  file: ConfigurationFile,
  at: readonly string[],
  action: () => Promise<T>,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ApiError) || error.problem.status >= 500) throw error;
    const { problem } = error;
    const faults = problem.faults ?? [
      { path: [], message: problem.detail, remedy: problem.remedy, level: 'error' as const },
    ];
    throw new Failure(EXIT.input, problem.code, file.locate(faults, at).join('\n'));
  }
}
