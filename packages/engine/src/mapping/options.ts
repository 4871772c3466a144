import type { FieldDefinition, OptionDefinition } from '@lockstep/sdk';
import type { FieldMapping, Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import type { Translation } from './compiled.ts';
import { isChoice } from './conversions.ts';

interface OptionIndex {
  readonly ids: ReadonlyMap<string, OptionDefinition>;
  readonly titles: ReadonlyMap<string, OptionDefinition>;
}

const indexes = new WeakMap<readonly OptionDefinition[], OptionIndex>();

function fold(text: string): string {
  return text.trim().toLowerCase();
}

function indexOf(options: readonly OptionDefinition[]): OptionIndex {
  const known = indexes.get(options);
  if (known !== undefined) return known;
  const titles = new Map<string, OptionDefinition>();
  for (const option of options) {
    const title = fold(option.title);
    if (!titles.has(title)) titles.set(title, option);
  }
  const made = { ids: new Map(options.map((option) => [option.id, option])), titles };
  indexes.set(options, made);
  return made;
}

/** Finds an option by id, else by title without regard to case. */
export function findOption(field: FieldDefinition, text: string): OptionDefinition | undefined {
  const { ids, titles } = indexOf(field.options ?? []);
  return ids.get(text) ?? titles.get(fold(text));
}

/** An option as people know it. */
export function titleOf(field: FieldDefinition, id: string): string {
  return indexOf(field.options ?? []).ids.get(id)?.title ?? id;
}

/**
 * Translates to or from options: the mapping's table; without a table, or where a side takes the other's text, an
 * option of that title; else the default. `asText` makes a value of a side that has no options. Built once.
 */
export function optionTranslator(
  mapping: FieldMapping,
  definition: Readonly<Record<Side, FieldDefinition>>,
  asText: (to: Side, text: string) => Translation,
): (from: Side, value: string) => Translation {
  const tables: Record<Side, Map<string, string>> = { left: new Map(), right: new Map() };
  const isFree = { left: !isChoice(definition.left.kind), right: !isChoice(definition.right.kind) };
  const keyOf = (side: Side, text: string): string =>
    isFree[side] ? fold(text) : (findOption(definition[side], text)?.id ?? text);
  for (const row of mapping.options ?? []) {
    for (const from of SIDES) {
      const key = keyOf(from, row[from]);
      if (!tables[from].has(key)) tables[from].set(key, row[other(from)]);
    }
  }
  const put = (to: Side, text: string): Translation => {
    if (isFree[to]) return asText(to, text);
    const found = findOption(definition[to], text);
    if (found !== undefined) return { ok: true, value: found.id };
    // A tracker that does not list its options takes them as they are written.
    if (definition[to].options === undefined) return { ok: true, value: text };
    return {
      ok: false,
      kind: 'missing-option',
      reason: `${definition[to].title} has no option “${text}” any more, which ${mapping.left} ↔ ${mapping.right} names`,
      remedy: `Name another option in the mapping, or bring “${text}” back.`,
    };
  };
  return (from, value) => {
    const to = other(from);
    const found = tables[from].get(keyOf(from, value));
    if (found !== undefined) return put(to, found);
    const title = titleOf(definition[from], value);
    if (isFree[to]) return put(to, title);
    const takesText = mapping.options === undefined || mapping.missing?.[to] === 'text';
    if (takesText && findOption(definition[to], title) !== undefined) return put(to, title);
    const fallback = mapping.defaults?.[to];
    if (fallback !== undefined) return put(to, fallback);
    return {
      ok: false,
      kind: 'missing-option',
      reason: `the option “${title}” of ${definition[from].title} has no counterpart in ${definition[to].title}`,
      remedy: `Add a row for “${title}” to the option table of ${mapping.left} ↔ ${mapping.right}, or a default.`,
    };
  };
}
