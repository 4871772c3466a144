import { plainTextForm } from '@lockstep/sdk';
import type { FieldDefinition, FieldValue } from '@lockstep/sdk';
import type { Both, FieldMapping, Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import { canonicalOf } from './canonical.ts';
import type { TextForms, Translation } from './compiled.ts';
import { isChoice, isPersonKind, isTextKind } from './conversions.ts';
import { CUT, cutText } from './cut-text.ts';
import { durationText, inUnit, readDuration } from './durations.ts';
import { optionTranslator, titleOf } from './options.ts';
import type { People } from './people.ts';
import { roomOf } from './room.ts';
import type { Room } from './room.ts';
import { dayIn, instantIn, localText } from './zones.ts';

export type Converter = (from: Side, value: FieldValue, people: People) => Translation;

/** How one value of either side becomes one of the other's, or a list of them a text. What `conversionOf` refuses never comes here. */
export function converterOf(
  mapping: FieldMapping,
  definition: Both<FieldDefinition>,
  forms: TextForms | undefined,
): Converter {
  const kindOf = (side: Side) => definition[side].kind;
  if (isPersonKind(kindOf('left')) && isPersonKind(kindOf('right')))
    return userConverter(mapping, definition);
  const fit = (to: Side, text: string): Translation => fitted(mapping, definition[to], text);
  if (forms !== undefined && isTextKind(kindOf('left')) && isTextKind(kindOf('right')))
    return (from, value) =>
      fittedForm(mapping, definition[other(from)], forms, other(from), forms.toCommon(from, value));
  const fromText = (to: Side, text: string): Translation => {
    if (kindOf(to) !== 'rich-text' || forms === undefined)
      return valueOfText(mapping, definition, to, text) ?? fit(to, text);
    const common = canonicalOf(plainTextForm, text).trim();
    return fittedForm(mapping, definition[to], forms, to, common);
  };
  const choose =
    isChoice(kindOf('left')) || isChoice(kindOf('right'))
      ? optionTranslator(mapping, definition, fromText)
      : undefined;
  // Only lists of options that become a text are told by it; its tables take time.
  const inWords = SIDES.some((side) => isListInText(definition, side))
    ? optionTranslator(mapping, definition, (_to, text) => ({ ok: true, value: text }))
    : undefined;
  const wordsOfList = (from: Side, values: readonly string[], people: People): string =>
    values
      .map((one) => {
        const word = isChoice(kindOf(from)) ? inWords?.(from, one) : undefined;
        return word?.ok === true
          ? String(word.value)
          : textOf(from, definition[from], mapping.zone, one, people);
      })
      .join(', ');
  return (from, value, people) => {
    const told = (): string => textOf(from, definition[from], mapping.zone, value, people);
    if (Array.isArray(value)) return fromText(other(from), wordsOfList(from, value, people));
    if (choose !== undefined) return choose(from, isChoice(kindOf(from)) ? String(value) : told());
    return sameMeaning(mapping, definition, from, value) ?? fromText(other(from), told());
  };
}

function isListInText(definition: Both<FieldDefinition>, from: Side): boolean {
  return definition[from].kind === 'multi-option' && !isChoice(definition[other(from)].kind);
}

/** Between kinds that share more than their text. */
function sameMeaning(
  { zone = 'UTC' }: FieldMapping,
  definition: Both<FieldDefinition>,
  from: Side,
  value: FieldValue,
): Translation | undefined {
  const source = definition[from];
  const target = definition[other(from)];
  if (source.kind === 'duration' && target.kind === 'duration')
    return { ok: true, value: inUnit(Number(value), source.unit ?? 'minutes', target.unit ?? 'minutes') };
  if (source.kind === 'duration' && target.kind === 'number') return { ok: true, value: Number(value) };
  if (source.kind === 'date-time' && target.kind === 'date' && !Number.isNaN(Date.parse(String(value))))
    return { ok: true, value: dayIn(zone, Date.parse(String(value))) };
  return undefined;
}

/** A value as a text that reads back as the same value. */
export function textOf(
  side: Side,
  definition: FieldDefinition,
  zone: string | undefined,
  value: FieldValue,
  people: People,
): string {
  switch (definition.kind) {
    case 'user':
    case 'multi-user':
      return people.name(side, String(value));
    case 'duration':
      return durationText(Number(value), definition.unit ?? 'minutes');
    case 'boolean':
      return value === true ? 'Yes' : 'No';
    case 'date-time': {
      const instant = Date.parse(String(value));
      if (Number.isNaN(instant) || zone === undefined) return String(value);
      return localText(zone, instant);
    }
    default:
      return titleOf(definition, String(value));
  }
}

const TRUE = new Set(['true', 'yes', 'on', '1']);
const FALSE = new Set(['false', 'no', 'off', '0']);

/** A text in a field of another kind; undefined for texts. */
function valueOfText(
  { zone = 'UTC' }: FieldMapping,
  definition: Both<FieldDefinition>,
  to: Side,
  text: string,
): Translation | undefined {
  const target = definition[to];
  const read = (value: FieldValue | undefined, what: string): Translation =>
    value === undefined
      ? {
          ok: false,
          kind: 'rejected',
          reason: `“${text}” of ${definition[other(to)].title} is not ${what}, which ${target.title} needs`,
          remedy: `Correct the value, or map ${definition[other(to)].title} to a field of another kind.`,
        }
      : { ok: true, value };
  const given = text.trim();
  switch (target.kind) {
    case 'number':
      return read(given !== '' && Number.isFinite(Number(given)) ? Number(given) : undefined, 'a number');
    case 'duration':
      return read(readDuration(given, target.unit ?? 'minutes'), 'a duration such as 2h 30m');
    case 'boolean': {
      const folded = given.toLowerCase();
      return read(TRUE.has(folded) ? true : FALSE.has(folded) ? false : undefined, 'yes or no');
    }
    case 'date': {
      const instant = instantIn(zone, given);
      return read(instant === undefined ? undefined : dayIn(zone, instant), 'a date');
    }
    case 'date-time': {
      const instant = instantIn(zone, given);
      return read(instant === undefined ? undefined : new Date(instant).toISOString(), 'a date');
    }
    case 'url':
      return read(isAddress(given) ? given : undefined, 'a web address');
    default:
      return undefined;
  }
}

/** With a host, and nothing that a browser would execute. */
function isAddress(text: string): boolean {
  return /^(?!javascript:|data:|vbscript:)[a-z][a-z\d+.-]*:\/\//i.test(text) && URL.canParse(text);
}

/** A text in the room that its field has. */
function fitted(mapping: FieldMapping, target: FieldDefinition, text: string): Translation {
  const room = roomOf(target);
  if (room === undefined || room.lengthOf(text) <= room.most) return { ok: true, value: text };
  const cut = mapping.tooLong === 'refuse' || target.kind === 'url' ? undefined : cutText(text, room);
  return cut === undefined ? tooLong(target, text, room) : { ok: true, value: cut, note: noteOf(room) };
}

/** The same of a text in the common form, which takes more or less room in the field's own. */
function fittedForm(
  mapping: FieldMapping,
  target: FieldDefinition,
  forms: TextForms,
  to: Side,
  common: string,
): Translation {
  const whole = forms.fromCommon(to, common);
  const room = roomOf(target);
  if (room === undefined || room.lengthOf(whole) <= room.most) return { ok: true, value: whole };
  const { most, lengthOf } = room;
  if (mapping.tooLong !== 'refuse') {
    for (let tried = most; tried > lengthOf(CUT); tried = Math.floor(tried * 0.9) - 1) {
      const cut = cutText(common, { most: tried, lengthOf });
      const printed = cut === undefined ? '' : forms.fromCommon(to, cut);
      if (printed !== '' && lengthOf(printed) <= most)
        return { ok: true, value: printed, note: noteOf(room) };
    }
  }
  return tooLong(target, whole, room);
}

function noteOf({ most, unit }: Room): string {
  return `cut to the ${most} ${unit} that fit`;
}

function tooLong(target: FieldDefinition, text: string, { most, unit, lengthOf }: Room): Translation {
  return {
    ok: false,
    kind: 'rejected',
    reason: `the text has ${lengthOf(text)} ${unit} and ${target.title} takes ${most}`,
    remedy: 'Shorten the text.',
  };
}

function userConverter(mapping: FieldMapping, definition: Both<FieldDefinition>): Converter {
  return (from, value, people) => {
    const to = other(from);
    const found = people.counterpart(from, String(value)) ?? mapping.defaults?.[to];
    if (found !== undefined) return { ok: true, value: found };
    const name = people.name(from, String(value));
    return {
      ok: false,
      kind: 'rejected',
      reason: `nobody on the ${to} side has the e-mail, login or name of ${name} (${definition[from].title})`,
      remedy: `Add ${name} to the users table of ${mapping.left} ↔ ${mapping.right}, give the field a default, or make the account.`,
    };
  };
}
