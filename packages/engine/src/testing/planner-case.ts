import { markdownForm, plainTextForm } from '@lockstep/sdk';
import type { FieldDefinition, FieldValue, Schema } from '@lockstep/sdk';
import type {
  ConflictPolicy,
  DerivedField,
  Direction,
  FieldMapping,
  Side,
} from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import { compile } from '../mapping/compile.ts';
import { completed } from '../mapping/completed.ts';
import { agree } from '../mapping/compiled.ts';
import type { CompiledField, CompiledType } from '../mapping/compiled.ts';
import type { People } from '../mapping/people.ts';
import { show } from '../mapping/values.ts';
import { isAgreed } from '../plan/plan-field.ts';
import { planPair } from '../plan/plan-pair.ts';
import type { PairPlan, SideState } from '../plan/plan.ts';
import { Chance } from './chance.ts';

const always = { onCreate: true, onUpdate: true } as const;
const options = (...ids: string[]) => ids.map((id) => ({ id, title: id }));

function schema(side: Side): Schema {
  const fields: FieldDefinition[] = [
    { id: 'title', title: 'Title', kind: 'text', ...always },
    { id: 'text', title: 'Text', kind: 'rich-text', ...always },
    {
      id: 'state',
      title: 'State',
      kind: 'status',
      options: side === 'left' ? options('new', 'doing', 'done', 'closed') : options('open', 'resolved'),
      ...always,
    },
    { id: 'rank', title: 'Rank', kind: 'option', options: options('low', 'mid', 'high'), ...always },
    { id: 'who', title: 'Who', kind: 'user', ...always },
    { id: 'tags', title: 'Tags', kind: 'tags', ...always },
    { id: 'due', title: 'Due', kind: 'date', ...always },
    { id: 'count', title: 'Count', kind: side === 'left' ? 'number' : 'text', ...always },
    { id: 'long', title: 'Long', kind: 'text', ...(side === 'right' ? { maxLength: 24 } : {}), ...always },
    { id: 'at', title: 'At', kind: side === 'left' ? 'date-time' : 'date', ...always },
    { id: 'spent', title: 'Spent', kind: 'duration', unit: side === 'left' ? 'hours' : 'minutes', ...always },
    { id: 'words', title: 'Words', kind: side === 'left' ? 'tags' : 'text', ...always },
    side === 'left'
      ? { id: 'flag', title: 'Flag', kind: 'boolean', ...always }
      : { id: 'flag', title: 'Flag', kind: 'option', options: options('yes', 'no'), ...always },
    { id: 'made', title: 'Made', kind: side === 'left' ? 'text' : 'rich-text', ...always },
    { id: 'fixed', title: 'Fixed', kind: 'option', options: options('ours', 'theirs'), ...always },
  ];
  return { scope: { id: side, title: side }, types: [{ id: 'task', title: 'Task', fields }] };
}

const people: People = {
  counterpart: (from, id) => (from === 'left' ? `r-${id}` : id.replace(/^r-/, '')),
  name: (_side, id) => id,
};

const LINES = ['alpha', '**beta**', '- gamma', '> delta', 'epsilon #1', '`zeta`', '1. eta', 'theta\\*'];

function anyValue(field: string, side: Side, chance: Chance, present?: FieldValue): FieldValue {
  if (chance.happens(0.15)) return null;
  // Somebody edits what there is, a cut text for instance, and leaves its end.
  if (field === 'long' && typeof present === 'string' && chance.happens(0.5))
    return `${chance.pick(['new', 'other'])} ${present.slice(chance.below(4))}`;
  switch (field) {
    case 'text':
      return Array.from({ length: 1 + chance.below(5) }, () => chance.pick(LINES)).join(
        chance.pick(['\n\n', '\r\n\r\n', '\n']),
      );
    case 'state':
      return side === 'left'
        ? chance.pick(['new', 'doing', 'done', 'closed'])
        : chance.pick(['open', 'resolved']);
    case 'rank':
      return chance.pick(['low', 'mid', 'high']);
    case 'who':
      return `${side === 'left' ? '' : 'r-'}${chance.pick(['ann', 'ben', 'cy'])}`;
    case 'tags':
      return ['a', 'b', 'c', 'd'].filter(() => chance.happens(0.5));
    case 'due':
      return `2026-0${1 + chance.below(9)}-11`;
    case 'count':
      return side === 'left' ? chance.below(9) : String(chance.below(9));
    case 'long':
      return Array.from({ length: 1 + chance.below(9) }, () => chance.pick(['alpha', 'beta', 'gamma'])).join(
        ' ',
      );
    case 'at':
      return `2026-0${1 + chance.below(9)}-1${chance.below(9)}${side === 'left' ? `T${10 + chance.below(13)}:30:00.000Z` : ''}`;
    case 'spent':
      return side === 'left' ? chance.below(9) / 3 : 10 * chance.below(9);
    case 'words': {
      const words = ['a', 'b', 'c', 'd'].filter(() => chance.happens(0.5));
      return side === 'left' ? words : words.join(', ');
    }
    case 'flag':
      return side === 'left' ? chance.happens(0.5) : chance.pick(['yes', 'no']);
    default:
      return `${chance.pick(['one', 'two', 'three'])}${chance.pick(['', ' ', '\r\n'])}`;
  }
}

