import type { ConnectorDefinition } from '@lockstep/sdk';
import { memory } from './memory/index.ts';
import { rt } from './rt/index.ts';

/** Every tracker that Lockstep can connect. */
export const connectors: readonly ConnectorDefinition[] = [memory, rt];

export * from './memory/index.ts';
