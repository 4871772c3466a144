import type { FieldKind } from '@lockstep/sdk';

/** What becomes of the values of one kind in a field of another. */
export type Conversion =
  /** Carried as they are meant. A single value that does not fit the field parks its item. */
  | { readonly how: 'whole' }
  /** Carried, without what `loses` names. */
  | { readonly how: 'loss'; readonly loses: string }
  /** Refused when the mapping is saved. */
  | { readonly how: 'refused'; readonly why: string };

export const KINDS: readonly FieldKind[] = [
  'text',
  'rich-text',
  'url',
  'number',
  'duration',
  'date',
  'date-time',
  'boolean',
  'option',
  'version',
  'status',
  'multi-option',
  'tags',
  'user',
  'multi-user',
];

const CHOICES: readonly FieldKind[] = ['option', 'version', 'status'];
const LISTS: readonly FieldKind[] = ['multi-option', 'tags'];
const PEOPLE: readonly FieldKind[] = ['user', 'multi-user'];

export const isChoice = (kind: FieldKind): boolean => CHOICES.includes(kind) || kind === 'multi-option';
export const isSetKind = (kind: FieldKind): boolean => LISTS.includes(kind) || kind === 'multi-user';
export const isPersonKind = (kind: FieldKind): boolean => PEOPLE.includes(kind);
export const isTextKind = (kind: FieldKind): boolean =>
  kind === 'text' || kind === 'rich-text' || kind === 'url';

const WHOLE: Conversion = { how: 'whole' };
const loss = (loses: string): Conversion => ({ how: 'loss', loses });
const refused = (why: string): Conversion => ({ how: 'refused', why });

/** Every ordered pair of kinds has one answer; docs/reference/configuration.md shows them all. */
export function conversionOf(from: FieldKind, to: FieldKind): Conversion {
  if (from === to) return WHOLE;
  if (isPersonKind(from) || isPersonKind(to)) return ofPeople(from, to);
  if (to === 'text' || to === 'rich-text')
    return from === 'rich-text' ? loss('what plain text cannot show of its form') : WHOLE;
  if (to === 'url') return from === 'text' ? WHOLE : refused(`a value of the kind ${from} is no web address`);
  switch (from) {
    case 'text':
      return WHOLE;
    case 'url':
    case 'rich-text':
      return refused(`a value of the kind ${from} is only carried into a text`);
    case 'number':
      return to === 'duration' || isChoice(to) || to === 'tags' ? WHOLE : mismatch(from, to);
    case 'duration':
      return to === 'number' ? WHOLE : mismatch(from, to);
    case 'date':
      return to === 'date-time' ? WHOLE : mismatch(from, to);
    case 'date-time':
      return to === 'date' ? loss('the time of day') : mismatch(from, to);
    case 'boolean':
      return CHOICES.includes(to) ? WHOLE : mismatch(from, to);
    case 'multi-option':
    case 'tags':
      if (LISTS.includes(to)) return WHOLE;
      return CHOICES.includes(to) ? loss('all values but the first') : mismatch(from, to);
    default:
      return CHOICES.includes(to) || LISTS.includes(to) || to === 'number' || to === 'boolean'
        ? WHOLE
        : mismatch(from, to);
  }
}

function ofPeople(from: FieldKind, to: FieldKind): Conversion {
  if (isPersonKind(from) && isPersonKind(to)) return to === 'user' ? loss('all people but the first') : WHOLE;
  if (isPersonKind(to)) return refused('a text or an option does not surely say which person is meant');
  if (to === 'text' || to === 'rich-text') return loss('who it is: only the name is left');
  return refused('a person is only carried into a person or a text');
}

function mismatch(from: FieldKind, to: FieldKind): Conversion {
  return refused(`a value of the kind ${from} means nothing in a field of the kind ${to}`);
}
