import type { Connector, ItemType } from '@lockstep/sdk';
import type { Both, Side, TypeMapping } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import { compileDerived } from './compile-derived.ts';
import type { CompiledField, NeededValue } from './compiled.ts';
import type { ConfigurationFault, Tell } from './fault.ts';
import { titles } from './fault.ts';
import { findField } from './find.ts';
import { findOption } from './options.ts';
import { nobody } from './people.ts';

/** The status field with what its transitions need, as values of the side that is written. */
export function withTransitions(
  field: CompiledField,
  type: TypeMapping,
  types: Both<ItemType>,
  connectors: Both<Pick<Connector, 'richText'>>,
): CompiledField {
  if (field.mapping.transitions === undefined) return field;
  const tables = { left: new Map<string, NeededValue[]>(), right: new Map<string, NeededValue[]>() };
  for (const side of SIDES) {
    for (const [status, values] of Object.entries(field.mapping.transitions[side] ?? {})) {
      const id = findOption(field.definition[side], status)?.id ?? status;
      const needed = Object.entries(values).flatMap(([name, value]): NeededValue[] => {
        const made = valueOf(type, side, name, value, types, connectors);
        return made === undefined ? [] : [made];
      });
      tables[side].set(id, needed);
    }
  }
  return { ...field, needed: (side, status) => tables[side].get(status) ?? [] };
}

function valueOf(
  type: TypeMapping,
  to: Side,
  field: string,
  value: string,
  types: Both<ItemType>,
  connectors: Both<Pick<Connector, 'richText'>>,
): NeededValue | undefined {
  const compiled = compileDerived(type, { to, field, value }, types, connectors);
  const made = compiled?.translate(other(to), '[""]', nobody);
  return compiled === undefined || made?.ok !== true
    ? undefined
    : { field: compiled.mapping[to], value: made.value };
}

export function checkTransitions(
  type: TypeMapping,
  row: number,
  types: Both<ItemType>,
  connectors: Both<Pick<Connector, 'richText'>>,
  path: ConfigurationFault['path'],
  tell: Tell,
): void {
  const mapping = type.fields[row];
  for (const side of SIDES) {
    const field = findField(types[side], mapping?.[side] ?? '');
    for (const [status, values] of Object.entries(mapping?.transitions?.[side] ?? {})) {
      const at = [...path, 'transitions', side, status];
      if (field?.kind !== 'status')
        tell(at, `only a status has transitions`, 'Write them into the row that maps the status.');
      else if (findOption(field, status) === undefined)
        tell(at, `${field.title} has no option “${status}”`, `Use one of: ${titles(field.options ?? [])}.`);
      for (const [name, value] of Object.entries(values)) {
        const target = findField(types[side], name);
        if (target === undefined)
          tell(
            [...at, name],
            `there is no field “${name}” on the ${side} side`,
            `Use one of: ${titles(types[side].fields)}.`,
          );
        else if (valueOf(type, side, name, value, types, connectors) === undefined)
          tell(
            [...at, name],
            `“${value}” does not fit ${target.title}`,
            target.options === undefined
              ? 'Write a value that fits the field.'
              : `Use one of: ${titles(target.options)}.`,
          );
      }
    }
  }
}

/** What of it this item has no value for yet, as far as it is not written anyway. */
export function stillNeeded(
  field: CompiledField,
  side: Side,
  status: string,
  present: Readonly<Record<string, unknown>>,
  written: Readonly<Record<string, unknown>>,
): readonly NeededValue[] {
  const isThere = (id: string): boolean => {
    const value = written[id] ?? present[id];
    return (
      value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
    );
  };
  return (field.needed?.(side, status) ?? []).filter((one) => !isThere(one.field));
}
