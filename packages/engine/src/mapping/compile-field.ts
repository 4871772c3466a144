import { canonicalMarkdown, markdownForm, plainTextForm } from '@lockstep/sdk';
import type { Connector, FieldDefinition, FieldKind, FieldValue, RichTextForm } from '@lockstep/sdk';
import type { Both, FieldMapping, Side, TypeMapping } from '../configuration/integration.ts';
import { other } from '../configuration/integration.ts';
import type { CompiledField, TextForms, Translation } from './compiled.ts';
import { optionTranslator } from './options.ts';
import type { People } from './people.ts';
import { noteIn, withNote, withoutNote } from './origin-note.ts';
import { asList, isEmpty } from './values.ts';

type Converter = (from: Side, value: FieldValue, people: People) => Translation;

const OPTION_KINDS: readonly FieldKind[] = ['option', 'status', 'multi-option'];
const SET_KINDS: readonly FieldKind[] = ['multi-option', 'multi-user', 'tags'];
const USER_KINDS: readonly FieldKind[] = ['user', 'multi-user'];

/** Puts one field mapping together with both definitions. The mapping must have passed `checkConfiguration`. */
export function compileField(
  type: TypeMapping,
  mapping: FieldMapping,
  definition: Both<FieldDefinition>,
  connectors: Both<Pick<Connector, 'richText'>>,
): CompiledField {
  const isSet = (side: Side): boolean => SET_KINDS.includes(definition[side].kind);
  const isRich = (side: Side): boolean => definition[side].kind === 'rich-text';
  const richest = isRich('left') && isRich('right');
  const forms = isRich('left') || isRich('right') ? textForms(definition, connectors) : undefined;
  const convert = converter(mapping, definition, forms);
  const sets = isSet('left') && isSet('right');
  const direction = mapping.direction ?? 'both';

  return {
    mapping,
    definition,
    merge: sets ? 'set' : richest ? 'text' : 'single',
    policy: mapping.policy ?? 'newest',
    ...(forms === undefined ? {} : { forms }),
    same(side, a, b) {
      if (isRich(side) && forms !== undefined && a !== b)
        return forms.toCommon(side, a ?? null) === forms.toCommon(side, b ?? null);
      if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b);
      if (a === b) return true;
      if (isSet(side)) return sameSet(asList(a), asList(b));
      return plain(definition[side].kind, a as FieldValue) === plain(definition[side].kind, b as FieldValue);
    },
    translate(from, value, people) {
      if (isEmpty(value)) return { ok: true, value: isSet(other(from)) ? [] : null };
      if (isSet(from) || isSet(other(from)))
        return convertList(isSet(other(from)), asList(value), (one) => convert(from, one, people));
      return convert(from, value as FieldValue, people);
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

function textForms(
  definition: Both<FieldDefinition>,
  connectors: Both<Pick<Connector, 'richText'>>,
): TextForms {
  const form = (side: Side): RichTextForm =>
    definition[side].kind === 'rich-text' ? connectors[side].richText : plainTextForm;
  const whole = (side: Side, value: FieldValue): string =>
    isEmpty(value) ? '' : remembered(form(side), String(value));
  const fromCommon = (side: Side, text: string): string =>
    text === '' ? '' : form(side).print(markdownForm.parse(text));
  return {
    toCommon: (side, value) => withoutNote(whole(side, value)),
    fromCommon,
    keepingNote: (side, present, value) => {
      const note = noteIn(whole(side, present));
      if (note === '' || noteIn(whole(side, value)) !== '') return value;
      return fromCommon(side, withNote(whole(side, value), note));
    },
  };
}

/** Planning compares the same few texts many times over, and parsing is what it costs. */
const memory = new WeakMap<RichTextForm, Map<string, string>>();
const REMEMBERED = 64;
const LONGEST_REMEMBERED = 20_000;

function remembered(form: RichTextForm, text: string): string {
  const known = memory.get(form) ?? new Map<string, string>();
  memory.set(form, known);
  const found = known.get(text);
  if (found !== undefined) return found;
  const common = canonicalMarkdown(form.parse(text));
  if (text.length > LONGEST_REMEMBERED) return common;
  if (known.size >= REMEMBERED) known.delete(known.keys().next().value ?? '');
  known.set(text, common);
  return common;
}

function converter(
  mapping: FieldMapping,
  definition: Both<FieldDefinition>,
  forms: TextForms | undefined,
): Converter {
  const kinds = (side: Side): FieldKind => definition[side].kind;
  if (OPTION_KINDS.includes(kinds('left')) && OPTION_KINDS.includes(kinds('right'))) {
    const translate = optionTranslator(mapping, definition);
    return (from, value) => translate(from, String(value));
  }
  if (USER_KINDS.includes(kinds('left')) && USER_KINDS.includes(kinds('right')))
    return userConverter(mapping, definition);
  if (forms !== undefined) {
    return (from, value) => ({ ok: true, value: forms.fromCommon(other(from), forms.toCommon(from, value)) });
  }
  return (from, value, people) => toKind(definition, from, value, people);
}

function userConverter(mapping: FieldMapping, definition: Both<FieldDefinition>): Converter {
  return (from, value, people) => {
    const to = other(from);
    const found = people.counterpart(from, String(value)) ?? mapping.defaults?.[to];
    if (found !== undefined) return { ok: true, value: found };
    const name = people.name(from, String(value));
    return {
      ok: false,
      reason: `nobody on the ${to} side has the e-mail, login or name of ${name} (${definition[from].title})`,
      remedy: `Add ${name} to the users table of ${mapping.left} ↔ ${mapping.right}, give the field a default, or make the account.`,
    };
  };
}

/** Between kinds that are not the same: by text. */
function toKind(
  definition: Both<FieldDefinition>,
  from: Side,
  value: FieldValue,
  people: People,
): Translation {
  const source = definition[from];
  const target = definition[other(from)];
  const text =
    source.kind === 'user'
      ? people.name(from, String(value))
      : (source.options?.find((option) => option.id === value)?.title ?? String(value));
  const refuse = (what: string): Translation => ({
    ok: false,
    reason: `“${text}” of ${source.title} is not ${what}, which ${target.title} needs`,
    remedy: `Correct the value, or map ${source.title} to a field of another kind.`,
  });
  switch (target.kind) {
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text))
        ? { ok: true, value: Number(text) }
        : refuse('a number');
    case 'boolean':
      return text === 'true' || text === 'false'
        ? { ok: true, value: text === 'true' }
        : refuse('true or false');
    case 'date':
      return Number.isNaN(Date.parse(text)) ? refuse('a date') : { ok: true, value: text.slice(0, 10) };
    case 'date-time':
      return Number.isNaN(Date.parse(text))
        ? refuse('a date')
        : { ok: true, value: new Date(text).toISOString() };
    default:
      return tooLong(target, text) ?? { ok: true, value: text };
  }
}

function tooLong(target: FieldDefinition, text: string): Translation | undefined {
  if (target.maxLength === undefined || [...text].length <= target.maxLength) return undefined;
  return {
    ok: false,
    reason: `the text has ${[...text].length} characters and ${target.title} takes ${target.maxLength}`,
    remedy: 'Shorten the text.',
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
