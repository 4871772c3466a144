import type { Side } from '../configuration/integration.ts';
import { other } from '../configuration/integration.ts';
import type { Pair } from '../ports/records.ts';
import type { RunContext } from './context.ts';
import type { Seen, Work } from './work.ts';

/** The brake: has this pair been written back and forth too often with nobody editing? */
export function isOscillating(context: RunContext, pair: Pair): boolean {
  return pair.streak >= (context.compiled.configuration.brakes?.oscillation ?? 5);
}

/** Counts on when the write went the other way than the last one and no person is known to have made the change. */
export async function nextStreak(
  work: Work,
  pair: Pair,
  seen: Seen,
  written: ReadonlySet<Side>,
): Promise<Pick<Pair, 'streak'> & { readonly lastWritten?: Side }> {
  const target = [...written].at(-1);
  if (target === undefined)
    return { streak: 0, ...(pair.lastWritten === undefined ? {} : { lastWritten: pair.lastWritten }) };
  const author = seen[other(target)]?.updatedBy;
  const self = author === undefined ? undefined : await work.context.trackers[other(target)].self();
  const byPerson = author !== undefined && author.id !== self?.id;
  const alternates = pair.lastWritten === other(target) || written.size === 2;
  return { streak: alternates && !byPerson ? pair.streak + 1 : 0, lastWritten: target };
}
