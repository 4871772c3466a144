import type { FieldDefinition, OptionDefinition } from '@lockstep/sdk';
import type { FieldMapping, Side } from '../configuration/integration.ts';
import { other } from '../configuration/integration.ts';
import type { Translation } from './compiled.ts';

/** Finds an option by id, else by title without regard to case. */
export function findOption(field: FieldDefinition, text: string): OptionDefinition | undefined {
  const options = field.options ?? [];
  const folded = text.trim().toLocaleLowerCase('en');
  return (
    options.find((option) => option.id === text) ??
    options.find((option) => option.title.trim().toLocaleLowerCase('en') === folded)
  );
}

/** Option-to-option translation: the mapping's table, else equal titles, else the default. Built once. */
export function optionTranslator(
  mapping: FieldMapping,
  definition: Readonly<Record<Side, FieldDefinition>>,
): (from: Side, id: string) => Translation {
  const tables: Record<Side, Map<string, string>> = { left: new Map(), right: new Map() };
  const put = (from: Side, source: string, target: string): void => {
    const sourceId = findOption(definition[from], source)?.id ?? source;
    const targetId = findOption(definition[other(from)], target)?.id ?? target;
    if (!tables[from].has(sourceId)) tables[from].set(sourceId, targetId);
  };
  for (const row of mapping.options ?? []) {
    put('left', row.left, row.right);
    put('right', row.right, row.left);
  }
  if (mapping.options === undefined) {
    for (const from of ['left', 'right'] as const) {
      for (const option of definition[from].options ?? []) {
        const twin = findOption(definition[other(from)], option.title);
        if (twin !== undefined) put(from, option.id, twin.id);
      }
    }
  }
  return (from, id) => {
    const to = other(from);
    const found = tables[from].get(id);
    if (found !== undefined) return { ok: true, value: found };
    const fallback = mapping.defaults?.[to];
    if (fallback !== undefined)
      return { ok: true, value: findOption(definition[to], fallback)?.id ?? fallback };
    const title = definition[from].options?.find((option) => option.id === id)?.title ?? id;
    return {
      ok: false,
      reason: `the option “${title}” of ${definition[from].title} has no counterpart in ${definition[to].title}`,
      remedy: `Add a row for “${title}” to the option table of ${mapping.left} ↔ ${mapping.right}, or a default.`,
    };
  };
}
