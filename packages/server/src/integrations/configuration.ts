import type { IntegrationDocument } from '@lockstep/api';
import { printIntegration } from '@lockstep/api';
import type { IntegrationConfiguration } from '@lockstep/engine';

/** From what people write to what the engine runs. */
export function toConfiguration(name: string, document: IntegrationDocument): IntegrationConfiguration {
  const { enabled: _, filters, left, right, startFrom, ...rest } = document;
  const configuration = {
    name,
    ...rest,
    left: { ...left, filters: filters?.left },
    right: { ...right, filters: filters?.right },
    startFrom: startFrom === undefined ? undefined : new Date(startFrom).toISOString(),
  };
  // Through JSON, as it will be stored: what is undefined is absent.
  return JSON.parse(JSON.stringify(configuration)) as IntegrationConfiguration;
}

/** And back. */
export function toDocument(
  configuration: IntegrationConfiguration,
  enabled: boolean,
): Record<string, unknown> {
  const { name: _, left, right, ...rest } = configuration;
  const filters = { left: left.filters, right: right.filters };
  return printIntegration({
    left: { connection: left.connection, scope: left.scope },
    right: { connection: right.connection, scope: right.scope },
    ...rest,
    ...(left.filters === undefined && right.filters === undefined ? {} : { filters }),
    enabled,
  } as IntegrationDocument);
}
