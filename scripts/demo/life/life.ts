import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, type Client, type IntegrationInput, type Run } from '@lockstep/api';
import { followRun } from '../../follow-run.ts';
import type { Receivers } from './receivers.ts';

type Side = 'left' | 'right';

/** Two trackers, a server between them, and who is told: what the story of an integration's life needs. */
export interface LifeStage {
  readonly client: Client;
  readonly integration: string;
  readonly receivers: Receivers;
  readonly smtpPort: number;
  readonly webhook: string;
  /** The integration, without `enabled`; `broken`: nothing can be created on the left, for lack of a title. */
  document(mapping: 'whole' | 'broken'): IntegrationInput;
  /** A person makes an item; gives its id. */
  create(side: Side, title: string): Promise<string>;
  rename(side: Side, id: string, title: string): Promise<void>;
  /** Titles that people see on that side. */
  titles(side: Side): Promise<readonly string[]>;
  /** The left tracker answers nothing, or answers again. */
  setAway(isAway: boolean): void;
}

export interface Step {
  readonly step: string;
  readonly ok: boolean;
  readonly seconds: number;
}

/** Seconds: of a pause, what changed within them before enabling syncs with `recent`. */
export const LOOK_BACK = 10;
/** Seconds: what is stamped nearer to the end of a stretch may belong to either side of it, and syncs. */
const GRAIN = 4;
/** Milliseconds that a message may take to arrive. */
const PATIENCE = 60_000;

/** A step of the story did not come out as it should. */
class NotSo extends Error {}

/** Plays the life of an integration step by step; ends with the first step that is not as it should be. */
export async function playLife(stage: LifeStage, tell: (line: string) => void): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (const [step, play] of story(stage)) {
    const began = Date.now();
    let failure: string | undefined;
    try {
      await play();
    } catch (error) {
      if (!(error instanceof NotSo) && !(error instanceof ApiError)) throw error;
      failure = error.message;
    }
    steps.push({ step, ok: failure === undefined, seconds: Math.round((Date.now() - began) / 100) / 10 });
    tell(`${failure === undefined ? 'ok ' : 'NOT'}  ${step}${failure === undefined ? '' : `: ${failure}`}`);
    if (failure !== undefined) break;
  }
  return steps;
}

