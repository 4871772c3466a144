import { ConnectorError } from '@lockstep/sdk';
import type { Item } from '@lockstep/sdk';
import { other } from '../configuration/integration.ts';
import type { Intent, Pair } from '../ports/records.ts';
import { line } from './context.ts';
import type { RunContext } from './context.ts';
import { PARKED_LINE } from './park.ts';
import { withSide } from './work.ts';

/*
 * A copy that we made can get the number of an item that was paired once, and that a backup took away. The old pair
 * then gives the number up: at the beginning of a run, when nobody is at work on it.
 */

/** Refuses a copy whose number an old pair still holds; the intent says so, and the next run makes room. */
export async function assertFree(context: RunContext, intent: Intent, copy: Item): Promise<void> {
  if ((await holder(context, intent, copy)) === undefined) return;
  await context.store.openIntent({ ...intent, target: copy.id });
  context.unanswered.set(intent.id, { ...intent, target: copy.id });
  throw new ConnectorError(
    'ambiguous',
    `${copy.key} was made under the number of an item that is gone and was paired; the ${intent.side} tracker seems to have been restored from a backup`,
    { remedy: 'Nothing to do: the next run pairs it.' },
  );
}

/** Takes the number of a copy from the pair that holds it; the item on that pair's other side waits for a person. */
export async function displace(context: RunContext, intent: Intent, copy: Item): Promise<void> {
  const { side } = intent;
  const old = await holder(context, intent, copy);
  if (old === undefined) return;
  const left = old[other(side)];
  const reason = `${old[side].key}, the counterpart of ${left.key}, is gone, and another item has its number: the ${side} tracker seems to have been restored from a backup`;
  const remedy = `Make ${left.key} once more in its tracker, so that it gets a counterpart again.`;
  const item = { side: other(side), id: left.id, key: left.key };
  await context.store.settle({
    pair: withSide({ ...old, state: 'unlinked' }, side, {
      ...old[side],
      id: `${copy.id} before ${copy.createdAt}`,
    }),
    ledger: [],
    parts: [],
    closedIntents: [],
    conflicts: [],
    parked: [{ ...item, kind: 'restored', reason, remedy, attempts: 1 }],
    released: [],
    log: [line(context, 'warn', `${PARKED_LINE}restored): ${reason} — ${remedy}`, item)],
  });
}

/** The pair of an earlier item under the copy's number: any but that with the source. */
async function holder(context: RunContext, intent: Intent, copy: Item): Promise<Pair | undefined> {
  const known = (await context.store.pairs(intent.side, [copy.id])).get(copy.id);
  return known === undefined || known[other(intent.side)].id === intent.source ? undefined : known;
}
