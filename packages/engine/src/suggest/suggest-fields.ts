import type { FieldDefinition, ItemType } from '@lockstep/sdk';
import type { Both, FieldMapping, Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import { conversionOf, isChoice, isPersonKind } from '../mapping/conversions.ts';
import { suggestOptions } from './suggest-options.ts';
import { folded, likeness } from './words.ts';

export interface SuggestedField {
  readonly mapping: FieldMapping;
  /** For whoever corrects it. */
  readonly notes: readonly string[];
}

type Found = Both<FieldDefinition> & { readonly score: number };

/** Below it, two fields are not taken for the same. */
const LEAST = 0.6;

/** Which field is which, the surest first taken, in the order of the left side's form. */
export function suggestFields(types: Both<ItemType>): readonly SuggestedField[] {
  const found: Found[] = [];
  for (const left of types.left.fields)
    for (const right of types.right.fields) {
      const score = scoreOf({ left, right });
      if (score >= LEAST && directionOf({ left, right }) !== undefined) found.push({ left, right, score });
    }
  const taken = new Set<string>();
  const chosen: Found[] = [];
  for (const one of found.toSorted((a, b) => b.score - a.score)) {
    const keys = SIDES.map((side) => `${side}:${one[side].id}`);
    if (keys.some((key) => taken.has(key))) continue;
    for (const key of keys) taken.add(key);
    chosen.push(one);
  }
  return types.left.fields.flatMap((field) => {
    const one = chosen.find(({ left }) => left === field);
    return one === undefined ? [] : [rowOf(one, types)];
  });
}

function scoreOf({ left, right }: Both<FieldDefinition>): number {
  const names = likeness(left.title, right.title);
  if (left.kind === 'status' && right.kind === 'status') return 1 + names / 10;
  const kinds = left.kind === right.kind ? 0.1 : 0;
  return Math.max(names, overlapOf(left, right) * 0.9) + kinds;
}

/** Share of options that have one of the same title on the other side. */
function overlapOf(left: FieldDefinition, right: FieldDefinition): number {
  if (!isChoice(left.kind) || !isChoice(right.kind)) return 0;
  const [these = [], those = []] = [left.options, right.options];
  // Yes and No are options of fields that have nothing in common.
  if (these.length < 3 || those.length < 3) return 0;
  const known = new Set(those.map(({ title }) => folded(title)));
  const common = these.filter(({ title }) => known.has(folded(title))).length;
  return common / Math.max(these.length, those.length);
}

type Way = Pick<FieldMapping, 'direction' | 'onUpdate'>;

/** As much of it as both trackers let be written; undefined: nothing. */
function directionOf(definition: Both<FieldDefinition>): Way | undefined {
  if (SIDES.some((side) => countsOptions(definition[side], definition[other(side)]))) return undefined;
  const how = (to: Side): 'always' | 'once' | 'never' => {
    const converted = conversionOf(definition[other(to)].kind, definition[to].kind);
    if (converted.how === 'refused') return 'never';
    if (definition[to].onUpdate === true) return 'always';
    return definition[to].onCreate === true ? 'once' : 'never';
  };
  const ways = { left: how('left'), right: how('right') };
  if (ways.left === 'never' && ways.right === 'never') return undefined;
  const once = SIDES.some((side) => ways[side] === 'once') ? { onUpdate: false } : {};
  if (ways.left !== 'never' && ways.right !== 'never') return { direction: 'both', ...once };
  return { direction: ways.left === 'never' ? 'to-right' : 'to-left', ...once };
}

/** “High” as a number, or as yes or no: it can be written into a table, but nobody can guess it. */
function countsOptions(one: FieldDefinition, another: FieldDefinition): boolean {
  if (!isChoice(one.kind) || (another.kind !== 'number' && another.kind !== 'boolean')) return false;
  return one.options?.every(({ title }) => title.trim() !== '' && Number.isFinite(Number(title))) !== true;
}

function rowOf(definition: Found, types: Both<ItemType>): SuggestedField {
  const way = directionOf(definition) ?? {};
  const notes: string[] = [];
  const named = {
    left: nameOf(definition.left, types.left),
    right: nameOf(definition.right, types.right),
  };
  const goesTo = (side: Side): boolean => way.direction === 'both' || way.direction === `to-${side}`;
  if (way.onUpdate === false)
    for (const side of SIDES)
      if (goesTo(side) && definition[side].onUpdate !== true)
        notes.push(
          `only into new items: ${definition[side].title} cannot be changed on the ${side} side later`,
        );
  for (const to of SIDES) {
    if (!goesTo(to)) continue;
    const converted = conversionOf(definition[other(to)].kind, definition[to].kind);
    if (converted.how === 'loss') notes.push(`into ${definition[to].title}: loses ${converted.loses}`);
  }
  if (definition.score < 0.9) notes.push('only alike: look whether it is meant');
  if (!isChoice(definition.left.kind) || !isChoice(definition.right.kind))
    return { mapping: { ...named, ...way }, notes };
  const { unmatched, ...table } = suggestOptions(definition);
  for (const side of SIDES)
    if (unmatched[side].length > 0 && goesTo(other(side)))
      notes.push(
        `without a counterpart on the ${other(side)} side: ${listed(unmatched[side])}; items that have them are parked until there is a row or a default`,
      );
  return { mapping: { ...named, ...way, ...table }, notes };
}

/** Its title, unless another field has it too. */
function nameOf(field: FieldDefinition, type: ItemType): string {
  const same = type.fields.filter(({ title }) => folded(title) === folded(field.title));
  return same.length > 1 ? field.id : field.title;
}

export function listed(names: readonly string[]): string {
  return names.length > 10
    ? `${names.slice(0, 10).join(', ')} and ${names.length - 10} more`
    : names.join(', ');
}

/** Fields that nobody would miss: a person's name or a time that the tracker itself keeps. */
export function isWorthMentioning(field: FieldDefinition): boolean {
  return (field.onCreate === true || field.onUpdate === true) && !isPersonKind(field.kind);
}
