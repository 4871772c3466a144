import type { Connector, ItemType } from '@lockstep/sdk';
import { markdownForm } from '@lockstep/sdk';
import type { Both, DerivedField, Side, TypeMapping } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import { checkWritable } from './check-field.ts';
import { compileDerived } from './compile-derived.ts';
import { conversionOf, isPersonKind } from './conversions.ts';
import { titles } from './fault.ts';
import type { ConfigurationFault, Tell } from './fault.ts';
import { findField } from './find.ts';
import { nobody } from './people.ts';
import { ITEM_PARTS, parseTemplate, sourceOf } from './template.ts';
import { isZone } from './zones.ts';

type Path = ConfigurationFault['path'];

/** Holds templates and fixed values against both types. */
export function checkDerived(mapping: TypeMapping, types: Both<ItemType>, path: Path, tell: Tell): void {
  for (const [index, derived] of (mapping.derived ?? []).entries()) {
    const at = [...path, 'derived', index];
    const target = findField(types[derived.to], derived.field);
    if (target === undefined) {
      tell(
        [...at, derived.to],
        `${types[derived.to].title} has no field “${derived.field}” on the ${derived.to} side`,
        `Use one of: ${titles(types[derived.to].fields)}.`,
      );
      continue;
    }
    if (derived.zone !== undefined && !isZone(derived.zone)) {
      tell(
        [...at, 'zone'],
        `there is no time zone “${derived.zone}”`,
        'Use a name such as Europe/Berlin, or UTC.',
      );
      continue;
    }
    if (derived.onUpdate !== false && target.onUpdate !== true && target.onCreate === true)
      tell(
        [...at, derived.to],
        `${target.title} cannot be changed on the ${derived.to} side: ${target.onUpdate.reason}`,
        'Set onUpdate: false to write it into new items only.',
      );
    else checkWritable(derived, target, derived.to, at, tell);
    if (derived.template === undefined) checkFixed(mapping, derived, types, at, tell);
    else if (checkPlaceholders(derived, types, at, tell)) {
      const found = conversionOf('text', target.kind);
      if (found.how === 'refused' && !isPersonKind(target.kind))
        tell(at, `a text cannot be written into ${target.title}: ${found.why}`, 'Use a text field.');
      else if (isPersonKind(target.kind))
        tell(
          at,
          `a text does not surely say which person ${target.title} means`,
          'Map it to a field of people instead.',
        );
    }
  }
  checkCircles(mapping, types, path, tell);
}

function checkPlaceholders(derived: DerivedField, types: Both<ItemType>, at: Path, tell: Tell): boolean {
  const from = other(derived.to);
  let isRight = true;
  for (const piece of parseTemplate(derived.template ?? '')) {
    if (typeof piece === 'string') continue;
    if (piece.side === from && sourceOf(types[from], piece.name) !== undefined) continue;
    isRight = false;
    const shown = piece.side === undefined ? piece.name : `${piece.side}.${piece.name}`;
    const why =
      piece.side === derived.to
        ? 'reads the side that it is written to'
        : piece.name === 'updatedAt'
          ? 'changes with every write, so that it would be written again without end'
          : 'means nothing';
    tell(
      [...at, 'template'],
      `the placeholder “\${${shown}}” ${why}`,
      `Use \${${from}.NAME} with one of: ${ITEM_PARTS.join(', ')}, ${titles(types[from].fields)}; write $\${ for these characters.`,
    );
  }
  return isRight;
}

/** A fixed value is tried out. */
function checkFixed(
  mapping: TypeMapping,
  derived: DerivedField,
  types: Both<ItemType>,
  at: Path,
  tell: Tell,
): void {
  const form = { richText: markdownForm } satisfies Pick<Connector, 'richText'>;
  const compiled = compileDerived(mapping, derived, types, { left: form, right: form });
  const tried = compiled?.translate(other(derived.to), '[""]', nobody);
  if (tried?.ok !== false) return;
  const target = findField(types[derived.to], derived.field);
  const options = target?.options ?? [];
  tell(
    [...at, 'value'],
    tried.kind === 'missing-option'
      ? `${target?.title ?? derived.field} has no option “${String(derived.value)}” on the ${derived.to} side`
      : tried.reason,
    options.length > 0 ? `Use one of: ${titles(options)}.` : 'Write a value that fits the field.',
  );
}

/** What a template writes may not come back into one of its own placeholders: it would grow without end. */
function checkCircles(mapping: TypeMapping, types: Both<ItemType>, path: Path, tell: Tell): void {
  const leads = new Map<string, string[]>();
  const lead = (from: string, to: string): void => void leads.set(from, [...(leads.get(from) ?? []), to]);
  const node = (side: Side, name: string): string => `${side}:${findField(types[side], name)?.id ?? name}`;
  for (const field of mapping.fields) {
    for (const to of SIDES)
      if (field.direction === undefined || field.direction === 'both' || field.direction === `to-${to}`)
        lead(node(other(to), field[other(to)]), node(to, field[to]));
  }
  const read = (derived: DerivedField): string[] =>
    parseTemplate(derived.template ?? '').flatMap((piece) =>
      typeof piece === 'string' ? [] : [node(other(derived.to), piece.name)],
    );
  for (const derived of mapping.derived ?? [])
    for (const source of read(derived)) lead(source, node(derived.to, derived.field));
  for (const [index, derived] of (mapping.derived ?? []).entries()) {
    const reached = new Set([node(derived.to, derived.field)]);
    for (const one of reached) for (const next of leads.get(one) ?? []) reached.add(next);
    if (read(derived).some((source) => reached.has(source)))
      tell(
        [...path, 'derived', index],
        `what is written into ${derived.field} comes back into its own placeholders, and would grow without end`,
        'Make the field between them one-way, or leave the placeholder out.',
      );
  }
}
