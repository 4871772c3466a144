import type { IntegrationDocument } from '@lockstep/api';
import type { Context } from 'hono';
import { reaches } from '../access/role.ts';
import { Refusal } from '../integrations/refusal.ts';
import type { IntegrationEntry } from '../store/integrations.ts';
import { principalOf } from './actor.ts';
import { refuseUnlessReaches } from './authorise.ts';

/**
 * An integration is saved by administrators of the group that it is in and of the one that it comes into. Connections
 * are the installation's: administrators of a group use those that their integrations use already.
 */
export function refuseUnlessMaySave(
  context: Context,
  name: string,
  document: Pick<IntegrationDocument, 'left' | 'right' | 'group'>,
  entries: readonly IntegrationEntry[],
): void {
  const groupOf = ({ configuration }: IntegrationEntry): { group: string | null } => ({
    group: configuration.group ?? null,
  });
  refuseUnlessReaches(context, 'administrator', { group: document.group ?? null });
  const existing = entries.find((entry) => entry.configuration.name === name);
  if (existing !== undefined) refuseUnlessReaches(context, 'administrator', groupOf(existing));
  const { grants } = principalOf(context);
  if (reaches(grants, 'administrator', 'installation')) return;
  const theirs = entries.filter((entry) => reaches(grants, 'administrator', groupOf(entry)));
  for (const side of ['left', 'right'] as const) {
    const { connection } = document[side];
    const isTheirs = theirs.some(({ configuration }) =>
      [configuration.left.connection, configuration.right.connection].includes(connection),
    );
    if (isTheirs) continue;
    throw new Refusal(
      403,
      'forbidden',
      `no integration of your groups uses connection “${connection}”, so you may not either`,
      'Ask an administrator of all groups to make the first integration that uses it.',
    );
  }
}
