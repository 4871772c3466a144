import type { Connector, Item, ItemType, Schema } from '@lockstep/sdk';
import type { Both, IntegrationConfiguration, Side, TypeMapping } from '../configuration/integration.ts';
import type { CompiledField, CompiledType } from './compiled.ts';
import { compileDerived } from './compile-derived.ts';
import { goTogether } from './check-field.ts';
import { compileField } from './compile-field.ts';
import { findField, findType } from './find.ts';
import { withTransitions } from './transitions.ts';

/** An integration made ready for planning. */
export interface CompiledIntegration {
  readonly configuration: IntegrationConfiguration;
  readonly types: readonly CompiledType[];
  /** The type mapping that a new item of this side falls under: the first from the top that is not switched off. */
  typeFor(side: Side, item: Pick<Item, 'type'>): CompiledType | undefined;
  /** The type mapping of a pair, unless that is switched off, or one of its types is not mapped. */
  typeOf(left: string, right: string): CompiledType | undefined;
  /** The title of the type mapping that it would fall under, were that not switched off. */
  switchedOff(side: Side, item: Pick<Item, 'type'>): string | undefined;
  /** Why an item, or its pair, has no type mapping. */
  whyNoType(side: Side, item: Pick<Item, 'type'>): string;
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
      title: `${left.title} ↔ ${right.title}`,
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
  const active = types.filter((type) => type.mapping.enabled !== false);
  const switchedOff = (side: Side, item: Pick<Item, 'type'>): string | undefined =>
    types.find((type) => type.ids[side] === item.type && type.mapping.enabled === false)?.title;
  return {
    configuration,
    types,
    typeFor: (side, item) => active.find((type) => type.ids[side] === item.type),
    typeOf: (left, right) => {
      const own = types.find((type) => type.ids.left === left && type.ids.right === right);
      if (own !== undefined) return own.mapping.enabled === false ? undefined : own;
      // Somebody gave an item another type. One that is not mapped, or no longer, is not touched (P5).
      const ofLeft = active.find((type) => type.ids.left === left);
      return active.some((type) => type.ids.right === right) ? ofLeft : undefined;
    },
    switchedOff,
    whyNoType: (side, item) => {
      const off = switchedOff(side, item);
      return off === undefined
        ? `type “${item.type}” is not mapped`
        : `the type mapping ${off} is switched off`;
    },
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
    if (left === undefined || right === undefined || !goTogether(field, { left, right })) return [];
    const compiled = compileField(
      mapping,
      { ...field, left: left.id, right: right.id },
      { left, right },
      connectors,
    );
    return [withTransitions(compiled, mapping, types, connectors)];
  });
}
