import { z } from '@hono/zod-openapi';

/** Lists are paged by key: hand `next` back as `before` (newest first) to read on; absent means the end. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().optional() });
}

export const PageQuery = z.object({
  before: z.string().optional().openapi({ description: '`next` of the page before' }),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string | undefined;
}
