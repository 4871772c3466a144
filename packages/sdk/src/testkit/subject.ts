import type { Connector } from '../connector.ts';
import type { FieldId, FieldValue, Instant, ItemId } from '../item.ts';

/** A person who works in the tracker past the connector, as people do. */
export interface Person {
  /** The tracker's id of this person. */
  readonly id: string;
  edit(id: ItemId, fields: Readonly<Record<FieldId, FieldValue>>): Promise<void>;
  comment?(id: ItemId, body: string): Promise<void>;
  delete?(id: ItemId): Promise<void>;
}

/** A tracker under test, opened once for the whole suite. */
export interface Subject {
  /** Works as the connection's own account, in a scope that nothing else writes to. */
  readonly connector: Connector;
  /** Somebody else than the connection's account. */
  readonly person: Person;
  /** The same tracker with a wrong secret. */
  readonly refused?: Connector;
  /** Lets the tracker's time pass; without it the kit really waits. */
  wait?(milliseconds: number): Promise<void>;
  cleanup?(): Promise<void>;
}

/** What the checks write. All values are in the tracker's own form. */
export interface Samples {
  /** Item type of everything that is created. */
  readonly type: string;
  /** The field that holds an item's title. */
  readonly title: FieldId;
  /** A field of kind `rich-text` that can be written with a create. */
  readonly richText: FieldId;
  /** A text field that can be changed at any time, in any way; default `richText`. */
  readonly editable?: FieldId;
  /** A field that can be emptied, with a value in `create`; default `richText`. */
  readonly emptied?: FieldId;
  /** A field with options (not the status), for values that do not exist. */
  readonly option?: FieldId;
  /** Everything a full create carries, without the title. */
  readonly create: Readonly<Record<FieldId, FieldValue>>;
  /** Fields with other values than in `create`, for an edit. At least one. */
  readonly change: Readonly<Record<FieldId, FieldValue>>;
  /** An id of the right form that no item has; default `999999999`. */
  readonly unknownId?: ItemId;
  /** A user id of the right form that nobody has; default `999999999`. */
  readonly unknownUser?: string;
  /** An instant after everything; default one day after the newest item. */
  readonly future?: Instant;
  /** Characters of the long text; default 20,000. */
  readonly longText?: number;
  /** Bytes of the attachment that goes there and back; default 300,000. */
  readonly file?: number;
}
