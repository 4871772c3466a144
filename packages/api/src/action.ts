import { z } from '@hono/zod-openapi';

/** What a person can do about one item. */
export const Action = z.enum(['resync', 'hard-resync', 'recreate', 'undo']).openapi('Action');
export type Action = z.infer<typeof Action>;