const IDS = [
  'title',
  'text',
  'state',
  'rank',
  'who',
  'tags',
  'due',
  'count',
  'long',
  'at',
  'spent',
  'words',
  'flag',
];
const DIRECTIONS: readonly Direction[] = ['both', 'both', 'both', 'to-left', 'to-right'];
const POLICIES: readonly ConflictPolicy[] = ['newest', 'newest', 'left', 'right', 'ask'];

function mappingOf(id: string, chance: Chance): FieldMapping {
  return {
    left: id,
    right: id,
    direction: chance.pick(DIRECTIONS),
    policy: chance.pick(POLICIES),
    ...(id === 'at' ? { zone: chance.pick(['UTC', 'America/New_York', 'Asia/Tokyo']) } : {}),
    ...(id === 'state'
      ? {
          options: [
            { left: 'new', right: 'open' },
            { left: 'doing', right: 'open' },
            { left: 'done', right: 'resolved' },
            { left: 'closed', right: 'resolved' },
          ],
        }
      : {}),
  };
}

const DERIVED: readonly DerivedField[] = [
  {
    to: 'right',
    field: 'made',
    template: '**${left.key}** ${left.title}: ${left.state}, ${left.tags}\n\n${left.text}',
  },
  { to: 'left', field: 'made', template: '${right.who} $${right.who} ${right.spent}' },
  { to: 'left', field: 'fixed', value: 'ours' },
];

/** Puts into each side what its derived fields are made from, as an item that is read has it. */
function complete(type: CompiledType, states: Record<Side, { fields: Record<string, FieldValue> }>): void {
  for (const side of SIDES) {
    const { fields } = states[side];
    const item = {
      id: '1',
      key: '#1',
      url: 'https://example.test/1',
      type: 'task',
      version: '1',
      createdAt: '',
      updatedAt: '',
      visibility: 'public',
      fields,
    } as const;
    Object.assign(fields, completed([type], side, item).fields);
  }
}

/** One agreed state, perturbed at random into three trees; plan and apply must converge and then have nothing to do. */
export function runPlannerCase(seed: number): string | undefined {
  const chance = new Chance(seed);
  const forms = chance.pick([
    { left: markdownForm, right: markdownForm },
    { left: markdownForm, right: plainTextForm },
  ]);
  const type = typeOf(chance, forms);
  const state = agreedState(type, chance);
  const states = { left: sideState(state.left, chance), right: sideState(state.right, chance) };
  const derived = type.fields.flatMap(({ derive, mapping }) => (derive === undefined ? [] : [mapping]));
  for (const side of SIDES) {
    for (const id of IDS)
      if (chance.happens(0.3)) states[side].fields[id] = anyValue(id, side, chance, states[side].fields[id]);
    for (const id of IDS) if (chance.happens(0.03)) delete states[side].base[id];
  }
  for (const mapping of derived) {
    for (const side of SIDES) {
      const id = mapping[side];
      if (id === 'made' && chance.happens(0.2)) states[side].fields[id] = 'by hand';
      if (chance.happens(0.05)) delete states[side].base[id];
    }
  }
  complete(type, states);
  const touched = new Set(
    IDS.filter((id) => SIDES.some((side) => states[side].fields[id] !== states[side].base[id])),
  );
  for (let round = 0; round < 6; round += 1) {
    const plan = planPair(type, states, people);
    if (plan.problems.length > 0) return `seed ${seed}: problem ${plan.problems[0]?.reason ?? ''}`;
    const stray = plan.writes.find((write) => !touched.has(write.field.mapping.left));
    if (stray !== undefined && stray.field.derive === undefined)
      return `seed ${seed}: ${stray.field.mapping.left} is written though nobody changed it`;
    if (plan.writes.length === 0) return disagreement(seed, type, states, plan);
    applyPlan(plan, states);
    complete(type, states);
  }
  return `seed ${seed}: still writing after 6 rounds`;
}

