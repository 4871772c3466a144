import type { Attachment, Comment, FieldDefinition, FieldValue, Item, User, Visibility } from '@lockstep/sdk';
import { ConnectorError } from '@lockstep/sdk';
import { FIELDS, WORKFLOW } from './schema.ts';
import { normalised } from './normalised.ts';
import type { CallKind, Hooks, Quirks } from './quirks.ts';
import type { Backup, ChangeEntry, StoredItem } from './stored-item.ts';

/** A whole tracker in this process: for tests, the demo and the simulation. Time comes from outside. */
export class MemoryTracker {
  readonly name: string;
  readonly quirks: Quirks;
  readonly hooks: Hooks;
  /** Connected accounts lost their rights: lists are empty, items look gone, writes are forbidden. */
  isBlind = false;
  /** Items that connected accounts may not see. */
  readonly unseen = new Set<string>();
  readonly counts: Record<CallKind, number> = {
    list: 0,
    read: 0,
    write: 0,
    readBack: 0,
    comment: 0,
    file: 0,
    find: 0,
  };
  readonly users = new Map<string, User>();
  readonly items = new Map<string, StoredItem>();
  /** Every change in order of time; an item's latest indexed entry is the one that counts. */
  private readonly changes: ChangeEntry[] = [];
  private readonly latest = new Map<string, ChangeEntry>();
  private readonly marked = new Map<string, string[]>();
  private readonly clock: () => number;
  private readonly fields: ReadonlyMap<string, FieldDefinition>;
  private last = 0;

  constructor(name: string, now: () => number, quirks: Quirks = {}, hooks: Hooks = {}) {
    this.name = name;
    this.clock = now;
    this.quirks = quirks;
    this.hooks = hooks;
    this.fields = new Map([...FIELDS, ...(quirks.fields ?? [])].map((field) => [field.id, field]));
    this.addUser({ id: 'sync', login: 'sync', name: 'Sync', email: 'sync@example.test', active: true });
  }

  addUser(user: User): void {
    this.users.set(user.id, user);
  }

  now(): number {
    return this.clock();
  }

  /** The tracker's clock, as coarse as its timestamps. */
  stamp(): number {
    const step = this.quirks.timestampStep ?? 1;
    return Math.floor(this.clock() / step) * step;
  }

  /** Does the index show by now what changed at that time? */
  isIndexed(changedAt: number): boolean {
    return changedAt + (this.quirks.indexLag ?? 0) <= this.clock();
  }

  /** Ids of the living items with a marker. */
  markedWith(marker: string): readonly string[] {
    return (this.marked.get(marker) ?? []).filter((id) => this.items.get(id)?.deleted === false);
  }

  /** Is the item there, as far as connected accounts can tell? */
  isVisible(id: string): boolean {
    return !this.isBlind && !this.unseen.has(id) && this.items.get(id)?.deleted === false;
  }

  item(id: string): StoredItem {
    const item = this.items.get(id);
    if (item === undefined || item.deleted) {
      throw new ConnectorError('gone', `${this.name}: there is no item ${id}`);
    }
    return item;
  }

  create(
    by: string,
    fields: Readonly<Record<string, FieldValue>>,
    more: { marker?: string; visibility?: Visibility } = {},
  ): string {
    this.accept({ title: null, ...fields });
    this.last += 1;
    const id = String(this.last);
    const at = this.stamp();
    const item: StoredItem = {
      number: this.last,
      createdAt: at,
      updatedAt: at,
      createdBy: by,
      updatedBy: by,
      revision: 0,
      visibility: more.visibility ?? 'public',
      marker: this.quirks.marker === false ? undefined : more.marker,
      deleted: false,
      fields: { status: 'open', priority: 'normal', reporter: by },
      fieldTimes: {},
      commented: 0,
      attached: 0,
      comments: [],
      links: [],
      files: [],
    };
    this.store(item, fields, by);
    this.items.set(id, item);
    if (item.marker !== undefined)
      this.marked.set(item.marker, [...(this.marked.get(item.marker) ?? []), id]);
    this.record(id, item);
    return id;
  }

  edit(by: string, id: string, fields: Readonly<Record<string, FieldValue>>): void {
    const item = this.item(id);
    this.accept(fields);
    const status = fields['status'];
    const from = String(item.fields['status']);
    if (
      this.quirks.workflow === true &&
      status !== undefined &&
      status !== from &&
      WORKFLOW[from]?.includes(String(status)) !== true
    ) {
      throw new ConnectorError(
        'rejected',
        `${this.name}: status cannot go from ${from} to ${String(status)}`,
        { field: 'status' },
      );
    }
    this.store(item, fields, by);
    this.touch(id, item, by);
  }

