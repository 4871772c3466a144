import type { Item, User } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { other } from '../configuration/integration.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import type { People } from '../mapping/people.ts';
import { asList } from '../mapping/values.ts';
import type { Tracker } from './tracker.ts';

/** Looks people up on both sides, each once per run, and answers from memory afterwards. */
export class Directory implements People {
  private readonly counterparts: Record<Side, Map<string, string | undefined>> = {
    left: new Map(),
    right: new Map(),
  };
  private readonly users: Record<Side, Map<string, User | undefined>> = { left: new Map(), right: new Map() };
  private readonly trackers: Readonly<Record<Side, Tracker>>;

  constructor(trackers: Readonly<Record<Side, Tracker>>) {
    this.trackers = trackers;
  }

  counterpart(from: Side, id: string): string | undefined {
    return this.counterparts[from].get(id);
  }

  name(side: Side, id: string): string {
    const user = this.users[side].get(id);
    return user?.name ?? user?.login ?? user?.email ?? id;
  }

  /** Makes sure that everybody named in the item's mapped fields is known. */
  async prepare(type: CompiledType, side: Side, fields: Item['fields']): Promise<void> {
    for (const field of type.fields) {
      const value = fields[field.mapping[side]] ?? null;
      if (field.derive?.from === side)
        for (const id of field.derive.people(value)) await this.person(side, id);
      const kind = field.definition[side].kind;
      if (kind !== 'user' && kind !== 'multi-user') continue;
      for (const id of asList(value)) await this.learn(side, id, field.mapping.users ?? []);
    }
  }

  private async learn(
    side: Side,
    id: string,
    table: readonly { left: string; right: string }[],
  ): Promise<void> {
    if (this.counterparts[side].has(id)) return;
    const user = await this.person(side, id);
    const names = [id, user?.login, user?.email, user?.name];
    const row = table.find((entry) => names.includes(entry[side]));
    const found =
      row === undefined
        ? await this.search(other(side), user)
        : ((await this.searchText(other(side), row[other(side)])) ?? row[other(side)]);
    this.counterparts[side].set(id, found);
    if (found !== undefined && !this.counterparts[other(side)].has(found))
      this.counterparts[other(side)].set(found, id);
  }

  private async person(side: Side, id: string): Promise<User | undefined> {
    const known = this.users[side];
    if (known.has(id)) return known.get(id);
    const here = this.trackers[side];
    const user = await here.call(async (signal) => here.connector.users?.get(id, signal));
    known.set(id, user);
    return user;
  }

  private async search(side: Side, user: User | undefined): Promise<string | undefined> {
    if (user === undefined) return undefined;
    for (const by of [{ email: user.email }, { login: user.login }, { name: user.name }]) {
      const found = await this.findOne(side, by);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private async searchText(side: Side, text: string): Promise<string | undefined> {
    return this.search(side, { id: text, login: text, email: text, name: text, active: true });
  }

  private async findOne(
    side: Side,
    by: { email?: string | undefined; login?: string | undefined; name?: string | undefined },
  ): Promise<string | undefined> {
    const [entry] = Object.entries(by).filter(([, value]) => value !== undefined && value !== '');
    const users = this.trackers[side].connector.users;
    if (entry === undefined || users === undefined) return undefined;
    const found = await this.trackers[side].call((signal) => users.find({ [entry[0]]: entry[1] }, signal));
    return found.length === 1 ? found[0]?.id : undefined;
  }
}
