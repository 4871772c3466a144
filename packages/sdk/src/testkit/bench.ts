import { expect } from 'vitest';
import type { Change, ChangePage, Connector, FeedPosition, ItemDraft } from '../connector.ts';
import { ConnectorError } from '../errors.ts';
import type { FieldId, FieldValue, Instant, Item, ItemId } from '../item.ts';
import type { FieldKind } from '../schema.ts';
import { sameMeaning } from './meaning.ts';
import type { Person, Samples, Subject } from './subject.ts';

/** The tools every check works with. */
export class Bench {
  readonly subject: Subject;
  readonly connector: Connector;
  readonly person: Person;
  readonly samples: Samples;
  readonly signal: AbortSignal = AbortSignal.timeout(600_000);
  private readonly series = Date.now().toString(36);
  private count = 0;
  private kinds: ReadonlyMap<string, FieldKind> | undefined;

  constructor(subject: Subject, samples: Samples) {
    this.subject = subject;
    this.connector = subject.connector;
    this.person = subject.person;
    this.samples = samples;
  }

  /** The text field that people and we both write. */
  get editable(): FieldId {
    return this.samples.editable ?? this.samples.richText;
  }

  /** A draft with a title and a marker of its own. */
  draft(fields: ItemDraft['fields'] = {}, more: Partial<ItemDraft> = {}): ItemDraft {
    this.count += 1;
    return {
      type: this.samples.type,
      fields: { [this.samples.title]: `testkit ${this.series} ${this.count}`, ...fields },
      visibility: 'public',
      marker: `ls:testkit:${this.series}.${this.count}_x`,
      ...more,
    };
  }

  async create(fields: ItemDraft['fields'] = {}): Promise<Item> {
    return (await this.connector.items.create(this.draft(fields), this.signal)).item;
  }

  async get(id: ItemId): Promise<Item> {
    const [item] = await this.connector.items.get([id], this.signal);
    if (item === undefined) expect.fail(`item ${id} is there, but \`get\` does not give it`);
    return item;
  }

  /** Until every write so far is sure to be in feeds and searches. */
  async settle(): Promise<void> {
    await this.wait(this.connector.limits.indexLag);
  }

  /** Until the next change is sure to have another timestamp. */
  async tick(): Promise<void> {
    await this.wait(this.connector.limits.timestampStep);
  }

  private async wait(milliseconds: number): Promise<void> {
    if (this.subject.wait !== undefined) return this.subject.wait(milliseconds);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }

  async pages(from: FeedPosition): Promise<readonly ChangePage[]> {
    const pages: ChangePage[] = [];
    for await (const page of this.connector.items.changes(from, this.signal)) pages.push(page);
    return pages;
  }

  async changes(from: FeedPosition): Promise<readonly Change[]> {
    return (await this.pages(from)).flatMap((page) => page.changes);
  }

  /** The items of a feed since an instant, without deletions. */
  async itemsSince(since: Instant): Promise<readonly Item[]> {
    return (await this.changes({ since })).flatMap((change) => (change.kind === 'item' ? [change.item] : []));
  }

  /** Do two values of a field mean the same? */
  async same(field: string, left: FieldValue | undefined, right: FieldValue | undefined): Promise<boolean> {
    this.kinds ??= new Map(
      (await this.connector.schema(this.signal)).types
        .find((type) => type.id === this.samples.type)
        ?.fields.map((one) => [one.id, one.kind]),
    );
    return sameMeaning(this.connector.richText, this.kinds.get(field) ?? 'text', left, right);
  }

  /** Fails unless the item holds these values by meaning. */
  async holds(item: Item, fields: ItemDraft['fields']): Promise<void> {
    for (const [field, value] of Object.entries(fields)) {
      if (await this.same(field, item.fields[field], value)) continue;
      expect.fail(
        `${field} of ${item.key} should be ${JSON.stringify(value)} and is ${JSON.stringify(item.fields[field])}`,
      );
    }
  }

  /** The `ConnectorError` an action must end with. */
  async refusal(action: () => Promise<unknown>, what: string): Promise<ConnectorError> {
    const failure: unknown = await action().then(
      () => expect.fail(`${what} should be refused, and was not`),
      (error: unknown) => error,
    );
    if (failure instanceof ConnectorError) return failure;
    throw failure;
  }
}
