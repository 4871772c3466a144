import type { Client } from '@lockstep/api';
import { MemoryTracker, memoryTrackers } from '@lockstep/connectors';
import { ConnectorError } from '@lockstep/sdk';
import type { LifeStage } from './life.ts';
import type { Receivers } from './receivers.ts';

/** The stage of the built-in trackers. */
export async function memoryStage(
  client: Client,
  receivers: Receivers,
  { smtpPort, url }: { readonly smtpPort: number; readonly url: string },
): Promise<LifeStage> {
  let isAway = false;
  const open = (name: string, before: () => void): MemoryTracker => {
    const tracker = new MemoryTracker(name, () => Date.now(), {}, { before: async () => before() });
    tracker.addUser({ id: `${name}-alice`, login: 'alice', name: 'Alice Archer', active: true });
    memoryTrackers.set(name, tracker);
    return tracker;
  };
  const left = open('left', () => {
    if (isAway) throw new ConnectorError('unavailable', 'left: no answer, the tracker is away');
  });
  const right = open('right', () => undefined);
  const trackers = { left, right };
  for (const name of ['left', 'right'] as const)
    await client.putConnection(name, { tracker: 'memory', config: { tracker: name } });
  return {
    client,
    integration: 'life',
    receivers,
    smtpPort,
    webhook: url,
    document: (mapping) => ({
      left: { connection: 'left' },
      right: { connection: 'right' },
      interval: '1d',
      startFrom: '2020-01-01',
      types: [
        {
          left: 'task',
          right: 'task',
          ...(mapping === 'whole' ? {} : { create: { right: false } }),
          fields: [
            mapping === 'whole' ? 'title <-> title' : 'title <- description',
            'status <-> status',
            'labels <-> labels',
          ],
        },
      ],
    }),
    create: async (side, title) => trackers[side].create(`${side}-alice`, { title }),
    rename: async (side, id, title) => trackers[side].edit(`${side}-alice`, id, { title }),
    titles: async (side) =>
      [...trackers[side].items.values()]
        .filter(({ deleted }) => !deleted)
        .map(({ fields }) => String(fields['title'])),
    setAway: (away) => {
      isAway = away;
    },
  };
}
