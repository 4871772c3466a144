import type {
  Attachment,
  Comment,
  FieldId,
  FieldValue,
  Instant,
  Item,
  ItemId,
  User,
  Version,
  Visibility,
} from './item.ts';
import type { Limits } from './limits.ts';
import type { RichTextForm } from './rich-text/form.ts';
import type { Schema } from './schema.ts';

/** Opaque position in a change feed; only the connector that made it reads it, in whichever process: it is kept. */
export type Cursor = string;

/** One change seen by a feed: the whole item, or word that it is gone. */
export type Change =
  | { readonly kind: 'item'; readonly item: Item }
  | { readonly kind: 'deleted'; readonly id: ItemId; readonly at?: Instant };

export interface ChangePage {
  readonly changes: readonly Change[];
  /** Continues behind this page within the same reading. */
  readonly next: Cursor;
}

/** Where a reading of a feed starts: at an instant of the tracker's clock, or behind a page. */
export type FeedPosition = { readonly since: Instant } | { readonly after: Cursor };

/**
 * What a write left behind: the item as stored, read back after the write. Where the reading back fails, the write
 * fails as `ambiguous`, never as if it had not happened (`readBack` sees to it); so it is with comments and files.
 */
export interface Receipt {
  readonly item: Item;
  /**
   * Values which, by the tracker's own history, the write replaced. Where one differs from what was read before
   * the write, somebody was faster and the engine keeps their value (P4).
   */
  readonly replaced?: Readonly<Record<FieldId, FieldValue>>;
  /** What the tracker said about parts it did not take, in its words. */
  readonly warnings?: readonly string[];
}

export interface ItemDraft {
  readonly type: string;
  readonly fields: Readonly<Record<FieldId, FieldValue>>;
  readonly visibility: Exclude<Visibility, 'unknown'>;
  /** To be stored with the create itself, findable by `find`; at most 200 characters of `[A-Za-z0-9:._-]`. */
  readonly marker: string;
}

export interface ItemPatch {
  /** Only what changes. Array values are the whole new set. */
  readonly fields: Readonly<Record<FieldId, FieldValue>>;
  /** What was read right before; a tracker with compare-and-set refuses when it moved. */
  readonly expected: Version;
}

export interface Items {
  /**
   * Items of the scope changed at or after a position, ascending by (updated, id), each page complete in fields.
   * Yields at least one page when reading worked, even an empty one.
   */
  changes(from: FeedPosition, signal: AbortSignal): AsyncIterable<ChangePage>;
  /** One answer per id, in any order; an id that is gone or not visible is absent from the result. */
  get(ids: readonly ItemId[], signal: AbortSignal): Promise<readonly Item[]>;
  create(draft: ItemDraft, signal: AbortSignal): Promise<Receipt>;
  update(id: ItemId, patch: ItemPatch, signal: AbortSignal): Promise<Receipt>;
  /** All items that carry the marker. Absent where `limits.marker` is `none`. */
  find?(marker: string, signal: AbortSignal): Promise<readonly Item[]>;
  delete?(id: ItemId, signal: AbortSignal): Promise<void>;
}

export interface CommentDraft {
  readonly body: string;
  readonly visibility: Exclude<Visibility, 'unknown'>;
}

export interface Comments {
  /** Whether the tracker can keep a comment from outsiders. */
  readonly private: boolean;
  /** Oldest first. */
  list(id: ItemId, signal: AbortSignal): Promise<readonly Comment[]>;
  create(id: ItemId, draft: CommentDraft, signal: AbortSignal): Promise<Comment>;
  update?(id: ItemId, commentId: string, draft: CommentDraft, signal: AbortSignal): Promise<Comment>;
  delete?(id: ItemId, commentId: string, signal: AbortSignal): Promise<void>;
}

export interface AttachmentDraft {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly contentType: string;
  readonly content: AsyncIterable<Uint8Array>;
}

export interface Attachments {
  /** Bytes; larger files are refused before they are read. */
  readonly maxSize: number;
  list(id: ItemId, signal: AbortSignal): Promise<readonly Attachment[]>;
  read(id: ItemId, attachmentId: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  create(id: ItemId, draft: AttachmentDraft, signal: AbortSignal): Promise<Attachment>;
}

/** A URL from an item to its counterpart, stored where the tracker keeps references. */
export interface Links {
  list(
    id: ItemId,
    signal: AbortSignal,
  ): Promise<readonly { readonly url: string; readonly title?: string }[]>;
  /** Setting the same URL again changes nothing. */
  add(id: ItemId, link: { readonly url: string; readonly title: string }, signal: AbortSignal): Promise<void>;
}

export interface Users {
  /** The account this connection works as. */
  self(signal: AbortSignal): Promise<User>;
  get(id: string, signal: AbortSignal): Promise<User | undefined>;
  /** Exact matches by e-mail, login or display name; none and several are told apart. */
  find(
    by: { readonly email?: string; readonly login?: string; readonly name?: string },
    signal: AbortSignal,
  ): Promise<readonly User[]>;
}

export interface Webhooks {
  /** Verifies the signature and names the items to look at; a hint only, the feed stays the truth. */
  receive(request: {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
  }): Promise<readonly ItemId[]>;
}

/** What `check` found; shown to people, so every text is a sentence. */
export interface CheckReport {
  readonly account: User;
  readonly product: string;
  /** Tracker clock minus ours, milliseconds, where the tracker tells its time. */
  readonly clockSkew?: number;
  readonly warnings: readonly string[];
}

/** One side at work: a scope of one connection. A capability the tracker lacks is an absent facet. */
export interface Connector {
  readonly limits: Limits;
  readonly richText: RichTextForm;
  /** Refuses with `config`, `auth` or `forbidden` whatever would make the connection useless. */
  check(signal: AbortSignal): Promise<CheckReport>;
  schema(signal: AbortSignal): Promise<Schema>;
  readonly items: Items;
  readonly comments?: Comments;
  readonly attachments?: Attachments;
  readonly links?: Links;
  readonly users?: Users;
  readonly webhooks?: Webhooks;
  close?(): Promise<void>;
}
