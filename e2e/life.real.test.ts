import type { IntegrationInput } from '@lockstep/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { playLife, type LifeStage } from '../scripts/demo/life/life.ts';
import { Receivers } from '../scripts/demo/life/receivers.ts';
import { realTrackers } from '../scripts/trackers/state.ts';
import { Chance } from './prove-real/chance.ts';
import { FaultProxy } from './prove-real/faults/fault-proxy.ts';
import { INTEGRATION } from './prove-real/integration.ts';
import { Stage } from './testing/stage.ts';

const receivers = new Receivers();
let proxy: FaultProxy;
let stage: Stage;
let life: LifeStage;

beforeAll(async () => {
  const { smtpPort, url: webhook } = await receivers.start();
  proxy = new FaultProxy((await realTrackers()).redmine.url, new Chance(1));
  const url = await proxy.start();
  stage = await Stage.open('Life', {
    allowedAddresses: ['127.0.0.1'],
    reach: (them) => ({ ...them, redmine: { ...them.redmine, url } }),
  });
  const { desks } = stage;
  const sides = { left: desks.redmine, right: desks.rt };
  life = {
    client: stage.client,
    integration: INTEGRATION,
    receivers,
    smtpPort,
    webhook,
    document: (mapping) => (mapping === 'whole' ? whole() : withoutTitle(whole())),
    create: (side, title) => sides[side].create('alice', { title }, 'Made in the story.'),
    rename: (side, id, title) => sides[side].edit('alice', id, { title }),
    titles: async (side) => (await sides[side].read()).map(({ fields }) => fields.title),
    setAway: (isAway) => {
      proxy.isAway = isAway;
    },
  };
});
afterAll(async () => {
  await stage.close();
  await proxy.stop();
  await receivers.stop();
});

function whole(): IntegrationInput {
  const { enabled: _, ...document } = stage.document();
  return document;
}

/** Redmine's title comes from a field that is empty. */
function withoutTitle({ types, ...rest }: IntegrationInput): IntegrationInput {
  return {
    ...rest,
    types: types.map((type) => ({
      ...type,
      create: { right: false },
      fields: ['Subject <- Severity', 'Status', 'Priority'].flatMap((name) =>
        name.includes('<-')
          ? [name]
          : type.fields.filter((field) => typeof field !== 'string' && field.left === name),
      ),
    })),
  };
}

it('lives its life between a real Redmine and a real Request Tracker', async () => {
  const told: string[] = [];
  const steps = await playLife(life, (line) => told.push(line));
  expect(told.filter((line) => line.startsWith('NOT'))).toEqual([]);
  expect(steps.length).toBeGreaterThan(14);
}, 300_000);
