import type { Connector, FieldDefinition, FieldKind, FieldValue } from '@lockstep/sdk';
import type { Both, FieldMapping, Side, TypeMapping } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import type { CompiledField, Translation } from './compiled.ts';
import { isSetKind, isTextKind } from './conversions.ts';
import { converterOf } from './convert.ts';
import { isCutOf, withTail } from './cut-text.ts';
import { inUnit } from './durations.ts';
import { roomOf } from './room.ts';
import { textForms } from './text-forms.ts';
import { asList, isEmpty } from './values.ts';

/** Puts one field mapping together with both definitions. The mapping must have passed `checkConfiguration`. */
export function compileField(
  type: TypeMapping,
  mapping: FieldMapping,
  definition: Both<FieldDefinition>,
  connectors: Both<Pick<Connector, 'richText'>>,
): CompiledField {
  const isSet = (side: Side): boolean => isSetKind(definition[side].kind);
  const isRich = (side: Side): boolean => definition[side].kind === 'rich-text';
  const richest = isRich('left') && isRich('right');
  // A merge that does not fit would be cut on one side, and not mean the same any more.
  const isLimited = SIDES.some((side) => roomOf(definition[side]) !== undefined);
  const forms = isRich('left') || isRich('right') ? textForms(definition, connectors) : undefined;
  const convert = converterOf(mapping, definition, forms);
  const sets = isSet('left') && isSet('right');
  const direction = mapping.direction ?? 'both';

  const textIn = (side: Side, value: FieldValue): string =>
    !isTextKind(definition[side].kind) || isEmpty(value)
      ? ''
      : (forms?.toCommon(side, value) ?? String(value));

  return {
    mapping,
    definition,
    merge: sets ? 'set' : richest && !isLimited ? 'text' : 'single',
    policy: mapping.policy ?? 'newest',
    ...(forms === undefined ? {} : { forms }),
    same(side, a, b) {
      if (isRich(side) && forms !== undefined && a !== b)
        return forms.toCommon(side, a ?? null) === forms.toCommon(side, b ?? null);
      if (definition[side].kind === 'duration')
        return secondsOf(definition[side], a) === secondsOf(definition[side], b);
      if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b);
      if (a === b) return true;
      if (isSet(side)) return sameSet(asList(a), asList(b));
      return plain(definition[side].kind, a as FieldValue) === plain(definition[side].kind, b as FieldValue);
    },
    translate(from, value, people) {
      if (isEmpty(value)) return { ok: true, value: isSet(other(from)) ? [] : null };
      const one = (each: FieldValue): Translation => convert(from, each, people);
      if (isSet(from) && isTextKind(definition[other(from)].kind)) return one(asList(value));
      if (isSet(other(from)) && definition[from].kind === 'text')
        return convertList(true, partsOf(String(value)), one);
      if (isSet(from) || isSet(other(from))) return convertList(isSet(other(from)), asList(value), one);
      return one(value as FieldValue);
    },
    isCutOf(short, shortValue, long) {
      if (roomOf(definition[short]) === undefined) return false;
      return isCutOf(textIn(short, shortValue), textIn(other(short), long));
    },
    withTail(from, value, before, whole) {
      if (roomOf(definition[from]) === undefined || isEmpty(value)) return undefined;
      const tailed = withTail(textIn(from, value), textIn(from, before), textIn(other(from), whole));
      return tailed === undefined || forms === undefined ? tailed : forms.fromCommon(other(from), tailed);
    },
    carries(to, on) {
      if (direction !== 'both' && direction !== `to-${to}`) return false;
      if (type.update?.[to] === false && on === 'update') return false;
      return on === 'create'
        ? mapping.onCreate !== false && definition[to].onCreate === true
        : mapping.onUpdate !== false && definition[to].onUpdate === true;
    },
  };
}

function convertList(
  toSet: boolean,
  values: readonly string[],
  convert: (one: string) => Translation,
): Translation {
  const result: string[] = [];
  for (const value of values) {
    const one = convert(value);
    if (!one.ok) return one;
    result.push(...asList(one.value));
  }
  const unique = [...new Set(result)];
  return { ok: true, value: toSet ? unique : (unique[0] ?? null) };
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const right = new Set(b);
  return new Set(a).size === right.size && a.every((value) => right.has(value));
}

/** What the kind compares by: instants by time, text without the ends of its lines. */
function plain(kind: FieldKind, value: FieldValue): string {
  if (kind === 'date-time') return String(Date.parse(String(value)));
  if (kind === 'text' || kind === 'url') return String(value).replaceAll('\r\n', '\n').trim();
  return String(value);
}

/** The parts of a text that stands for several values. */
function partsOf(text: string): readonly string[] {
  return text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Trackers have no time at all and no time yet as the same. */
function secondsOf(definition: FieldDefinition, value: FieldValue | undefined): number {
  return isEmpty(value) ? 0 : inUnit(Number(value), definition.unit ?? 'minutes', 'seconds');
}
