import type { Connector, Item, ItemType, Schema } from '@lockstep/sdk';
import type { Both, IntegrationConfiguration, Side, TypeMapping } from '../configuration/integration.ts';
import type { CompiledField, CompiledType } from './compiled.ts';
import { compileDerived } from './compile-derived.ts';
import { compileField } from './compile-field.ts';
import { findField, findType } from './find.ts';

/** An integration made ready for planning. */
export interface CompiledIntegration {
  readonly configuration: IntegrationConfiguration;
  readonly types: readonly CompiledType[];
  /** The type mapping that a new item of this side falls under: the first from the top. */
  typeFor(side: Side, item: Pick<Item, 'type'>): CompiledType | undefined;
  /** The type mapping of a pair. */
  typeOf(left: string, right: string): CompiledType | undefined;
}

/** Types and fields that the schemas no longer have are left out; `checkConfiguration` names them. */
export function compile(
  configuration: IntegrationConfiguration,
  schemas: Both<Schema>,
  connectors: Both<Pick<Connector, 'richText'>>,
): CompiledIntegration {
  const types: (CompiledType & { readonly ids: Both<string> })[] = [];
  for (const mapping of configuration.types) {
    const left = findType(schemas.left, mapping.left);
    const right = findType(schemas.right, mapping.right);
    if (left === undefined || right === undefined) continue;
    types.push({
      ids: { left: left.id, right: right.id },
      mapping: withIds(mapping, { left, right }),
      fields: [
        ...compileFields(mapping, { left, right }, connectors),
        ...(mapping.derived ?? []).flatMap(
          (one) => compileDerived(mapping, one, { left, right }, connectors) ?? [],
        ),
      ],
      workflow: {
        ...(left.workflow === undefined ? {} : { left: left.workflow }),
        ...(right.workflow === undefined ? {} : { right: right.workflow }),
      },
    });
  }
  return {
    configuration,
    types,
    typeFor: (side, item) => types.find((type) => type.ids[side] === item.type),
    typeOf: (left, right) =>
      types.find((type) => type.ids.left === left && type.ids.right === right) ??
      types.find((type) => type.ids.left === left) ??
      types.find((type) => type.ids.right === right),
  };
}

function withIds(mapping: TypeMapping, types: Both<ItemType>): TypeMapping {
  const reference = (side: Side): Partial<Both<string>> => {
    const text = mapping.reference?.[side];
    if (text === undefined) return {};
    return { [side]: text === 'link' ? text : (findField(types[side], text)?.id ?? text) };
  };
  return {
    ...mapping,
    left: types.left.id,
    right: types.right.id,
    ...(mapping.reference === undefined
      ? {}
      : { reference: { ...reference('left'), ...reference('right') } }),
  };
}

function compileFields(
  mapping: TypeMapping,
  types: Both<ItemType>,
  connectors: Both<Pick<Connector, 'richText'>>,
): CompiledField[] {
  return mapping.fields.flatMap((field) => {
    const left = findField(types.left, field.left);
    const right = findField(types.right, field.right);
    if (left === undefined || right === undefined) return [];
    return [compileField(mapping, { ...field, left: left.id, right: right.id }, { left, right }, connectors)];
  });
}
