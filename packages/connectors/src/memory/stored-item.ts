import type { Attachment, Comment, FieldValue, Visibility } from '@lockstep/sdk';

/** An item as the tracker holds it. */
export interface StoredItem {
  readonly number: number;
  readonly createdAt: number;
  updatedAt: number;
  readonly createdBy: string;
  updatedBy: string;
  revision: number;
  visibility: Visibility;
  marker: string | undefined;
  deleted: boolean;
  fields: Record<string, FieldValue>;
  readonly fieldTimes: Record<string, number>;
  /** The number of comments ever made, so that no id is used twice. */
  commented: number;
  /** The same of files. */
  attached: number;
  readonly comments: Comment[];
  readonly links: { readonly url: string; readonly title: string }[];
  readonly files: (Attachment & { readonly content: Uint8Array })[];
}

/** One change of an item, as the index knows it. */
export interface ChangeEntry {
  readonly id: string;
  readonly item: StoredItem;
  readonly at: number;
  /** When the item changed after that. */
  next?: number;
}

/** All that a tracker holds, as it was at one moment. */
export interface Backup {
  readonly items: ReadonlyMap<string, StoredItem>;
  readonly last: number;
}
