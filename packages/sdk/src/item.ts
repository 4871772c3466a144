/** A JSON value in a tracker's own form: what it stores, unconverted. Absent and `null` both mean empty. */
export type FieldValue = string | number | boolean | null | readonly string[];

/** The tracker's own id of an item; never changes while the item lives. */
export type ItemId = string;

/** The tracker's own id of a field, e.g. `subject` or `cf_3`. */
export type FieldId = string;

/** An absolute time, ISO 8601 in UTC with milliseconds, e.g. `2026-01-02T03:04:05.000Z`. */
export type Instant = string;

/** Opaque: on one item, another version means that something may have changed. */
export type Version = string;

/**
 * Who can see an item or a comment. `unknown` is never sent anywhere (P6), so a connector that
 * cannot tell says `unknown` rather than guess.
 */
export type Visibility = 'public' | 'private' | 'unknown';

/** A person as a tracker names them inside an item. */
export interface UserReference {
  readonly id: string;
  readonly name?: string;
}

/** A person as the tracker's directory describes them. E-mail is compared without regard to case. */
export interface User extends UserReference {
  readonly login?: string;
  readonly email?: string;
  readonly active: boolean;
}

/** A comment in the tracker's own text form. */
export interface Comment {
  readonly id: string;
  readonly body: string;
  readonly author: UserReference;
  readonly createdAt: Instant;
  readonly updatedAt?: Instant;
  readonly visibility: Visibility;
}

/** A file attached to an item. Content is read as a stream, never held whole. */
export interface Attachment {
  readonly id: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly contentType?: string;
  readonly author?: UserReference;
  readonly createdAt?: Instant;
  readonly visibility?: Visibility;
}

/** A work item as stored on one side, its fields in that side's own form. */
export interface Item {
  readonly id: ItemId;
  /** What people call it (`#12`, `ABC-3`); may change. */
  readonly key: string;
  readonly url: string;
  /** Id of the item's type in the side's schema. */
  readonly type: string;
  readonly version: Version;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** Who made the item, where the tracker tells. */
  readonly createdBy?: UserReference;
  /** Who changed the item last, where the tracker tells. */
  readonly updatedBy?: UserReference;
  readonly visibility: Visibility;
  readonly fields: Readonly<Record<FieldId, FieldValue>>;
  /** When each field last changed, where the tracker tells. */
  readonly fieldTimes?: Readonly<Record<FieldId, Instant>>;
  /** Status ids this item may go to next, where the tracker tells; the present status need not be in it. */
  readonly allowedStatuses?: readonly string[];
  /** The text an earlier create put into the marker, if any. */
  readonly marker?: string;
  /** Present when the answer that gave the item gave its comments too; otherwise ask the facet. */
  readonly comments?: readonly Comment[];
  /** Present when the answer that gave the item gave its attachments too; otherwise ask the facet. */
  readonly attachments?: readonly Attachment[];
}
