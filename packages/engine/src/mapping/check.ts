import type { Connector, ItemType, Schema } from '@lockstep/sdk';
import type { Both, IntegrationConfiguration, Side, TypeMapping } from '../configuration/integration.ts';
import { SIDES } from '../configuration/integration.ts';
import { findField, findType } from './find.ts';
import { checkTransitions } from './transitions.ts';
import { checkDerived } from './check-derived.ts';
import { checkField } from './check-field.ts';
import { titles } from './fault.ts';
import type { ConfigurationFault, Tell } from './fault.ts';

/** Holds a configuration against what both trackers have now. An empty answer means that it can run. */
export function checkConfiguration(
  configuration: IntegrationConfiguration,
  schemas: Both<Schema>,
  connectors: Both<Pick<Connector, 'comments' | 'attachments' | 'links' | 'items' | 'richText'>>,
): readonly ConfigurationFault[] {
  const faults: ConfigurationFault[] = [];
  const tell: Tell = (path, message, remedy, level = 'error') => {
    faults.push({ path, message, remedy, level });
  };
  if (configuration.types.length === 0)
    tell(['types'], 'nothing is mapped', 'Add at least one type mapping.');
  for (const [index, mapping] of configuration.types.entries()) {
    const path = ['types', index];
    if (mapping.enabled === false) continue;
    const first = configuration.types.findIndex(
      (one) => one.enabled !== false && one.left === mapping.left && one.right === mapping.right,
    );
    if (first < index)
      tell(
        path,
        `${mapping.left} ↔ ${mapping.right} is mapped twice, also in the ${first + 1}. type mapping, so that this one never applies`,
        'Give the copy other types, switch it off with enabled: false, or delete it.',
      );
    const types: Partial<Record<Side, ItemType>> = {};
    for (const side of SIDES) {
      const type = findType(schemas[side], mapping[side]);
      if (type !== undefined) types[side] = type;
      else
        tell(
          [...path, side],
          `the ${side} side has no item type “${mapping[side]}”`,
          `Use one of: ${titles(schemas[side].types)}.`,
        );
    }
    if (types.left !== undefined && types.right !== undefined)
      checkType(mapping, { left: types.left, right: types.right }, connectors, path, tell);
  }
  for (const side of SIDES) {
    if (
      configuration.deletion?.[side] === 'delete' &&
      connectors[side === 'left' ? 'right' : 'left'].items.delete === undefined
    ) {
      tell(['deletion', side], 'the other side offers no deletion', 'Choose “ignore” or “unlink”.');
    }
  }
  return faults;
}

function checkType(
  mapping: TypeMapping,
  types: Both<ItemType>,
  connectors: Both<Pick<Connector, 'comments' | 'attachments' | 'links' | 'richText'>>,
  path: ConfigurationFault['path'],
  tell: Tell,
): void {
  const seen = new Map<string, number>();
  for (const [index, field] of mapping.fields.entries()) {
    const at = [...path, 'fields', index];
    const left = findField(types.left, field.left);
    const right = findField(types.right, field.right);
    if (left === undefined)
      tell(
        [...at, 'left'],
        `${types.left.title} has no field “${field.left}” on the left side`,
        `Use one of: ${titles(types.left.fields)}.`,
      );
    if (right === undefined)
      tell(
        [...at, 'right'],
        `${types.right.title} has no field “${field.right}” on the right side`,
        `Use one of: ${titles(types.right.fields)}.`,
      );
    if (left === undefined || right === undefined) continue;
    checkField(field, { left, right }, at, tell);
    checkTransitions(mapping, index, types, connectors, at, tell);
    for (const key of [`left:${left.id}`, `right:${right.id}`]) {
      if (seen.has(key)) mappedTwice(key, seen.get(key) ?? 0, at, tell);
      seen.set(key, index);
    }
  }
  for (const [index, derived] of (mapping.derived ?? []).entries()) {
    const target = findField(types[derived.to], derived.field);
    if (target === undefined) continue;
    const key = `${derived.to}:${target.id}`;
    if (seen.has(key)) mappedTwice(key, seen.get(key) ?? 0, [...path, 'derived', index], tell);
    seen.set(key, index);
  }
  checkDerived(mapping, types, path, tell);
  for (const side of SIDES) {
    if (mapping.create?.[side] === false) continue;
    for (const field of types[side].fields) {
      if (
        field.required === true &&
        field.onCreate === true &&
        !mapping.fields.some((one) => findField(types[side], one[side])?.id === field.id) &&
        mapping.derived?.some(
          (one) => one.to === side && findField(types[side], one.field)?.id === field.id,
        ) !== true
      ) {
        tell(
          path,
          `${field.title} is required on the ${side} side and not mapped, so nothing can be created there`,
          `Map it, or set create.${side}: false.`,
        );
      }
    }
    const reference = mapping.reference?.[side];
    if (
      reference === 'link'
        ? connectors[side].links === undefined
        : reference !== undefined && findField(types[side], reference) === undefined
    ) {
      tell(
        [...path, 'reference', side],
        `the ${side} side has no place “${reference}” for the reference`,
        'Name a text or URL field, or leave it out.',
      );
    }
  }
  checkFacets(mapping, connectors, path, tell);
}

function mappedTwice(key: string, row: number, path: ConfigurationFault['path'], tell: Tell): void {
  tell(
    path,
    `the field ${key.replace(':', ' “')}” is mapped twice, also in row ${row + 1}`,
    'Keep one of the rows; a template under `derived` reads any field once more.',
  );
}

function checkFacets(
  mapping: TypeMapping,
  connectors: Both<Pick<Connector, 'comments' | 'attachments'>>,
  path: ConfigurationFault['path'],
  tell: Tell,
): void {
  for (const facet of ['comments', 'attachments'] as const) {
    for (const side of SIDES) {
      if (mapping[facet] !== undefined && connectors[side][facet] === undefined) {
        tell([...path, facet], `the ${side} tracker has no ${facet}`, `Leave ${facet} out.`);
      }
    }
  }
}
