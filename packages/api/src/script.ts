import { z } from '@hono/zod-openapi';
import { Side, Value } from './item.ts';

const Text = z.string().max(100_000);

export const ScriptLibrary = z.strictObject({ text: Text }).openapi('ScriptLibrary', {
  description: 'What the scripts of all integrations can import from `library`',
});
export type ScriptLibrary = z.infer<typeof ScriptLibrary>;

export const ScriptTrialBody = z.strictObject({
  item: z.string().min(1).max(2_000).openapi({ description: 'An id, key or address, of either side' }),
  script: Text.optional().openapi({ description: 'Default: the script that is saved' }),
  library: Text.optional().openapi({ description: 'Default: the library that is saved' }),
});
export type ScriptTrialInput = z.input<typeof ScriptTrialBody>;

export const ScriptTrial = z
  .object({
    side: Side.openapi({ description: 'The side that the item is on' }),
    key: z.string(),
    url: z.string(),
    isNew: z.boolean().openapi({ description: 'Without a counterpart yet' }),
    fields: z
      .array(z.object({ name: z.string(), mapped: Value.optional(), wanted: Value.optional() }))
      .openapi({
        description:
          'Of the other side: as mapped, and as the script wants them; without `wanted`: taken out',
      }),
    comments: z.array(z.object({ id: z.string(), body: z.string(), wanted: z.string().nullable() })).openapi({
      description: '`wanted` null: kept back',
    }),
    log: z.array(z.string()),
    failure: z.string().optional(),
  })
  .openapi('ScriptTrial');
export type ScriptTrial = z.infer<typeof ScriptTrial>;