  comment(by: string, id: string, body: string, visibility: Visibility = 'public'): Comment {
    const item = this.item(id);
    item.commented += 1;
    const comment: Comment = {
      id: `${id}-${item.commented}`,
      body,
      author: this.reference(by),
      createdAt: new Date(this.stamp()).toISOString(),
      visibility,
    };
    item.comments.push(comment);
    this.touch(id, item, by);
    return comment;
  }

  editComment(by: string, id: string, comment: string, body: string, visibility?: Visibility): Comment {
    const { item, index, found } = this.findComment(id, comment);
    const updatedAt = new Date(this.stamp()).toISOString();
    const edited = { ...found, body, updatedAt, visibility: visibility ?? found.visibility };
    item.comments[index] = edited;
    this.touch(id, item, by);
    return edited;
  }

  deleteComment(by: string, id: string, comment: string): void {
    const { item, index } = this.findComment(id, comment);
    item.comments.splice(index, 1);
    this.touch(id, item, by);
  }

  private findComment(id: string, comment: string): { item: StoredItem; index: number; found: Comment } {
    const item = this.item(id);
    const index = item.comments.findIndex((one) => one.id === comment);
    const found = item.comments[index];
    if (found === undefined)
      throw new ConnectorError('gone', `${this.name}: item ${id} has no comment ${comment}`);
    return { item, index, found };
  }

  /** Setting the same URL again changes nothing. */
  link(by: string, id: string, link: { readonly url: string; readonly title: string }): void {
    const item = this.item(id);
    if (item.links.some((one) => one.url === link.url)) return;
    item.links.push(link);
    this.touch(id, item, by);
  }

  attach(
    by: string,
    id: string,
    name: string,
    content: Uint8Array,
    contentType = 'application/octet-stream',
  ): Attachment {
    const item = this.item(id);
    item.attached += 1;
    const file = {
      id: `${id}-f${item.attached}`,
      name,
      size: content.length,
      contentType,
      author: this.reference(by),
      createdAt: new Date(this.stamp()).toISOString(),
      content,
    };
    item.files.push(file);
    this.touch(id, item, by);
    const { content: _content, ...shown } = file;
    return shown;
  }

  detach(by: string, id: string, file: string): void {
    const item = this.item(id);
    const index = item.files.findIndex((one) => one.id === file);
    if (index < 0) throw new ConnectorError('gone', `${this.name}: item ${id} has no file ${file}`);
    item.files.splice(index, 1);
    this.touch(id, item, by);
  }

  setVisibility(by: string, id: string, visibility: Visibility): void {
    const item = this.item(id);
    item.visibility = visibility;
    this.touch(id, item, by);
  }

  delete(id: string): void {
    this.item(id).deleted = true;
  }

  restore(by: string, id: string): void {
    const item = this.items.get(id);
    if (item === undefined) return;
    item.deleted = false;
    this.touch(id, item, by);
  }

  backup(): Backup {
    return structuredClone({ items: this.items, last: this.last });
  }

  /** Everything is as it was then: what was made since is gone, its numbers are given again, times are those of then. */
  returnTo(backup: Backup): void {
    const { items, last } = structuredClone(backup);
    this.last = last;
    for (const known of [this.items, this.marked, this.latest]) known.clear();
    this.changes.length = 0;
    for (const [id, item] of [...items].toSorted(([, a], [, b]) => a.updatedAt - b.updatedAt)) {
      this.items.set(id, item);
      if (item.marker !== undefined)
        this.marked.set(item.marker, [...(this.marked.get(item.marker) ?? []), id]);
      this.record(id, item);
    }
  }

  /** The files of an item, without their content. */
  files(id: string): readonly Attachment[] {
    return this.item(id).files.map(({ content: _content, ...file }) => file);
  }

  /** The item as the API shows it. */
  show(id: string): Item {
    const stored = this.item(id);
    const { versioning, countsVersions } = this.quirks;
    const count = versioning === 'timestamp' ? '' : String(stored.revision);
    const time = new Date(stored.updatedAt).toISOString();
    return {
      id,
      key: `${this.name.toUpperCase()}-${id}`,
      url: `memory://${this.name}/${id}`,
      type: 'task',
      version: countsVersions === true && count !== '' ? count : `${count} ${time}`.trim(),
      createdAt: new Date(stored.createdAt).toISOString(),
      updatedAt: new Date(stored.updatedAt).toISOString(),
      createdBy: this.reference(stored.createdBy),
      updatedBy: this.reference(stored.updatedBy),
      visibility: stored.visibility,
      fields: { ...stored.fields },
      fieldTimes: Object.fromEntries(
        Object.entries(stored.fieldTimes).map(([field, at]) => [field, new Date(at).toISOString()]),
      ),
      ...(stored.marker === undefined ? {} : { marker: stored.marker }),
      ...(this.quirks.workflow === true
        ? { allowedStatuses: WORKFLOW[String(stored.fields['status'])] ?? [] }
        : {}),
      ...(this.quirks.parts === false
        ? {}
        : {
            comments: [...stored.comments],
            attachments: this.files(id),
          }),
    };
  }

