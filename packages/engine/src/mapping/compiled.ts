import type { FieldDefinition, FieldId, FieldValue, Item } from '@lockstep/sdk';
import type { Both, ConflictPolicy, FieldMapping, Side, TypeMapping } from '../configuration/integration.ts';
import type { People } from './people.ts';

/** A value carried to the other side's form, or why it cannot be. */
export type Translation =
  | {
      readonly ok: true;
      readonly value: FieldValue;
      /** What people have to know of it: that it was cut. */
      readonly note?: string;
    }
  | Untranslatable;

export interface Untranslatable {
  readonly ok: false;
  /** `missing-option`: an option without a counterpart, a default or a text to take. */
  readonly kind: 'rejected' | 'missing-option';
  readonly reason: string;
  readonly remedy: string;
}

/** Text in the form both sides share: canonical Markdown. */
export interface TextForms {
  /** Without the note on an item's origin (`origin-note.ts`). */
  toCommon(side: Side, value: FieldValue): string;
  fromCommon(side: Side, text: string): string;
  /** A value to be written in place of another, with the note that this one ends with. */
  keepingNote(side: Side, present: FieldValue, value: FieldValue): FieldValue;
}

export interface NeededValue {
  readonly field: FieldId;
  readonly value: FieldValue;
}

/** One field mapping with both schemas at hand. All functions are pure. */
export interface CompiledField {
  readonly mapping: FieldMapping;
  readonly definition: Both<FieldDefinition>;
  /** `text`: three-way merge · `set`: union of additions and removals · `single`: one value wins. */
  readonly merge: 'text' | 'set' | 'single';
  readonly policy: ConflictPolicy;
  readonly forms?: TextForms;
  /** What the field is written from, where its source is no field but the item as a whole; kept like a field of it. */
  readonly derive?: {
    readonly from: Side;
    value(item: Item): FieldValue;
    people(value: FieldValue): readonly string[];
  };
  /** What an item of that side is given with this status, in fields that have no value yet. */
  needed?(side: Side, status: string): readonly NeededValue[];
  /** Set for a while: a migration leaves this field as it is on both sides. */
  readonly isLeftOut?: true;
  /** Do two values of one side mean the same? */
  same(side: Side, a: FieldValue | undefined, b: FieldValue | undefined): boolean;
  /** From one side's form to the other's. */
  translate(from: Side, value: FieldValue | undefined, people: People): Translation;
  /** Is a text of this side the other's, cut since it was too long? */
  isCutOf(side: Side, value: FieldValue, whole: FieldValue): boolean;
  /**
   * What an edit of a cut text makes of the whole one on the other side: the part behind the cut stays. Undefined where
   * the text was not cut, or no longer says so: then it is meant as it stands.
   */
  withTail(from: Side, value: FieldValue, before: FieldValue, whole: FieldValue): FieldValue | undefined;
  /** May a change be carried to this side, on creation or later? */
  carries(to: Side, on: 'create' | 'update'): boolean;
}

export interface CompiledType {
  readonly mapping: TypeMapping;
  readonly title: string;
  readonly fields: readonly CompiledField[];
  readonly workflow: Partial<Both<Readonly<Record<string, readonly string[]>>>>;
}

/** Do the two sides agree on a field? A lossy conversion agrees in either direction. */
export function agree(
  field: CompiledField,
  left: FieldValue | undefined,
  right: FieldValue | undefined,
  people: People,
): boolean {
  if (
    field.isCutOf('right', right ?? null, left ?? null) ||
    field.isCutOf('left', left ?? null, right ?? null)
  )
    return true;
  const toRight = field.translate('left', left, people);
  if (toRight.ok && field.same('right', toRight.value, right)) return true;
  const toLeft = field.translate('right', right, people);
  return toLeft.ok && field.same('left', toLeft.value, left);
}
