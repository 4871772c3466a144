import type { FieldDefinition } from '@lockstep/sdk';
import type { Both, FieldMapping, Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import { conversionOf, isChoice } from './conversions.ts';
import { titles } from './fault.ts';
import type { ConfigurationFault, Tell } from './fault.ts';
import { findOption } from './options.ts';
import { isZone } from './zones.ts';

type Path = ConfigurationFault['path'];

/** Holds one row against the definitions of both its fields. */
export function checkField(
  mapping: FieldMapping,
  definition: Both<FieldDefinition>,
  path: Path,
  tell: Tell,
): void {
  for (const to of SIDES) {
    if (!goesTo(mapping, to)) continue;
    checkWritable(mapping, definition[to], to, path, tell);
    checkConversion(mapping, definition, to, path, tell);
  }
  checkOptions(mapping, definition, path, tell);
  if (mapping.zone !== undefined && !isZone(mapping.zone))
    tell(
      [...path, 'zone'],
      `there is no time zone “${mapping.zone}”`,
      'Use a name such as Europe/Berlin, or UTC.',
    );
}

function goesTo(mapping: Pick<FieldMapping, 'direction'>, to: Side): boolean {
  return mapping.direction === undefined || mapping.direction === 'both' || mapping.direction === `to-${to}`;
}

/** Can its values be carried in the directions that the row wants? */
export function goTogether(mapping: FieldMapping, definition: Both<FieldDefinition>): boolean {
  return SIDES.every(
    (to) =>
      !goesTo(mapping, to) || conversionOf(definition[other(to)].kind, definition[to].kind).how !== 'refused',
  );
}

/** Can this field be written when the mapping wants it to be? */
export function checkWritable(
  { onCreate, onUpdate }: Pick<FieldMapping, 'onCreate' | 'onUpdate'>,
  field: FieldDefinition,
  side: Side,
  path: Path,
  tell: Tell,
): void {
  const way = `to-${other(side)}`;
  if (onUpdate !== false && field.onUpdate !== true) {
    const onlyOnce = field.onCreate === true ? ', or set onUpdate: false to carry it on creation only' : '';
    tell(
      [...path, side],
      `${field.title} cannot be changed on the ${side} side: ${field.onUpdate.reason}`,
      `Make the field direction: ${way}${onlyOnce}.`,
    );
  } else if (onCreate !== false && field.onCreate !== true && onUpdate === false) {
    tell(
      [...path, side],
      `${field.title} cannot be set on the ${side} side: ${field.onCreate.reason}`,
      `Make the field direction: ${way}.`,
    );
  }
}

function checkConversion(
  mapping: FieldMapping,
  definition: Both<FieldDefinition>,
  to: Side,
  path: Path,
  tell: Tell,
): void {
  const from = other(to);
  const found = conversionOf(definition[from].kind, definition[to].kind);
  const between = `${definition[from].title} (${definition[from].kind}) into ${definition[to].title} (${definition[to].kind})`;
  const back =
    goesTo(mapping, from) && conversionOf(definition[to].kind, definition[from].kind).how !== 'refused';
  if (found.how === 'refused')
    tell(
      path,
      `${between} cannot be carried: ${found.why}`,
      back
        ? `Make the field direction: to-${from}, or map it to a field of another kind.`
        : 'Map it to a field of another kind.',
    );
  else if (found.how === 'loss')
    tell(
      path,
      `${between} loses ${found.loses}`,
      'Nothing to do if that is meant; what nobody changes is not written back.',
      'warning',
    );
}

function checkOptions(
  mapping: FieldMapping,
  definition: Both<FieldDefinition>,
  path: Path,
  tell: Tell,
): void {
  const isListed = (side: Side): boolean =>
    definition[side].options !== undefined && isChoice(definition[side].kind);
  for (const side of SIDES) {
    const { title, options = [] } = definition[side];
    const lacks = (text: string): boolean =>
      isListed(side) && findOption(definition[side], text) === undefined;
    for (const [index, row] of (mapping.options ?? []).entries()) {
      if (lacks(row[side]))
        tell(
          [...path, 'options', index],
          `${title} has no option “${row[side]}” on the ${side} side`,
          `Use one of: ${titles(options)}.`,
        );
    }
    const fallback = mapping.defaults?.[side];
    if (fallback !== undefined && lacks(fallback))
      tell(
        [...path, 'defaults', side],
        `${title} has no option “${fallback}”`,
        `Use one of: ${titles(options)}.`,
      );
  }
}
