import { z } from '@hono/zod-openapi';
import { Side, Value } from './item.ts';

const count = z.number().int();
const Both = z.object({ left: count, right: count });

export const DriftAudit = z
  .object({
    id: z.string(),
    integration: z.string(),
    state: z.enum(['running', 'waiting', 'stopped', 'done']).openapi({
      description: '`waiting`: it could not go on, and tries again',
    }),
    who: z.string(),
    createdAt: z.string(),
    endedAt: z.string().optional(),
    total: count.openapi({ description: 'Pairs when it began' }),
    compared: count,
    equal: count,
    differing: count,
    missing: count.openapi({
      description: 'Pairs one of whose items is not there, or not visible to the account',
    }),
    undecided: count.openapi({
      description: 'Pairs that kept changing while they were looked at, or that are out of scope for now',
    }),
    unpaired: z.object({ comments: count, attachments: count }).openapi({
      description: 'Without a counterpart; only of trackers that give them with the item',
    }),
    requests: Both,
    remaining: z.number().optional().openapi({ description: 'Milliseconds, by the pace so far' }),
    message: z.string().optional(),
    remedy: z.string().optional(),
  })
  .openapi('DriftAudit');
export type DriftAudit = z.infer<typeof DriftAudit>;

const Reference = z.object({ id: z.string(), key: z.string(), url: z.string() });
const Valued = z.object({ field: z.string(), title: z.string(), value: Value, words: z.string() });

export const DriftFinding = z
  .object({
    result: z.enum(['differing', 'missing', 'undecided']),
    left: Reference,
    right: Reference,
    why: z.string().openapi({
      description:
        'not carried, parked, conflict, refused, one-way, diverged; missing; changing, held back, not mapped, unseen',
    }),
    reason: z.string(),
    fields: z.array(z.object({ left: Valued, right: Valued, why: z.string(), reason: z.string() })),
    gone: z.array(Side).openapi({ description: 'The sides on which the item is not there' }),
    repair: z.string().optional().openapi({ description: 'What was asked for to mend it' }),
    repairedAt: z.string().optional(),
  })
  .openapi('DriftFinding');
export type DriftFinding = z.infer<typeof DriftFinding>;

export const RepairBody = z
  .strictObject({
    differing: z.enum(['leave', 'resync', 'hard-resync']).default('resync').openapi({
      description:
        '`resync`: what was changed and not yet carried is carried; `hard-resync`: every mapped field is written from one side',
    }),
    from: z.enum(['left', 'right', 'newest']).default('newest').openapi({
      description: 'Of a hard resync: the side whose values are to stand, or the later modified',
    }),
    missing: z.enum(['leave', 'policy']).default('leave').openapi({
      description:
        '`policy`: the next runs look again, and do as the deletion policy of the integration says',
    }),
  })
  .openapi('RepairBody');
export type RepairInput = z.input<typeof RepairBody>;
export type RepairBody = z.output<typeof RepairBody>;

export const DriftRepair = z
  .object({
    resync: count.openapi({ description: 'Differing pairs that the next run looks at' }),
    writes: z.object({ pairs: count, fields: count }).openapi({
      description:
        'Of these, what it would write: what was changed and not yet carried; by a hard resync whatever can be',
    }),
    remains: z.record(z.string(), count).openapi({
      description: 'Differing pairs that it leaves as they are, in part at least, by why',
    }),
    missing: z.record(z.string(), count).openapi({
      description: 'Missing items by what the deletion policy says: ignore, unlink, delete',
    }),
    request: z.string().optional().openapi({ description: 'The run that was asked for; absent in a plan' }),
  })
  .openapi('DriftRepair');
export type DriftRepair = z.infer<typeof DriftRepair>;