  /** Items last changed at or after a time, in order of (time, number), behind a number at that time; at most so many. */
  changedSince(
    time: number,
    behind: number,
    visible: (updatedAt: number) => boolean,
    limit: number,
  ): readonly Readonly<ChangeEntry>[] {
    let low = 0;
    for (let high = this.changes.length; low < high;) {
      const middle = (low + high) >> 1;
      if ((this.changes[middle]?.at ?? 0) < time) low = middle + 1;
      else high = middle;
    }
    const found: ChangeEntry[] = [];
    for (let index = low; index < this.changes.length; index += 1) {
      const entry = this.changes[index];
      if (entry === undefined || (found.length >= limit && entry.at !== this.changes[index - 1]?.at)) break;
      const isLatest = entry.next === undefined || !visible(entry.next);
      if (!isLatest || entry.item.deleted || !visible(entry.at) || this.unseen.has(entry.id)) continue;
      if (entry.at === time && !this.isBehind(entry.item.number, behind)) continue;
      found.push(entry);
    }
    const isDescending = this.quirks.ties === 'descending';
    found.sort((a, b) => a.at - b.at || (a.item.number - b.item.number) * (isDescending ? -1 : 1));
    const page = found.slice(0, limit);
    if (isDescending && page.some(({ at }, index) => at === page[index - 1]?.at))
      this.hooks.played?.('rows in another order');
    return page;
  }

  /** Does an item come behind another of the same timestamp? -1 stands before them all. */
  private isBehind(number: number, behind: number): boolean {
    if (behind === -1) return true;
    return this.quirks.ties === 'descending' ? number < behind : number > behind;
  }

  /** How often anything changed: two readings with the same count saw the same. */
  get changed(): number {
    return this.changes.length;
  }

  private record(id: string, item: StoredItem): void {
    const entry: ChangeEntry = { id, item, at: item.updatedAt };
    const before = this.latest.get(id);
    if (before !== undefined) before.next = entry.at;
    this.latest.set(id, entry);
    this.changes.push(entry);
  }

  private reference(by: string): { id: string; name: string } {
    return { id: by, name: this.users.get(by)?.name ?? by };
  }

  private touch(id: string, item: StoredItem, by: string): void {
    const at = this.stamp();
    const { timestampStep = 1 } = this.quirks;
    if (at === item.updatedAt && timestampStep > 1)
      this.hooks.played?.(timestampStep < 60_000 ? 'same second again' : 'same minute again');
    item.updatedAt = at;
    item.updatedBy = by;
    item.revision += 1;
    this.record(id, item);
  }

  /** Refuses what the schema does not know, before anything of it is stored. */
  private accept(fields: Readonly<Record<string, FieldValue>>): void {
    for (const [id, value] of Object.entries(fields)) {
      const field = this.fields.get(id);
      const refuse = (why: string): never => {
        throw new ConnectorError('rejected', `${this.name}: ${why}`, { field: id });
      };
      if (field === undefined) return refuse(`unknown field ${id}`);
      const isEmpty = value === null || (typeof value === 'string' && value.trim() === '');
      if (isEmpty && field.required === true) refuse(`${field.title} cannot be blank`);
      if (id === 'title' && this.quirks.refuses !== undefined && String(value).includes(this.quirks.refuses))
        refuse(`${field.title} must not say “${this.quirks.refuses}”`);
      if (isEmpty || field.options === undefined || field.options.some((option) => option.id === value))
        continue;
      refuse(`${field.title} has no option ${String(value)}`);
    }
  }

  private store(item: StoredItem, fields: Readonly<Record<string, FieldValue>>, by: string): void {
    for (const [id, value] of Object.entries(fields)) {
      if (by === 'sync' && this.quirks.drops?.includes(id) === true) {
        this.hooks.played?.('dropped field');
        continue;
      }
      const isText = this.fields.get(id)?.kind.endsWith('text') === true;
      item.fields[id] =
        typeof value === 'string' && isText ? normalised(value, this.quirks.normalise) : value;
      if (item.fields[id] !== value) this.hooks.played?.('normalised text');
      item.fieldTimes[id] = this.stamp();
    }
  }
}
