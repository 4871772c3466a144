import type { Context } from 'hono';
import { WHO } from '../integrations/integrations.ts';

/** The name of whoever sent this request, as records keep it. */
export function actorOf(_context: Context): string {
  return WHO;
}
