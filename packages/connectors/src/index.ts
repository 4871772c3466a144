import type { ConnectorDefinition } from '@lockstep/sdk';
import { memory } from './memory/index.ts';

/** Every tracker that Lockstep can connect. */
export const connectors: readonly ConnectorDefinition[] = [memory];

export * from './memory/index.ts';
