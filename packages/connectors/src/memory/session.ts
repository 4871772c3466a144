import { ConnectorError } from '@lockstep/sdk';
import type { User } from '@lockstep/sdk';
import type { CallKind } from './quirks.ts';
import type { StoredItem } from './stored-item.ts';
import type { MemoryTracker } from './tracker.ts';

/** One connection to a memory tracker: whose account it uses, and how its calls are counted and disturbed. */
export class Session {
  readonly tracker: MemoryTracker;
  private readonly account: string;

  constructor(tracker: MemoryTracker, account: string) {
    this.tracker = tracker;
    this.account = account;
  }

  /** The id of the account; an account that is unknown or locked is refused as a real tracker would. */
  get by(): string {
    return this.self().id;
  }

  self(): User {
    const user = this.tracker.users.get(this.account);
    if (user?.active === true) return user;
    throw new ConnectorError(
      'auth',
      `${this.tracker.name}: the account “${this.account}” ${user === undefined ? 'does not exist' : 'is locked'}`,
      {
        remedy: 'Add the account to the memory tracker with `addUser`, or connect with another one.',
      },
    );
  }

  private assureRights(kind: CallKind): void {
    if (!this.tracker.isBlind || kind === 'list' || kind === 'find' || kind === 'read') return;
    throw new ConnectorError('forbidden', `${this.tracker.name}: the account may not do this`);
  }

  /** The item, if the account may see it. */
  visible(id: string): StoredItem {
    if (this.tracker.isBlind || this.tracker.unseen.has(id))
      throw new ConnectorError('gone', `${this.tracker.name}: there is no item ${id}`);
    return this.tracker.item(id);
  }

  /** One request: counted, with the faults from outside before and after it takes effect. */
  async call<T>(kind: CallKind, signal: AbortSignal, action: () => T): Promise<T> {
    signal.throwIfAborted();
    this.tracker.counts[kind] += 1;
    await this.tracker.hooks.before?.(kind);
    this.self();
    this.assureRights(kind);
    const result = action();
    await this.tracker.hooks.after?.(kind);
    return result;
  }
}
