import { ConnectorError, defineConnector } from '@lockstep/sdk';
import { z } from 'zod';
import { connectMemory } from './connector.ts';
import type { MemoryTracker } from './tracker.ts';

/** The trackers of this process, by name: a connection names one. */
export const memoryTrackers = new Map<string, MemoryTracker>();

export const memory = defineConnector({
  id: 'memory',
  title: 'In-memory tracker',
  config: z.strictObject({
    tracker: z.string().min(1).meta({ title: 'Name of the tracker in this process' }),
  }),
  scope: z.strictObject({}),
  place: ({ tracker = '' }) => tracker,
  connect(config) {
    const tracker = memoryTrackers.get(config.tracker);
    if (tracker === undefined) {
      throw new ConnectorError('config', `there is no memory tracker “${config.tracker}” in this process`, {
        remedy: 'Memory trackers live in the process that made them: start the demo, or use another tracker.',
      });
    }
    return connectMemory(tracker);
  },
});

export { connectMemory } from './connector.ts';
export { QUIRK_KINDS } from './quirks.ts';
export type { CallKind, Hooks, QuirkKind, Quirks, Zone } from './quirks.ts';
export { MemoryTracker } from './tracker.ts';
export type { Backup, StoredItem } from './stored-item.ts';
