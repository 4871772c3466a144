import { ConnectorError } from '@lockstep/sdk';
import type { FieldId, FieldValue, Item, ItemType } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { other } from '../configuration/integration.ts';
import type { ScriptPort } from '../ports/script.ts';
import type { Tracker } from '../run/tracker.ts';
import { fromWords, inWords } from './words.ts';

/** What scripts know of an item: as stored, in the words of its tracker. */
type ItemNow = Pick<Item, 'id' | 'key' | 'url' | 'type' | 'fields'>;

export interface ScriptedWrite {
  /** The side to be written to. */
  readonly to: Side;
  readonly source: ItemNow;
  /** Absent: it is about to be created. */
  readonly target?: ItemNow;
  /** The type of the target. */
  readonly type: string;
  readonly fields: Readonly<Record<FieldId, FieldValue>>;
}

export interface ScriptedComment {
  readonly to: Side;
  readonly source: ItemNow;
  readonly body: string;
  readonly author: string;
  readonly visibility: string;
}

type Log = (text: string) => void;

/** An integration's script in one run: `beforeRun`, `beforeWrite` and `beforeComment`, each only if it has it. */
export class Script {
  private readonly port: ScriptPort | undefined;
  private readonly integration: string;
  private readonly trackers: Readonly<Record<Side, Tracker>>;
  private readonly signal: AbortSignal;

  constructor(
    port: ScriptPort | undefined,
    integration: string,
    trackers: Readonly<Record<Side, Tracker>>,
    signal: AbortSignal,
  ) {
    this.port = port;
    this.integration = integration;
    this.trackers = trackers;
    this.signal = signal;
  }

  /** @throws ConnectorError that ends the run */
  async beforeRun(log: Log): Promise<void> {
    if (this.has('beforeRun')) await this.call('beforeRun', {}, log);
  }

  /**
   * The values to write as the script wants them: changed, taken out, or with others beside them.
   * @throws ConnectorError that parks the item, with the line
   */
  async beforeWrite(write: ScriptedWrite, log: Log): Promise<Readonly<Record<FieldId, FieldValue>>> {
    if (!this.has('beforeWrite')) return write.fields;
    const type = this.typeOf(write.to, write.type);
    if (type === undefined) return write.fields;
    const given = {
      side: write.to,
      isNew: write.target === undefined,
      source: this.shown(other(write.to), write.source),
      target: write.target === undefined ? null : this.shown(write.to, write.target),
      fields: inWords(type, write.fields),
    };
    const answer = await this.call('beforeWrite', given, log);
    if (answer === undefined || answer === null) return write.fields;
    try {
      return fromWords(type, answer);
    } catch (error) {
      throw refused(`beforeWrite: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** The comment to send, in Markdown; undefined when the script keeps it back. */
  async beforeComment(comment: ScriptedComment, log: Log): Promise<string | undefined> {
    if (!this.has('beforeComment')) return comment.body;
    const { to, source, ...rest } = comment;
    const given = { side: to, source: this.shown(other(to), source), ...rest };
    const answer = await this.call('beforeComment', given, log);
    if (answer === undefined) return comment.body;
    if (answer === null) return undefined;
    if (typeof answer === 'string') return answer;
    throw refused(
      'beforeComment: a text is needed, null to keep the comment back, or nothing to send it as it is',
    );
  }

  has(hook: string): boolean {
    return this.port?.hooks.includes(hook) === true;
  }

  private async call(hook: string, given: object, log: Log): Promise<unknown> {
    try {
      return await this.port?.call({
        hook,
        given: { integration: this.integration, ...given },
        host: { read: (side, id) => this.read(side, id) },
        log,
        signal: this.signal,
      });
    } catch (error) {
      this.signal.throwIfAborted();
      throw refused(error instanceof Error ? error.message : String(error));
    }
  }

  /** One item, through the connection's own budget. */
  private async read(side: unknown, id: unknown): Promise<unknown> {
    if ((side !== 'left' && side !== 'right') || typeof id !== 'string')
      throw new Error('read takes a side, ‘left’ or ‘right’, and the id of an item as a text');
    const item = await this.trackers[side].read(id);
    return item === undefined ? null : this.shown(side, item);
  }

  private shown(side: Side, { id, key, url, type, fields }: ItemNow): object {
    const known = this.typeOf(side, type);
    return {
      side,
      id,
      key,
      url,
      type: known?.title ?? type,
      fields: known === undefined ? {} : inWords(known, fields),
    };
  }

  private typeOf(side: Side, id: string): ItemType | undefined {
    return this.trackers[side].schema.types.find((type) => type.id === id);
  }
}

function refused(reason: string): ConnectorError {
  return new ConnectorError('rejected', reason, {
    remedy:
      'Correct the script of this integration (`lockstep script test` plays it without writing), then resync the item.',
  });
}
