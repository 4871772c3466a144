import type { FieldId } from './item.ts';

/**
 * What a field's values mean. Values by kind: `text`, `rich-text`, `url`: string · `number`: number ·
 * `duration`: number, in the definition's `unit` · `date`: `YYYY-MM-DD` · `date-time`: Instant · `boolean`: boolean ·
 * `option`, `version`, `status`: option id ·
 * `user`: user id · `multi-option`, `multi-user`, `tags`: array of ids or texts.
 */
export type FieldKind =
  | 'text'
  | 'rich-text'
  | 'url'
  | 'number'
  | 'duration'
  | 'date'
  | 'date-time'
  | 'boolean'
  | 'option'
  | 'version'
  | 'multi-option'
  | 'tags'
  | 'status'
  | 'user'
  | 'multi-user';

export type DurationUnit = 'seconds' | 'minutes' | 'hours' | 'days';

export interface OptionDefinition {
  readonly id: string;
  readonly title: string;
  /** For statuses: whether the work is over there. */
  readonly closed?: boolean;
}

/** May a field be written? `false` must come with a reason that people can read. */
export type Writable = true | { readonly reason: string };

export interface FieldDefinition {
  readonly id: FieldId;
  readonly title: string;
  readonly kind: FieldKind;
  readonly required?: boolean;
  readonly onCreate: Writable;
  readonly onUpdate: Writable;
  /** For options, versions and statuses. */
  readonly options?: readonly OptionDefinition[];
  /** In characters. */
  readonly maxLength?: number;
  /** In bytes of UTF-8, of a tracker that counts those. */
  readonly maxBytes?: number;
  /** For durations: what the values count; minutes if absent. */
  readonly unit?: DurationUnit;
}

export interface ItemType {
  readonly id: string;
  readonly title: string;
  readonly fields: readonly FieldDefinition[];
  /** From status id to the status ids reachable in one step, where the tracker publishes its workflow. */
  readonly workflow?: Readonly<Record<string, readonly string[]>>;
}

/** What a scope can hold, as the tracker tells it now. */
export interface Schema {
  readonly scope: { readonly id: string; readonly title: string; readonly url?: string };
  readonly types: readonly ItemType[];
}
