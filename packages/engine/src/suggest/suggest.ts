import type { Connector, FieldDefinition, ItemType, Schema } from '@lockstep/sdk';
import type { Both, Side, TypeMapping } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import { isWorthMentioning, listed, suggestFields } from './suggest-fields.ts';
import type { SuggestedField } from './suggest-fields.ts';
import { likeness } from './words.ts';

/** What a person should look at, and where in the suggested types. */
export interface SuggestionNote {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

export interface Suggestion {
  readonly types: readonly TypeMapping[];
  readonly notes: readonly SuggestionNote[];
}

type Facets = Both<Pick<Connector, 'comments' | 'attachments'>>;

/** A first mapping out of what both trackers tell of themselves: names, kinds and options. Pure; for people to correct. */
export function suggestMapping(schemas: Both<Schema>, connectors: Facets): Suggestion {
  const pairs = suggestTypes(schemas);
  const notes: SuggestionNote[] = [];
  const types: TypeMapping[] = [];
  for (const { pair, surely } of pairs) {
    const reference = { left: referenceOf(pair.left), right: referenceOf(pair.right) };
    const others = {
      left: without(pair.left, reference.left),
      right: without(pair.right, reference.right),
    };
    const fields = suggestFields(others);
    if (fields.length === 0) continue;
    const path = ['types', types.length];
    const note = (text: string, ...at: (string | number)[]): void =>
      void notes.push({ path: [...path, ...at], text });
    if (surely < 0.9) note('nothing tells that these types are the same: look whether it is meant');
    for (const [index, field] of fields.entries())
      for (const text of field.notes) note(text, 'fields', index);
    const create = creatable(pair, fields, note);
    for (const side of SIDES) {
      const left = unmapped(others[side], fields, side).filter(isWorthMentioning);
      if (left.length > 0)
        note(`not mapped of the ${side} side: ${listed(left.map(({ title }) => title))}`, 'fields');
    }
    types.push({
      left: pair.left.title,
      right: pair.right.title,
      ...(create === undefined ? {} : { create }),
      fields: fields.map(({ mapping }) => mapping),
      ...(reference.left === undefined && reference.right === undefined
        ? {}
        : {
            reference: {
              ...(reference.left === undefined ? {} : { left: reference.left.title }),
              ...(reference.right === undefined ? {} : { right: reference.right.title }),
            },
          }),
      ...(bothHave(connectors, 'comments') ? { comments: { direction: 'both' as const } } : {}),
      ...(bothHave(connectors, 'attachments') ? { attachments: { direction: 'both' as const } } : {}),
    });
  }
  for (const side of SIDES) {
    const names = schemas[side].types
      .filter((type) => !pairs.some(({ pair }) => pair[side] === type))
      .map(({ title }) => title);
    if (names.length > 0)
      notes.push({
        path: ['types'],
        text: `not mapped, so never touched, on the ${side} side: ${listed(names)}`,
      });
  }
  return { types, notes };
}

/** Where the counterpart's address can be kept: a field of addresses that is called so. */
function referenceOf({ fields }: ItemType): FieldDefinition | undefined {
  return fields.find(
    ({ title, kind, onUpdate }) => kind === 'url' && onUpdate === true && likeness(title, 'Reference') >= 0.9,
  );
}

function without(type: ItemType, field: FieldDefinition | undefined): ItemType {
  return { ...type, fields: type.fields.filter((one) => one !== field) };
}

interface TypePair {
  readonly pair: Both<ItemType>;
  readonly surely: number;
}

/**
 * Each type with the surest of the other side; where one side has a single type, all go to it. The surest comes first:
 * it is what is created on the way back.
 */
function suggestTypes(schemas: Both<Schema>): readonly TypePair[] {
  const found = new Map<string, TypePair>();
  for (const from of SIDES) {
    const to = other(from);
    const candidates = schemas[to].types;
    for (const type of schemas[from].types) {
      let best: { readonly type: ItemType; readonly surely: number } | undefined;
      for (const candidate of candidates) {
        const surely = likeness(type.title, candidate.title);
        if (surely > (best?.surely ?? 0.5)) best = { type: candidate, surely };
      }
      const [only] = candidates;
      if (best === undefined && candidates.length === 1 && only !== undefined)
        best = { type: only, surely: 0.5 };
      if (best === undefined) continue;
      const pair = from === 'left' ? { left: type, right: best.type } : { left: best.type, right: type };
      const key = `${pair.left.id}\u0000${pair.right.id}`;
      if (!found.has(key)) found.set(key, { pair, surely: best.surely });
    }
  }
  return [...found.values()].toSorted((a, b) => b.surely - a.surely);
}

function unmapped(type: ItemType, fields: readonly SuggestedField[], side: Side): FieldDefinition[] {
  const mapped = new Set(fields.flatMap(({ mapping }) => [mapping[side]]));
  return type.fields.filter((field) => !mapped.has(field.title) && !mapped.has(field.id));
}

/** Where a required field gets no value, nothing can be created; undefined: everywhere it can. */
function creatable(
  types: Both<ItemType>,
  fields: readonly SuggestedField[],
  note: (text: string) => void,
): Partial<Both<boolean>> | undefined {
  const create: Partial<Record<Side, boolean>> = {};
  for (const side of SIDES) {
    const lacking = types[side].fields.filter(
      (field) =>
        field.required === true &&
        field.onCreate === true &&
        !fields.some(
          ({ mapping: { direction, ...named } }) =>
            (named[side] === field.title || named[side] === field.id) &&
            (direction === 'both' || direction === `to-${side}`),
        ),
    );
    if (lacking.length === 0) continue;
    create[side] = false;
    note(
      `${listed(lacking.map(({ title }) => title))}: required on the ${side} side and without a source; map it or give it a value under derived, then take create.${side} out`,
    );
  }
  return Object.keys(create).length === 0 ? undefined : create;
}

function bothHave(connectors: Facets, facet: 'comments' | 'attachments'): boolean {
  return SIDES.every((side) => connectors[side][facet] !== undefined);
}
