import { z } from '@hono/zod-openapi';

const Difference = z
  .object({
    path: z.array(z.union([z.string(), z.number()])),
    before: z.unknown().optional().openapi({ description: 'Absent: it was not there' }),
    after: z.unknown().optional().openapi({ description: 'Absent: it is gone' }),
    secret: z
      .literal(true)
      .optional()
      .openapi({ description: 'A secret: that it changed is all that is kept' }),
  })
  .openapi('Difference');

/** A change of configuration. */
export const AuditEntry = z
  .object({
    id: z.string(),
    at: z.string(),
    who: z.string(),
    action: z.string().openapi({ example: 'changed' }),
    subject: z.object({ kind: z.string().openapi({ example: 'integration' }), name: z.string() }),
    note: z.string().optional().openapi({ description: 'What whoever did it said about it' }),
    changes: z.array(Difference),
  })
  .openapi('AuditEntry');
export type AuditEntry = z.infer<typeof AuditEntry>;
