import { ConnectorError } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { other } from '../configuration/integration.ts';
import type { Pair } from '../ports/records.ts';
import { instant } from './context.ts';
import { partIntentId } from './intents.ts';
import { park } from './park.ts';
import { canSee } from './sight.ts';
import { withSide } from './work.ts';
import type { Work } from './work.ts';

/** An item of a pair is not there: missing until a second look, or the tracker's own report, confirms it; then the policy. */
export async function handleMissing(work: Work, side: Side, isReported: boolean): Promise<void> {
  const pair = work.pair as Pair;
  const gone = pair[side];
  const isConfirmed = gone.missingSince !== undefined && (await canSee(work.context, side, gone.id));
  if (!isReported && !isConfirmed) {
    await work.step({ pair: whileMissing(work, pair, side) });
    park(work, 'gone', `${gone.key} is not there on the ${side} side, or this account no longer sees it`, {
      remedy:
        'Nothing to do if it was deleted: a second look confirms it, once the account sees any other item that is in sync. Otherwise restore the account’s right to see it.',
    });
    return;
  }
  const policy = work.context.compiled.configuration.deletion?.[side] ?? 'ignore';
  work.tell('info', `${gone.key} is gone from the ${side} side; policy: ${policy}`);
  if (policy === 'ignore') {
    work.outcome = 'skipped';
    work.message = `${gone.key} is gone from the ${side} side; its counterpart is left alone`;
    await work.step({ pair: whileMissing(work, pair, side) });
    return;
  }
  if (policy === 'delete') await deleteCounterpart(work, pair, other(side));
  work.outcome = policy === 'delete' ? 'deleted' : 'unlinked';
  work.message = `${gone.key} is gone from the ${side} side`;
  await work.step({
    pair: { ...pair, state: 'unlinked' },
    closed: [partIntentId('delete', other(side), pair[other(side)].id)],
  });
}

/** What changes on the other side meanwhile is looked at again when the item is back. */
function whileMissing(work: Work, pair: Pair, side: Side): Pair {
  const missingSince = pair[side].missingSince ?? instant(work.context.clock.now());
  const after = withSide(pair, side, { ...pair[side], missingSince });
  return withSide(after, other(side), { ...after[other(side)], isUnheard: true });
}

async function deleteCounterpart(work: Work, pair: Pair, side: Side): Promise<void> {
  const tracker = work.context.trackers[side];
  if (tracker.connector.items.delete === undefined) {
    throw new ConnectorError(
      'unsupported',
      `${pair[side].key} cannot be deleted: the ${side} tracker offers no deletion`,
      {
        remedy: 'Choose “ignore” or “unlink” as the deletion policy.',
      },
    );
  }
  await work.context.store.openIntent({
    id: partIntentId('delete', side, pair[side].id),
    kind: 'delete',
    side,
    source: pair[other(side)].id,
    target: pair[side].id,
    fingerprint: '',
    sentAt: instant(work.context.clock.now()),
  });
  try {
    await tracker.call(
      (signal) => tracker.connector.items.delete?.(pair[side].id, signal) ?? Promise.resolve(),
    );
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'gone') throw error;
  }
}
