import { z } from '@hono/zod-openapi';
import { Integration } from './integration.ts';

const Title = z.string().min(1).max(255);

/** What is done to one type mapping of an integration. */
export const TypeChangeBody = z
  .strictObject({
    action: z.enum(['copy', 'switch-off', 'switch-on', 'delete']),
    left: Title.openapi({ description: 'The types of the mapping that is meant, as the document has them' }),
    right: Title,
    as: z
      .strictObject({ left: Title.optional(), right: Title.optional() })
      .optional()
      .openapi({ description: 'Of `copy`: the types of the copy; what is not named stays' }),
  })
  .openapi('TypeChangeBody');
export type TypeChange = z.infer<typeof TypeChangeBody>;

export const TypeChanged = z
  .object({
    integration: Integration,
    pairs: z.number().int().openapi({
      description:
        'Pairs of that type mapping. Switched off or deleted, it leaves them as they are: kept, and not synced',
    }),
  })
  .openapi('TypeChanged');
export type TypeChanged = z.infer<typeof TypeChanged>;
