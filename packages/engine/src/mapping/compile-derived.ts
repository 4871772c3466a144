import { createHash } from 'node:crypto';
import { markdownForm } from '@lockstep/sdk';
import type { Connector, FieldDefinition, FieldValue, ItemType } from '@lockstep/sdk';
import type { Both, DerivedField, FieldMapping, Side, TypeMapping } from '../configuration/integration.ts';
import { other } from '../configuration/integration.ts';
import { compileField } from './compile-field.ts';
import type { CompiledField, Translation } from './compiled.ts';
import { isPersonKind } from './conversions.ts';
import { fillingOf } from './fill.ts';
import { findField } from './find.ts';
import type { People } from './people.ts';
import { asList, isEmpty } from './values.ts';

const MADE_UP = { reason: 'Lockstep makes it up from the item.' };

/**
 * Makes a one-way field out of a template or a fixed value. Its source is kept with the item like a field of it: what
 * the placeholders read, in the side's own form, so that it counts as changed when one of them does. Undefined where
 * the schemas do not have what it needs; `checkConfiguration` names that.
 */
export function compileDerived(
  type: TypeMapping,
  derived: DerivedField,
  types: Both<ItemType>,
  connectors: Both<Pick<Connector, 'richText'>>,
): CompiledField | undefined {
  const { to, field: name, template, value: fixed, ...options } = derived;
  const from = other(to);
  const target = findField(types[to], name);
  if (target === undefined) return undefined;
  const isRich = target.kind === 'rich-text';
  const filling = fillingOf(template ?? '', from, types[from], connectors[from], {
    zone: derived.zone,
    asMarkdown: isRich,
  });
  if (filling === undefined) return undefined;
  const source: FieldDefinition = {
    // Of items that several types are mapped to, each keeps its own.
    id: `derived:${types.left.id}:${types.right.id}:${target.id}`,
    title: `${template === undefined ? 'the fixed value' : 'the template'} of ${target.title}`,
    kind: Array.isArray(fixed) ? 'tags' : isRich ? 'rich-text' : 'text',
    onCreate: MADE_UP,
    onUpdate: MADE_UP,
  };
  const mapping: FieldMapping = {
    ...options,
    ...sides(to, source.id, target.id),
    direction: to === 'right' ? 'to-right' : 'to-left',
  };
  // What is made up is Markdown, whatever its side writes.
  const forms = { ...connectors, [from]: { richText: markdownForm } };
  const plain = compileField(type, mapping, sides(to, source, target), forms);
  const made = (value: FieldValue, people: People): FieldValue => {
    if (template === undefined) return Array.isArray(fixed) ? fixed : String(fixed ?? '');
    return filling.text(valuesIn(value), people);
  };
  // Another template or value counts as a change of every item.
  const mark = createHash('sha256')
    .update(JSON.stringify([template, fixed]))
    .digest('base64url')
    .slice(0, 8);
  return {
    ...plain,
    merge: 'single',
    derive: {
      from,
      value: (item) => JSON.stringify([mark, ...filling.values(item)]),
      people: (value) => filling.people(valuesIn(value)),
    },
    same: (side, a, b) => (side === from ? (a ?? null) === (b ?? null) : plain.same(side, a, b)),
    isCutOf: () => false,
    withTail: () => undefined,
    translate(side, value, people): Translation {
      if (side === to)
        return {
          ok: false,
          kind: 'rejected',
          reason: `${target.title} is only written`,
          remedy: 'Nothing to do.',
        };
      const text = isEmpty(value) ? null : made(value as FieldValue, people);
      // Named by whoever wrote the mapping.
      if (isPersonKind(target.kind) && !isEmpty(text))
        return { ok: true, value: target.kind === 'multi-user' ? asList(text) : text };
      return plain.translate(from, text, people);
    },
  };
}

function sides<T>(to: Side, source: T, target: T): Both<T> {
  return to === 'right' ? { left: source, right: target } : { left: target, right: source };
}

function valuesIn(value: FieldValue): readonly FieldValue[] {
  return isEmpty(value) ? [] : (JSON.parse(String(value)) as FieldValue[]).slice(1);
}
