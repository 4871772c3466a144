import { createHttp } from '@lockstep/sdk';
import { expect, it } from 'vitest';
import { memory, memoryTrackers } from './index.ts';
import { MemoryTracker } from './tracker.ts';

const host = { now: () => 0, http: (options: Parameters<typeof createHttp>[0]) => createHttp(options, host) };

it('connects a tracker of this process by its name', async () => {
  memoryTrackers.set('demo', new MemoryTracker('demo', host.now));
  const report = await memory.connect({ tracker: 'demo' }, {}, host).check(new AbortController().signal);
  memoryTrackers.delete('demo');
  expect(report).toMatchObject({ product: 'memory tracker demo', account: { id: 'sync' } });
});

it('says what to do about a name that nobody registered', () => {
  expect(() => memory.connect({ tracker: 'demo' }, {}, host)).toThrow(
    expect.objectContaining({
      kind: 'config',
      message: expect.stringContaining('“demo”') as string,
      details: { remedy: expect.stringMatching(/\.$/) as string },
    }) as Error,
  );
});