interface MutableState extends SideState {
  readonly fields: Record<string, FieldValue>;
  readonly base: Record<string, FieldValue>;
}

function typeOf(
  chance: Chance,
  forms: { left: typeof markdownForm; right: typeof markdownForm },
): CompiledType {
  const configuration = {
    name: 'case',
    left: { connection: 'l', scope: {} },
    right: { connection: 'r', scope: {} },
    types: [
      { left: 'task', right: 'task', fields: IDS.map((id) => mappingOf(id, chance)), derived: DERIVED },
    ],
    interval: 0,
  };
  const compiled = compile(
    configuration,
    { left: schema('left'), right: schema('right') },
    { left: { richText: forms.left }, right: { richText: forms.right } },
  );
  return compiled.types[0] as CompiledType;
}

function agreedState(type: CompiledType, chance: Chance): Record<Side, Record<string, FieldValue>> {
  const left: Record<string, FieldValue> = {};
  const right: Record<string, FieldValue> = {};
  for (const field of type.fields) {
    if (field.derive !== undefined) continue;
    const id = field.mapping.left;
    left[id] = anyValue(id, 'left', chance);
    const translated = field.translate('left', left[id], people);
    right[id] = translated.ok ? translated.value : null;
  }
  complete(type, { left: { fields: left }, right: { fields: right } });
  for (const { derive, mapping, translate } of type.fields) {
    if (derive === undefined) continue;
    const to = other(derive.from);
    const made = translate(
      derive.from,
      (derive.from === 'left' ? left : right)[mapping[derive.from]],
      people,
    );
    (to === 'left' ? left : right)[mapping[to]] = made.ok ? made.value : null;
  }
  return { left, right };
}

function sideState(fields: Record<string, FieldValue>, chance: Chance): MutableState {
  return {
    fields: { ...fields },
    base: { ...fields },
    updatedAt: `2026-01-01T00:00:0${chance.below(9)}.000Z`,
  };
}

/** As the engine settles: what was written or needs no write becomes the base. */
function applyPlan(plan: PairPlan, states: Record<Side, MutableState>): void {
  for (const write of plan.writes) {
    const side = SIDES.find((one) => one in write.write);
    if (side === undefined) continue;
    const id = write.field.mapping[side];
    const isHalf = other(side) in write.write;
    states[side].fields[id] = write.write[side] ?? null;
    if (!isHalf) states[side].base[id] = states[side].fields[id] ?? null;
    if (isHalf && !isAgreed(write.field, states)) continue;
    states[other(side)].base[id] = states[other(side)].fields[id] ?? null;
  }
  for (const field of plan.settled) {
    for (const side of SIDES)
      states[side].base[field.mapping[side]] = states[side].fields[field.mapping[side]] ?? null;
  }
}

function disagreement(
  seed: number,
  type: CompiledType,
  states: Record<Side, MutableState>,
  plan: PairPlan,
): string | undefined {
  const open = new Set(plan.open.map((one) => one.field));
  const isBoth = (field: CompiledField): boolean =>
    field.carries('left', 'update') && field.carries('right', 'update');
  const broken = type.fields.find((field) => {
    const id = field.mapping.left;
    return (
      isBoth(field) &&
      !open.has(field) &&
      !agree(field, states.left.fields[id], states.right.fields[id], people)
    );
  });
  if (broken === undefined) return undefined;
  const id = broken.mapping.left;
  return `seed ${seed}: ${id} differs: ${show(states.left.fields[id])} | ${show(states.right.fields[id])}`;
}
