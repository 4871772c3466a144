import type { Context } from 'hono';
import { Refusal } from '../integrations/refusal.ts';
import { principalOf } from './actor.ts';

/** What shows what is in trackers is for administrators of the whole installation. */
export function assertAdministrator(context: Context): void {
  const { grants, name } = principalOf(context);
  if (grants.some(({ role, group }) => role === 'administrator' && group === null)) return;
  throw new Refusal(
    403,
    'not-allowed',
    `${name} is no administrator of the whole installation`,
    'Ask an administrator to do it.',
  );
}
