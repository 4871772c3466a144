import type { ConnectorError, FieldId } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import type { Parked } from '../ports/records.ts';
import { instant } from './context.ts';
import type { Work } from './work.ts';

const FIRST_RETRY = 15_000;
const LONGEST_RETRY = 6 * 3_600_000;
/** A refusal may be a passing state of the tracker; after so many tries it waits for a person. */
const TRIES_OF_A_REFUSAL = 6;

/** How the line of the log begins that tells of a parked item. */
export const PARKED_LINE = 'parked (';

/** Is an item parked like this because a value was refused, by its tracker or by the mapping? */
export function isRefusal(kind: string): boolean {
  return kind === 'rejected' || kind === 'missing-option';
}

/** Where an error tells none of its own. Every kind has one: nobody is left alone with a reason. */
const REMEDIES: Record<ConnectorError['kind'], string> = {
  config: 'Correct the settings of the connection; the next run goes on from here.',
  auth: 'Renew the credentials of the connection; the next run goes on from here.',
  forbidden:
    'Give the account of this connection the right it lacks, then resync the item; recreate it if it has no counterpart yet.',
  rejected:
    'Correct the value or the mapping, then resync the item; recreate it if it has no counterpart yet.',
  unsupported:
    'Change the mapping, so that it asks nothing of the tracker that it cannot do, then resync the item.',
  gone: 'Nothing to do if it was deleted: a second look confirms it. Otherwise restore the account’s right to see it.',
  'rate-limited': 'Nothing to do: it goes on as soon as the tracker allows.',
  unavailable: 'Nothing to do: it is tried again by itself.',
  ambiguous: 'Nothing to do: the next run looks whether the write took effect before it tries again.',
  conflict: 'Nothing to do: it is tried again by itself.',
  protocol:
    'Report it with the log of this run: the answer of the tracker did not fit what the connector expects.',
};

/** Parks the item for an error; a parked item holds nothing else back. */
export function parkFor(work: Work, error: ConnectorError): void {
  park(work, error.kind, error.message, {
    remedy: error.details.remedy ?? REMEDIES[error.kind],
    ...(error.details.field === undefined ? {} : { field: error.details.field }),
    ...(error.details.retryAt === undefined ? {} : { notBefore: Date.parse(error.details.retryAt) }),
  });
}

interface ParkDetails {
  readonly remedy: string;
  readonly field?: FieldId;
  readonly notBefore?: number;
  readonly waits?: boolean;
}

export function park(work: Work, kind: string, reason: string, more: ParkDetails): void {
  const attempts = (work.previous?.attempts ?? 0) + 1;
  const { origin: side, id, key } = work;
  work.parked.push(parkedItem(work, { side, id, key, kind, reason, attempts }, more));
}

/** Parks the item of that side: its value is what could not be carried, so it is what has to be tried again. */
export async function parkSide(
  work: Work,
  side: Side,
  kind: string,
  reason: string,
  more: ParkDetails,
): Promise<void> {
  const item = work.pair?.[side];
  if (side === work.origin || item === undefined) return park(work, kind, reason, more);
  const previous = (await work.context.store.parked(side, [item.id])).get(item.id);
  const attempts = (previous?.attempts ?? 0) + 1;
  work.parked.push(parkedItem(work, { side, id: item.id, key: item.key, kind, reason, attempts }, more));
}

function parkedItem(work: Work, parked: Parked, more: ParkDetails): Parked {
  const { kind, reason, attempts } = parked;
  const { clock, random } = work.context;
  const refused = isRefusal(kind) || kind === 'forbidden' || kind === 'unsupported';
  const forPerson = more.waits === true || (refused && attempts >= TRIES_OF_A_REFUSAL);
  const delay =
    Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** Math.min(attempts - 1, 12)) * (0.8 + 0.4 * random.fraction());
  work.tell('warn', `${PARKED_LINE}${kind}): ${reason} — ${more.remedy}`);
  return {
    ...parked,
    remedy: more.remedy,
    ...(more.field === undefined ? {} : { field: more.field }),
    ...(forPerson ? {} : { nextTry: instant(more.notBefore ?? clock.now() + delay) }),
  };
}
