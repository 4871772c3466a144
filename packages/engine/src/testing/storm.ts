import { ConnectorError } from '@lockstep/sdk';
import type { CallKind, MemoryTracker, Quirks } from '@lockstep/connectors';
import { Chance } from './chance.ts';
import { World } from './world.ts';

const QUIRKS: readonly Quirks[] = [
  {},
  { versioning: 'exact', indexLag: 3_000 },
  { versioning: 'timestamp', timestampStep: 1_000, normalise: 'crlf', parts: false },
  { versioning: 'timestamp', timestampStep: 1_000, indexLag: 2_000, answerHorizon: 5_000, pageSize: 3 },
  { marker: false, workflow: true },
];

interface Person {
  readonly tracker: MemoryTracker;
  readonly names: readonly string[];
}

/**
 * People edit both sides at random while answers are lost, connections break and our process dies between any two
 * steps. When the storm is over, what is on both sides is held against what people did. Gives the violations.
 */
export async function weather(seed: number): Promise<readonly string[]> {
  const chance = new Chance(seed);
  let calm = false;
  const fault = (moment: string) => (kind: CallKind) => {
    if (calm || !chance.happens(0.04)) return;
    const isWrite = kind === 'write' || kind === 'comment' || kind === 'file';
    if (kind === 'readBack') throw new ConnectorError('ambiguous', `read-back lost ${moment}`);
    if (isWrite && moment === 'before' && chance.happens(0.5))
      throw new ConnectorError('unavailable', 'never connected');
    throw new ConnectorError(isWrite ? 'ambiguous' : 'unavailable', `answer lost ${moment} ${kind}`);
  };
  const dies = (): void => {
    if (!calm && chance.happens(0.01)) throw new Error('the process died');
  };
  const hooks = { before: fault('before'), after: fault('after') };
  const world = new World({
    quirks: { left: chance.pick(QUIRKS), right: chance.pick(QUIRKS) },
    hooks: { left: hooks, right: hooks },
    storeHooks: { before: dies, after: dies },
  });
  const people: readonly Person[] = [
    { tracker: world.left, names: ['alice', 'bob'] },
    { tracker: world.right, names: ['u-alice', 'u-bob'] },
  ];
  const tokens = { items: [] as string[], comments: [] as string[] };
  for (let step = 0; step < 25; step += 1) {
    world.time += chance.below(4_000);
    act(chance.pick(people), chance, tokens);
    if (chance.happens(0.4)) await world.run({ concurrency: 2 }).catch(() => undefined);
  }
  calm = true;
  let quiet = 0;
  for (let round = 0; round < 30 && quiet < 3; round += 1) {
    world.time += 3_600_000;
    const before = world.writes();
    await world.run();
    quiet = world.writes() === before ? quiet + 1 : 0;
  }
  return quiet < 3 ? ['still writing after 30 calm runs (P3)'] : judge(world, tokens);
}

function act(person: Person, chance: Chance, tokens: { items: string[]; comments: string[] }): void {
  const { tracker } = person;
  const by = chance.pick(person.names);
  const ids = [...tracker.items.keys()];
  const token = `t${tokens.items.length + tokens.comments.length}x`;
  if (ids.length === 0 || chance.happens(0.3)) {
    tracker.create(by, {
      title: token,
      description: 'one\n\ntwo\n\nthree',
      labels: [chance.pick(['a', 'b'])],
    });
    tokens.items.push(token);
    return;
  }
  const id = chance.pick(ids);
  if (chance.happens(0.25)) {
    tracker.comment(by, id, `says ${token}`, chance.pick(['public', 'private']));
    tokens.comments.push(token);
    return;
  }
  const edit = chance.pick(['people', 'text', 'plan'] as const);
  if (edit === 'people') {
    tracker.edit(by, id, { labels: ['a', 'b', 'c'].filter(() => chance.happens(0.5)), assignee: by });
  } else if (edit === 'text') {
    const lines = String(tracker.item(id).fields['description']).split(/\r?\n\r?\n/);
    lines[chance.below(lines.length)] = `line ${chance.below(1_000)}`;
    tracker.edit(by, id, { description: lines.join('\n\n') });
  } else
    tracker.edit(by, id, {
      priority: chance.pick(['low', 'high', 'urgent']),
      due: `2026-0${1 + chance.below(9)}-01`,
    });
}

const FIELDS = ['title', 'description', 'status', 'priority', 'due'];

function judge(
  world: World,
  tokens: { readonly items: readonly string[]; readonly comments: readonly string[] },
): string[] {
  const violations: string[] = [];
  const plain = (value: unknown): string => String(value ?? '').replaceAll('\r', '');
  const find = (tracker: MemoryTracker, token: string) =>
    [...tracker.items.values()].filter((item) => item.fields['title'] === token);
  for (const token of tokens.items) {
    const [left, right] = [find(world.left, token), find(world.right, token)];
    if (left.length !== 1 || right.length !== 1) {
      violations.push(`${token} is there ${left.length} and ${right.length} times (P1, P2)`);
      continue;
    }
    for (const field of FIELDS) {
      const [a, b] = [left[0]?.fields[field], right[0]?.fields[field]];
      if (plain(a) !== plain(b)) violations.push(`${token}.${field} differs: ${plain(a)} | ${plain(b)} (P7)`);
    }
  }
  for (const token of tokens.comments) {
    for (const tracker of [world.left, world.right]) {
      const found = [...tracker.items.values()].flatMap((item) =>
        item.comments.filter((one) => new RegExp(`${token}\\b`).test(one.body)),
      );
      if (found.length !== 1)
        violations.push(`comment ${token} is there ${found.length} times on ${tracker.name} (P1, P2)`);
    }
  }
  for (const parked of world.state.parked.values())
    violations.push(`parked after the storm: ${parked.reason}`);
  return violations;
}
