import type { Item, UserReference } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import type { JournalEntry } from '../ports/records.ts';
import type { RunContext } from './context.ts';

/** Whose change is carried, for the journal; nobody where the tracker does not tell, or tells of our own account. */
export async function changedBy(
  context: RunContext,
  side: Side,
  item: Pick<Item, 'updatedBy'> | undefined,
  preferred: UserReference | undefined = item?.updatedBy,
): Promise<Pick<JournalEntry, 'by'>> {
  if (preferred === undefined) return {};
  const self = await context.trackers[side].self();
  return preferred.id === self?.id ? {} : { by: preferred.name ?? preferred.id };
}
