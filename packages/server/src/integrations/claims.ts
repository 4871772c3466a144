import type { IntegrationConfiguration, SideConfiguration } from '@lockstep/engine';
import type { ConnectionEntry } from '../store/connections.ts';
import type { IntegrationEntry } from '../store/integrations.ts';
import type { Trackers } from './connect.ts';
import { Refusal } from './refusal.ts';

/** What a side points at: the same text for the same scope of the same tracker, whatever the connection is called. */
export type PlaceOf = (side: SideConfiguration) => string;
type Entry = Pick<IntegrationEntry, 'id' | 'configuration'>;

export function placesBy(
  trackers: Pick<Trackers, 'place'>,
  connections: readonly Pick<ConnectionEntry, 'name' | 'connector' | 'config'>[],
): PlaceOf {
  const known = new Map(connections.map((one) => [one.name, one]));
  return ({ connection, scope }) => {
    const one = known.get(connection);
    // One that is not there is refused elsewhere, when its tracker is asked.
    return one === undefined
      ? JSON.stringify(['', connection, scope])
      : trackers.place(one.connector, one.config, scope);
  };
}

/** Two integrations over one pair of scopes would create everything twice. */
export class Claims {
  private readonly placeOf: PlaceOf;
  private readonly claimed = new Map<string, Entry>();

  constructor(placeOf: PlaceOf, kept: readonly Entry[]) {
    this.placeOf = placeOf;
    for (const one of kept) this.claimed.set(this.pairOf(one.configuration), one);
  }

  /** From now on the two scopes are this integration's. @throws Refusal when they are another's, or one and the same. */
  claim(entry: Entry): void {
    const { left, right } = entry.configuration;
    if (this.placeOf(left) === this.placeOf(right)) {
      const other =
        left.connection === right.connection
          ? ''
          : `: the connections “${left.connection}” and “${right.connection}” lead to one tracker`;
      throw new Refusal(
        409,
        'scopes-equal',
        `both sides are the same scope${other}`,
        'Choose two different scopes.',
      );
    }
    const pair = this.pairOf(entry.configuration);
    const other = this.claimed.get(pair);
    if (other !== undefined && other.id !== entry.id) throw taken(other.configuration, entry.configuration);
    this.claimed.set(pair, entry);
  }

  /** The same for left ↔ right and right ↔ left. */
  private pairOf({ left, right }: IntegrationConfiguration): string {
    return [this.placeOf(left), this.placeOf(right)].toSorted().join('\n');
  }
}

function taken(by: IntegrationConfiguration, wanted: IntegrationConfiguration): Refusal {
  const through = [by.left.connection, by.right.connection];
  const isSame = [wanted.left.connection, wanted.right.connection].every((one) => through.includes(one));
  const also = isSame
    ? ''
    : `: its connections “${through.join('” and “')}” lead to the same trackers as “${wanted.left.connection}” and “${wanted.right.connection}”`;
  return new Refusal(
    409,
    'scopes-claimed',
    `integration “${by.name}” already keeps these two scopes in step${also}`,
    `Add the types to “${by.name}”, or choose other scopes.`,
  );
}

/** @throws Refusal when a connection that leads elsewhere from now on would bring integrations to one pair of scopes. */
export function refuseMoved(connection: string, entries: readonly Entry[], placeOf: PlaceOf): void {
  const uses = ({ configuration: { left, right } }: Entry): boolean =>
    left.connection === connection || right.connection === connection;
  const claims = new Claims(
    placeOf,
    entries.filter((one) => !uses(one)),
  );
  for (const one of entries.filter(uses)) {
    try {
      claims.claim(one);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const message = `connection “${connection}” cannot lead there, since integration “${one.configuration.name}” uses it: ${error.message}`;
      const remedy = 'Give it another address, or delete one of the integrations first.';
      throw new Refusal(409, error.code, message, remedy, [
        { path: ['config'], message, remedy, level: 'error' },
      ]);
    }
  }
}
