import type { ConnectorDefinition } from '@lockstep/sdk';
import { memory } from './memory/index.ts';
import { redmine } from './redmine/index.ts';
import { rt } from './rt/index.ts';

/** Every tracker that Lockstep can connect. */
export const connectors: readonly ConnectorDefinition[] = [memory, redmine, rt];

export * from './memory/index.ts';
