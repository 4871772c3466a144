import { z } from '@hono/zod-openapi';
import { Direction } from './direction.ts';

const SHORTHAND = /^(.+?)\s+(<->|->|<-)\s+(.+)$/;

/** `[left, right]`: two values that mean the same. */
const Row = z.tuple([z.coerce.string(), z.coerce.string()]).transform(([left, right]) => ({ left, right }));

const Missing = z.enum(['refuse', 'text']);

/** By status, by field: the value that an item is given with the status. */
const Transitions = z.record(z.string().min(1), z.record(z.string().min(1), z.coerce.string()));

const Long = z.strictObject({
  left: z.string().min(1),
  right: z.string().min(1),
  direction: Direction.optional(),
  onCreate: z.boolean().optional(),
  onUpdate: z.boolean().optional(),
  policy: z.enum(['newest', 'left', 'right', 'ask']).optional(),
  options: z.array(Row).optional(),
  users: z.array(Row).optional(),
  defaults: z
    .strictObject({ left: z.coerce.string().optional(), right: z.coerce.string().optional() })
    .optional(),
  missing: z.strictObject({ left: Missing.optional(), right: Missing.optional() }).optional(),
  transitions: z.strictObject({ left: Transitions.optional(), right: Transitions.optional() }).optional(),
  tooLong: z.enum(['cut', 'refuse']).optional(),
  zone: z.string().min(1).max(64).optional(),
});

const Short = z.string().transform((text, context) => {
  const [, left, arrow, right] = SHORTHAND.exec(text.trim()) ?? [];
  if (left === undefined || arrow === undefined || right === undefined) {
    context.addIssue({
      code: 'custom',
      message: `“${text}” is no field mapping; write “LEFT <-> RIGHT”, “LEFT -> RIGHT” or “LEFT <- RIGHT”`,
    });
    return z.NEVER;
  }
  return { left, right, direction: Direction.parse(arrow) } as z.output<typeof Long>;
});

/** A field on either side, as a row of text or in full. */
export const FieldMapping = z.union([Short, Long]).openapi({ example: 'subject <-> Subject' });
export type FieldMapping = z.output<typeof Long>;
