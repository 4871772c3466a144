import { MemoryTracker } from '@lockstep/connectors';
import type { Attachment, Comment, FieldValue, Visibility } from '@lockstep/sdk';

/** Label that takes an item out of the scope of its side. */
export const OUTSIDE = 'outside';
export const SYNC = 'sync';

/** One thing done in a tracker, by a person or by us, with what it replaced. */
export interface Deed {
  readonly at: number;
  readonly by: string;
  readonly what: 'create' | 'edit' | 'comment' | 'file' | 'delete';
  readonly id: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly replaced: Readonly<Record<string, FieldValue>>;
  readonly text?: string;
  /** Was the item out of scope or private at that moment? */
  readonly isOutside: boolean;
}

/** A tracker that remembers who did what: the judge asks it, never the engine. */
export class WatchedTracker extends MemoryTracker {
  readonly deeds: Deed[] = [];
  /** Told of every deed, for the trace. */
  onDeed: (deed: Deed) => void = () => undefined;

  override create(
    by: string,
    fields: Readonly<Record<string, FieldValue>>,
    more: { marker?: string; visibility?: Visibility } = {},
  ): string {
    const id = super.create(by, fields, more);
    this.remember({ by, what: 'create', id, fields, replaced: {} });
    return id;
  }

  override edit(by: string, id: string, fields: Readonly<Record<string, FieldValue>>): void {
    const before = this.item(id).fields;
    const replaced = Object.fromEntries(Object.keys(fields).map((field) => [field, before[field] ?? null]));
    const isOutside = this.isOutside(id);
    super.edit(by, id, fields);
    this.remember({ by, what: 'edit', id, fields, replaced, isOutside });
  }

  override comment(by: string, id: string, body: string, visibility: Visibility = 'public'): Comment {
    const comment = super.comment(by, id, body, visibility);
    this.remember({ by, what: 'comment', id, fields: {}, replaced: {}, text: body });
    return comment;
  }

  override attach(
    by: string,
    id: string,
    name: string,
    content: Uint8Array,
    contentType?: string,
  ): Attachment {
    const file = super.attach(by, id, name, content, contentType);
    this.remember({ by, what: 'file', id, fields: {}, replaced: {}, text: name });
    return file;
  }

  override delete(id: string, by = SYNC): void {
    super.delete(id);
    this.remember({ by, what: 'delete', id, fields: {}, replaced: {} });
  }

  /** How often we wrote. */
  get written(): number {
    return this.deeds.filter((deed) => deed.by === SYNC).length;
  }

  private isOutside(id: string): boolean {
    const item = this.items.get(id);
    const labels = (item?.fields['labels'] ?? []) as readonly string[];
    return labels.includes(OUTSIDE) || item?.visibility === 'private';
  }

  private remember(deed: Omit<Deed, 'at' | 'isOutside'> & { readonly isOutside?: boolean }): void {
    const whole = { isOutside: this.isOutside(deed.id), ...deed, at: this.now() };
    this.deeds.push(whole);
    this.onDeed(whole);
  }
}