/** The life of an integration, in its order; each step leans on those before it. */
function story(stage: LifeStage): readonly (readonly [string, () => Promise<void>])[] {
  const { client, integration, receivers } = stage;
  const ids: Record<string, string> = {};
  const run = (): Promise<Run> => followRun(client, integration);
  const isThere = async (side: Side, title: string): Promise<boolean> =>
    (await stage.titles(side)).includes(title);
  const save = async (mapping: 'whole' | 'broken'): Promise<void> => {
    await client.putIntegration(integration, { ...stage.document(mapping), lookBack: `${LOOK_BACK}s` });
  };
  /** Pauses, edits, enables again, and lets a run go through. */
  const pause = async (resume: 'recent' | 'all' | 'none', edits: () => Promise<void>): Promise<void> => {
    await client.disable(integration, { why: 'the story wants a pause' });
    await pass(GRAIN);
    await edits();
    await pass(GRAIN);
    const { modes } = await client.estimate(integration);
    so(modes.all.left >= modes.recent.left && modes.none.left === 0, 'the estimates contradict each other');
    await client.enable(integration, { resume, why: 'the pause is over' });
    await run();
  };
  /** The address of an item of the left side: its number may be another item's on the right. */
  const addressOf = async (name: string): Promise<string> => {
    const { items } = await client.items(integration, { limit: 100 });
    const found = items.find(({ left }) => left?.id === ids[name])?.left?.url;
    if (found === undefined) throw new NotSo(`“${name}” is not among the latest items`);
    return found;
  };
  const recover = async (body: Parameters<Client['recover']>[1]): Promise<void> => {
    const { request } = await client.recover(integration, body);
    await until(
      async () => (await client.request(request)).run?.endedAt !== undefined,
      'the run that does it',
    );
  };

  return [
    [
      'an integration is saved, disabled, and then enabled',
      async () => {
        await save('whole');
        so(!(await client.integration(integration)).enabled, 'it was enabled by being saved');
        await client.enable(integration, { why: 'the story begins' });
      },
    ],
    [
      'what people make on either side is on the other after a run',
      async () => {
        for (const name of ['One', 'Two', 'Three', 'Four']) ids[name] = await stage.create('left', name);
        await stage.create('right', 'From the right');
        await run();
        for (const name of Object.keys(ids))
          so(await isThere('right', name), `“${name}” is not on the right`);
        so(await isThere('left', 'From the right'), 'the item of the right is not on the left');
      },
    ],
    [
      'two are told of failed runs: by mail, and by a signed webhook',
      async () => {
        const events = ['run-failed' as const];
        const remindAfter = '1d';
        const mail = {
          type: 'mail' as const,
          host: '127.0.0.1',
          port: stage.smtpPort,
          security: 'none' as const,
        };
        await client.putNotification('by-mail', {
          events,
          remindAfter,
          channel: { ...mail, from: 'lockstep@example.test', recipients: ['admin@example.test'] },
        });
        await client.putNotification('by-webhook', {
          events,
          remindAfter,
          channel: { type: 'webhook', url: stage.webhook, signingKey: receivers.signingKey },
        });
        so((await client.testNotification('by-mail')).ok, 'the test mail did not arrive');
        so(receivers.mails.length === 1, 'no test mail was received');
      },
    ],
    [
      'while it is disabled nothing runs, and a run cannot be asked for',
      async () => {
        await client.disable(integration, { why: 'to see that nothing runs' });
        await pass(GRAIN);
        await stage.rename('left', ids['One'] ?? '', 'One, in the pause');
        await refused('integration-disabled', () => client.run(integration));
        so(!(await isThere('right', 'One, in the pause')), 'it was synced while disabled');
      },
    ],
    [
      'enabled with “recent”: what changed within the look-back window syncs, what is older does not',
      async () => {
        await pass(LOOK_BACK + GRAIN);
        await stage.rename('left', ids['Two'] ?? '', 'Two, a moment ago');
        const { modes } = await client.estimate(integration);
        so(modes.recent.left === 1 && modes.all.left === 2, 'the estimate does not tell one from two');
        await client.enable(integration, { resume: 'recent' });
        await run();
        so(await isThere('right', 'Two, a moment ago'), 'the recent change was not synced');
        so(!(await isThere('right', 'One, in the pause')), 'the older change was synced');
      },
    ],
    [
      'enabled with “none”: nothing of the pause syncs',
      async () => {
        await pause('none', () => stage.rename('left', ids['Three'] ?? '', 'Three, unheard'));
        so(!(await isThere('right', 'Three, unheard')), 'the change was synced');
      },
    ],
    [
      'enabled with “all”: everything of the pause syncs',
      async () => {
        await pause('all', () => stage.rename('left', ids['Four'] ?? '', 'Four, caught up'));
        so(await isThere('right', 'Four, caught up'), 'the change was not synced');
      },
    ],
    [
      'a mapping that gives no title: the creation fails, visibly, and nothing else does',
      async () => {
        await save('broken');
        ids['Orphan'] = await stage.create('right', 'Orphan');
        so((await run()).outcome === 'succeeded', 'the whole run failed');
        const { items } = await client.parked(integration);
        so(
          items.some((item) => item.id === ids['Orphan']),
          'the item is not parked',
        );
      },
    ],
    [
      'a hard resync of an item without counterpart is refused, and not offered',
      async () => {
        const items = [ids['Orphan'] ?? ''];
        await refused('no-counterpart', () => client.recover(integration, { action: 'hard-resync', items }));
        const parked = (await client.parked(integration)).items.find((item) => item.id === ids['Orphan']);
        so(parked?.actions?.includes('hard-resync') === false, 'it is offered all the same');
        so(parked?.actions?.includes('recreate') === true, 'the recreation is not offered');
      },
    ],
    [
      'with the mapping mended, a recreation makes the counterpart, once',
      async () => {
        await save('whole');
        await recover({ action: 'recreate', items: [ids['Orphan'] ?? ''] });
        so(
          (await stage.titles('left')).filter((title) => title === 'Orphan').length === 1,
          'it is not there once',
        );
      },
    ],
    [
      'a resync carries what the pause left out',
      async () => {
        await recover({ action: 'resync', items: [await addressOf('One')] });
        so(await isThere('right', 'One, in the pause'), 'the change was not synced');
      },
    ],
    [
      'a hard resync tells first what it would overwrite, and then does it',
      async () => {
        const items = [await addressOf('Three')];
        const wish = { action: 'hard-resync' as const, items, from: 'left' as const };
        const { entries } = await client.planRecovery(integration, wish);
        const told = entries.flatMap(({ fields }) =>
          fields.map(({ words }) => `${words.before} → ${words.after}`),
        );
        so(
          told.some((line) => line.includes('Three, unheard')),
          `the plan tells ${told.join(', ') || 'nothing'}`,
        );
        await recover(wish);
        so(await isThere('right', 'Three, unheard'), 'it was not written');
      },
    ],
    [
      'a tracker goes away: the run fails, and both are told',
      async () => {
        stage.setAway(true);
        so((await run()).outcome === 'failed', 'the run did not fail');
        await until(async () => receivers.mails.length === 2, 'the mail');
        await until(async () => receivers.posts.at(-1) === 'raised', 'the webhook');
      },
    ],
    [
      'it comes back: the next run succeeds, and both are told that it recovered',
      async () => {
        stage.setAway(false);
        so((await run()).outcome === 'succeeded', 'the run did not succeed');
        await until(async () => receivers.mails.some((subject) => /recovered/i.test(subject)), 'the mail');
        await until(async () => receivers.posts.at(-1) === 'recovered', 'the webhook');
        so(receivers.mails.length === 3, `${receivers.mails.length} mails came in place of three`);
      },
    ],
    [
      'nobody edits: a run writes nothing',
      async () => {
        const { left, right } = await run();
        const written = [left, right].map((side) => (side?.created ?? 0) + (side?.updated ?? 0));
        so(
          written.every((count) => count === 0),
          'something was written',
        );
      },
    ],
  ];
}

/** The clock goes on by so many seconds. */
async function pass(seconds: number): Promise<void> {
  for (const end = Date.now() + seconds * 1_000; Date.now() < end;) await delay(100);
}

function so(is: boolean, otherwise: string): void {
  if (!is) throw new NotSo(otherwise);
}

async function refused(code: string, action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (error instanceof ApiError && error.problem.code === code) return;
    throw error;
  }
  throw new NotSo(`it was not refused with ${code}`);
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await delay(100)) if (await condition()) return;
  throw new NotSo(`${what} did not come within ${PATIENCE / 1_000} s`);
}
