import type { Quirks, Zone } from '@lockstep/connectors';
import type { Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import { Chance } from '../testing/chance.ts';
import { MAPPED_FIELDS } from './history.ts';
import type { Fault, FaultKind, History, PersonStep, Step, WishStep } from './history.ts';
import { STEP } from './play.ts';
import { START } from './simulated-world.ts';

const FAULTS: readonly FaultKind[] = [
  'connection refused',
  'answer lost before',
  'answer lost after',
  'answer lost after',
  'server error',
  'rate limit',
  'rate limit without a time',
  'retry storm',
  'web page',
  'token expired',
  'delay',
  'overtaken',
  'overtaken',
  'death at a call',
  'death after a call',
  'death at a commit',
  'death after a commit',
  'store lost before',
  'store lost after',
  'second worker',
  'person meanwhile',
  'person meanwhile',
];

/** What people do in a history: everything, or mostly what has to do with who may see what. */
export type About = 'everything' | 'visibility';

/** Makes a history from a seed: two trackers with their manners, people, administrators, and what goes wrong. */
export function generate(seed: number, about: About = 'everything'): History {
  const chance = new Chance(seed);
  const author = about === 'everything' ? new Author(chance) : new SecretiveAuthor(chance);
  const quirks = { left: quirksOf(chance), right: quirksOf(chance) };
  const skew = { left: skewOf(chance), right: skewOf(chance) };
  const length = 10 + chance.below(30);
  const steps: Step[] = [author.create()];
  const administrator = new Administrator(chance);
  while (steps.length < length) steps.push(...stepsOf(chance, author, administrator));
  return asking(migrating({ seed, quirks, skew, steps }, chance, author), chance, author);
}

const WISHES: readonly WishStep['wish'][] = [
  'resync',
  'hard-resync',
  'hard-resync',
  'recreate',
  'resolve',
  'resolve',
  'undo',
  'undo',
];

/** Of some histories: administrators ask for single items, at any moment, and the policy may be to ask them. */
function asking(history: History, chance: Chance, author: Author): History {
  if (!chance.happens(0.35)) return history;
  const steps = [...history.steps];
  const items = steps.filter((step) => step.kind === 'create').length;
  const put = (...some: Step[]): void => void steps.splice(1 + chance.below(steps.length), 0, ...some);
  if (chance.happens(0.3)) put({ kind: 'policy', policy: 'ask' });
  for (let count = 1 + chance.below(5); count > 0; count -= 1) {
    const wish = chance.pick(WISHES);
    const from = chance.pick([...SIDES, 'newest'] as const);
    const asked = { kind: 'wish', wish, item: chance.below(Math.max(1, items)), from } as const;
    // Now and then somebody disables the integration before the wish is taken up.
    const dropped: readonly Step[] = chance.happens(0.08)
      ? [{ kind: 'pause' }, { kind: 'resume', what: chance.pick(['recent', 'none'] as const) }]
      : [];
    put(...(chance.happens(0.5) ? occasionFor(wish, author) : []), asked, ...dropped);
    // Most are taken up before everything has changed again.
    if (chance.happens(0.5)) put({ kind: 'run', faults: [] });
  }
  return { ...history, steps };
}

/** What gives administrators something to ask for: a conflict, a creation that failed. */
function occasionFor(wish: WishStep['wish'], author: Author): readonly Step[] {
  const run = { kind: 'run', faults: [] } as const;
  if (wish === 'resolve') return [run, ...author.both(), run];
  if (wish !== 'recreate') return [];
  const created = author.create();
  const fault = { at: 0, on: `${other(created.side)} write`, kind: 'server error' } as const;
  return [created, { kind: 'run', faults: [fault] }];
}

/** Of some histories: the integration was enabled after people had worked for a while, and what is older is migrated. */
function migrating(history: History, chance: Chance, author: Author): History {
  if (!chance.happens(0.15)) return history;
  const before = 2 + chance.below(8);
  const prelude = history.steps.slice(0, before).filter((step): step is PersonStep => isPersonal(step));
  const steps: Step[] = history.steps.slice(before);
  for (let count = 1 + chance.below(4); count > 0; count -= 1) {
    const faults = chance.happens(0.4) ? [] : faultsOf(chance, author);
    const alreadyMigrated = chance.pick(['skip', 'skip', 'update', 'replace'] as const);
    const step: Step = { kind: 'migrate', from: chance.pick(SIDES), alreadyMigrated, faults };
    steps.splice(chance.below(steps.length + 1), 0, step);
  }
  const settings = { enabledAt: prelude.length * STEP + chance.pick([1, 60_000]), migrates: true } as const;
  return { ...history, steps: [...prelude, ...steps], settings };
}

function isPersonal(step: Step): step is PersonStep {
  return 'by' in step;
}

function stepsOf(chance: Chance, author: Author, administrator: Administrator): readonly Step[] {
  const roll = chance.fraction();
  if (roll < 0.3) return [{ kind: 'run', faults: chance.happens(0.3) ? [] : faultsOf(chance, author) }];
  if (roll < 0.36) return [{ kind: 'pass', milliseconds: chance.pick([1_000, 20_000, 90_000, 3_600_000]) }];
  if (roll < 0.46) return [administrator.next()];
  if (roll < 0.48) return author.both();
  return [author.next()];
}

/** What administrators do, and what they are told has happened: lost rights, backups. */
class Administrator {
  private readonly chance: Chance;
  private readonly mayMap: boolean;
  private readonly backsUp: Side | undefined;

  constructor(chance: Chance) {
    this.chance = chance;
    this.mayMap = chance.happens(0.3);
    this.backsUp = chance.happens(0.12) ? chance.pick(SIDES) : undefined;
  }

  next(): Step {
    const { chance } = this;
    if (this.mayMap && chance.happens(0.4)) return this.mapping();
    if (this.backsUp !== undefined && chance.happens(0.5))
      return { kind: chance.pick(['backup', 'backup', 'return to backup'] as const), side: this.backsUp };
    const roll = chance.fraction();
    if (roll < 0.12) return { kind: 'pause' };
    if (roll < 0.4) return { kind: 'resume', what: chance.pick(['all', 'all', 'recent', 'none'] as const) };
    if (roll < 0.5) return { kind: 'policy', policy: chance.pick(['newest', 'left', 'right'] as const) };
    if (roll < 0.57) return { kind: 'blind', side: chance.pick(SIDES) };
    if (roll < 0.61) return { kind: 'blind', side: chance.pick(SIDES), item: chance.below(3) };
    if (roll < 0.88) return { kind: 'see', side: chance.pick(SIDES) };
    return { kind: 'renew token', side: chance.pick(SIDES) };
  }

  private mapping(): Step {
    const { chance } = this;
    if (chance.happens(0.3)) return { kind: 'options', table: chance.pick(['alike', 'joined'] as const) };
    return {
      kind: 'map',
      field: chance.pick(MAPPED_FIELDS),
      direction: chance.pick(['both', 'both', 'to-left', 'to-right', 'none'] as const),
    };
  }
}

function faultsOf(chance: Chance, author: Author): Fault[] {
  return Array.from({ length: 1 + chance.below(3) }, () => {
    const kind = chance.pick(FAULTS);
    const at = chance.below(60);
    if (kind !== 'person meanwhile') return { at, kind };
    // While pages are read, rows move between them.
    if (chance.happens(0.2)) return { at: 1, on: `${chance.pick(SIDES)} list`, kind, step: author.next() };
    return { at, kind, step: author.next() };
  });
}

function quirksOf(chance: Chance): Quirks {
  const step = chance.pick([1, 1_000, 1_000, 60_000]);
  return {
    ...chance.pick<Quirks>([
      { versioning: 'compare-and-set' },
      { versioning: 'exact' },
      { versioning: 'timestamp' },
      { versioning: 'timestamp' },
    ]),
    timestampStep: step,
    indexLag: chance.pick([0, 0, 2_000, 30_000]),
    answerHorizon: chance.pick([1_000, 10_000]),
    pageSize: chance.pick([100, 2]),
    parts: chance.happens(0.5),
    privateComments: chance.happens(0.7),
    marker: chance.happens(0.85),
    workflow: chance.happens(0.25),
    ...(chance.happens(0.3) ? { normalise: chance.pick(['crlf', 'trim', 'markup', 'plain'] as const) } : {}),
    ...(chance.happens(0.1) ? { drops: [chance.pick(['severity', 'severity', 'due', 'priority'])] } : {}),
    ...(chance.happens(0.3) ? { ties: 'descending' as const } : {}),
    ...(chance.happens(0.25) ? { zone: zoneOf(chance) } : {}),
  };
}

/** Local time that may change within the history: an hour is left out, or comes twice. */
function zoneOf(chance: Chance): Zone {
  const minutes = chance.pick([-480, -60, 60, 330]);
  if (chance.happens(0.4)) return { minutes };
  const at = START + chance.below(4) * 1_800_000;
  return { minutes, changes: { at, minutes: minutes + chance.pick([-60, -60, 60]) } };
}

function skewOf(chance: Chance): number {
  return chance.pick([0, 0, 0, -90_000, 45_000]);
}

/** Writes what people do: numbers their items and marks, so that every value can be told apart afterwards. */
class Author {
  protected items = 0;
  protected marks = 0;
  protected readonly chance: Chance;

  constructor(chance: Chance) {
    this.chance = chance;
  }

  create(): PersonStep {
    return {
      ...this.on(),
      kind: 'create',
      item: this.items++,
      visibility: this.chance.happens(0.93) ? 'public' : 'private',
    };
  }

  next(): PersonStep {
    const { chance } = this;
    const on = this.on();
    const roll = chance.fraction();
    if (this.items === 0 || roll < 0.14) return this.create();
    const item = chance.below(this.items);
    const mark = this.marks++;
    if (roll < 0.24) return { ...on, kind: 'title', item, mark };
    if (roll < 0.32) return { ...on, kind: 'due', item, mark };
    if (roll < 0.39) return { ...on, kind: 'tag', item, mark };
    if (roll < 0.42) return { ...on, kind: 'untag', item };
    if (roll < 0.56) {
      const how = chance.pick(['replace', 'replace', 'append', 'remove'] as const);
      return { ...on, kind: 'text', item, mark, paragraph: chance.below(4), how };
    }
    if (roll < 0.68) {
      const field = chance.pick(['status', 'priority', 'severity', 'assignee'] as const);
      return { ...on, kind: 'choose', item, field, choice: chance.below(4) };
    }
    if (roll < 0.8) {
      const visibility = chance.pick(['public', 'public', 'public', 'private', 'unknown'] as const);
      return { ...on, kind: 'comment', item, mark, visibility };
    }
    if (roll < 0.81) return { ...on, kind: 'uncomment', item, which: chance.below(3) };
    if (roll < 0.86) return { ...on, kind: 'file', item, mark };
    if (roll < 0.87) return { ...on, kind: 'detach', item, which: chance.below(3) };
    if (roll < 0.88) return { ...on, kind: 'link', item, mark };
    return {
      ...on,
      kind: chance.pick(['leave', 'enter', 'enter', 'delete', 'restore', 'hide', 'show', 'show'] as const),
      item,
    };
  }

  /** One field, on both sides at once. */
  both(): readonly PersonStep[] {
    const one = this.next();
    if (one.kind === 'create' || !('mark' in one)) return [one];
    return [one, { ...one, side: other(one.side), mark: this.marks++ }];
  }

  protected on(): { readonly side: Side; readonly by: number } {
    return { side: this.chance.pick(['left', 'right'] as const), by: this.chance.below(2) };
  }
}

/** Makes much private, tells much in private, and changes who may see it. */
class SecretiveAuthor extends Author {
  override create(): PersonStep {
    return {
      ...super.create(),
      visibility: this.chance.pick(['public', 'public', 'private'] as const),
    } as PersonStep;
  }

  override next(): PersonStep {
    const { chance } = this;
    if (this.items === 0 || chance.happens(0.5)) return super.next();
    const on = { ...this.on(), item: chance.below(this.items) };
    if (chance.happens(0.5)) return { ...on, kind: chance.pick(['hide', 'show', 'show'] as const) };
    const visibility = chance.pick(['public', 'private', 'private', 'unknown'] as const);
    return { ...on, kind: 'comment', mark: this.marks++, visibility };
  }
}
