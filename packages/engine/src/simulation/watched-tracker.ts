import { MemoryTracker } from '@lockstep/connectors';
import type { Backup, StoredItem } from '@lockstep/connectors';
import type { Attachment, Comment, FieldValue, Visibility } from '@lockstep/sdk';
import { SimulatedProcess } from './process.ts';

/** Label that takes an item out of the scope of its side. */
export const OUTSIDE = 'outside';
export const SYNC = 'sync';

/** One thing done in a tracker, by a person or by us, with what it replaced. */
export interface Deed {
  readonly at: number;
  readonly by: string;
  readonly what:
    | 'create'
    | 'edit'
    | 'comment'
    | 'file'
    | 'link'
    | 'uncomment'
    | 'detach'
    | 'delete'
    | 'restore'
    | 'visibility';
  readonly id: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly replaced: Readonly<Record<string, FieldValue>>;
  readonly text?: string;
  /** The run that it fell into, if a person did it while one was at work. */
  readonly meanwhile?: string;
  /** Since when the item was out of scope or private, if it was. */
  readonly outsideSince?: number;
}

/** A tracker that remembers who did what: the judge asks it, never the engine. */
export class WatchedTracker extends MemoryTracker {
  readonly deeds: Deed[] = [];
  /** What was done between a backup and the return to it: no longer so. */
  readonly undone: Deed[] = [];
  /** Names of the items that a backup set back or took away. */
  readonly setBack = new Map<string, number>();
  /** Those of them to which it happened more than once. */
  readonly setBackAgain = new Set<string>();
  /** Those that were not there yet when the backup was taken. */
  readonly takenAway = new Set<string>();
  /** The numbers that those had. */
  readonly freed = new Set<string>();
  /** Items that our account could not see for a while, and that nobody has changed since it can. */
  readonly comeIntoSight = new Set<string>();
  /** Items that our account could not see for a while. */
  readonly onceUnseen = new Set<string>();
  private readonly outside = new Map<string, number>();
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
    const outsideSince = this.outside.get(id);
    super.edit(by, id, fields);
    this.remember({
      by,
      what: 'edit',
      id,
      fields,
      replaced,
      ...(outsideSince === undefined ? {} : { outsideSince }),
    });
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

  override link(by: string, id: string, link: { readonly url: string; readonly title: string }): void {
    super.link(by, id, link);
    this.remember({ by, what: 'link', id, fields: {}, replaced: {} });
  }

  override deleteComment(by: string, id: string, comment: string): void {
    const text = this.item(id).comments.find((one) => one.id === comment)?.body ?? '';
    super.deleteComment(by, id, comment);
    this.remember({ by, what: 'uncomment', id, fields: {}, replaced: {}, text });
  }

  override detach(by: string, id: string, file: string): void {
    const text = this.item(id).files.find((one) => one.id === file)?.name ?? '';
    super.detach(by, id, file);
    this.remember({ by, what: 'detach', id, fields: {}, replaced: {}, text });
  }

  override delete(id: string, by = SYNC): void {
    super.delete(id);
    this.remember({ by, what: 'delete', id, fields: {}, replaced: {} });
  }

  override restore(by: string, id: string): void {
    if (!this.items.has(id)) return;
    super.restore(by, id);
    this.remember({ by, what: 'restore', id, fields: {}, replaced: {} });
  }

  /** How often we wrote. */
  get written(): number {
    return this.deeds.filter((deed) => deed.by === SYNC).length;
  }

  override setVisibility(by: string, id: string, visibility: Visibility): void {
    super.setVisibility(by, id, visibility);
    this.remember({ by, what: 'visibility', id, fields: {}, replaced: {}, text: visibility });
  }

  override backup(): Backup & { readonly done: number; readonly outside: ReadonlyMap<string, number> } {
    return { ...super.backup(), done: this.deeds.length, outside: new Map(this.outside) };
  }

  override returnTo(backup: ReturnType<WatchedTracker['backup']>): void {
    const nameOf = (item: StoredItem): string => String(item.fields['title']).split(' ')[0] ?? '';
    for (const [id, item] of this.items) {
      const then = backup.items.get(id);
      const isSame = then?.updatedAt === item.updatedAt && then.revision === item.revision;
      if (isSame && then.deleted === item.deleted) continue;
      if (then === undefined) {
        this.takenAway.add(nameOf(item));
        this.freed.add(id);
      }
      for (const name of new Set([item, ...(then === undefined ? [] : [then])].map(nameOf))) {
        if (this.setBack.has(name)) this.setBackAgain.add(name);
        this.setBack.set(name, this.now());
      }
    }
    super.returnTo(backup);
    this.undone.push(...this.deeds.splice(backup.done));
    this.outside.clear();
    for (const [id, since] of backup.outside) this.outside.set(id, since);
  }

  private remember(deed: Omit<Deed, 'at'>): void {
    const since = this.outside.get(deed.id);
    const run = deed.by === SYNC ? undefined : SimulatedProcess.current?.name;
    const whole = {
      ...(since === undefined ? {} : { outsideSince: since }),
      ...(run === undefined ? {} : { meanwhile: run }),
      ...deed,
      at: this.now(),
    };
    this.deeds.push(whole);
    if (deed.by !== SYNC && !this.unseen.has(deed.id)) this.comeIntoSight.delete(deed.id);
    this.onDeed(whole);
    const item = this.items.get(deed.id);
    const labels = (item?.fields['labels'] ?? []) as readonly string[];
    if (!labels.includes(OUTSIDE) && item?.visibility === 'public') this.outside.delete(deed.id);
    else if (since === undefined) this.outside.set(deed.id, this.now());
  }
}
