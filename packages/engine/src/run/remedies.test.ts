import { ConnectorError } from '@lockstep/sdk';
import type { ErrorKind } from '@lockstep/sdk';
import { expect, test } from 'vitest';
import { World } from '../testing/world.ts';

/** Kinds that concern the whole connection end the run instead, with the tracker's own remedy; a limit is waited out. */
const PARKED: readonly ErrorKind[] = [
  'forbidden',
  'rejected',
  'gone',
  'conflict',
  'unavailable',
  'ambiguous',
  'unsupported',
  'protocol',
];

test.each(PARKED)('an item that is parked for an error that is %s says what to do', async (kind) => {
  const world = new World({
    hooks: {
      right: {
        before: (call: string) => {
          if (call === 'write') throw new ConnectorError(kind, 'no');
        },
      },
    },
  });
  const id = world.left.create('alice', { title: 'A' });
  await world.run();
  const parked = world.state.parked.get(`left:${id}`);
  expect(parked).toMatchObject({ kind });
  expect(parked?.remedy).toMatch(/\.$/);
});
