import type { Connector, Schema } from '@lockstep/sdk';
import type { Both, IntegrationConfiguration } from '../configuration/integration.ts';
import { checkConfiguration } from './check.ts';
import type { ConfigurationFault } from './fault.ts';

/**
 * What of a saved configuration no longer fits the trackers: a field or an option that vanished, a right that was
 * taken away. The rest of it syncs on.
 */
export function driftOf(
  configuration: IntegrationConfiguration,
  schemas: Both<Schema>,
  connectors: Both<Connector>,
): readonly ConfigurationFault[] {
  return checkConfiguration(configuration, schemas, connectors).filter((fault) => fault.level === 'error');
}

/** In one sentence, for the run and the integration's health. */
export function driftInWords(drift: readonly ConfigurationFault[]): string | undefined {
  const [first] = drift;
  if (first === undefined) return undefined;
  const more = drift.length > 1 ? ` (and ${drift.length - 1} more)` : '';
  return `the mapping no longer fits the trackers: ${first.message}${more}; the rest is kept in step`;
}
