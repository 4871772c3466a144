import { z } from '@hono/zod-openapi';

/** A field that is written from the other side's item, or with a fixed value. */
export const DerivedField = z
  .strictObject({
    left: z.string().min(1).optional(),
    right: z.string().min(1).optional(),
    template: z.string().min(1).max(10_000).optional(),
    value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string()).max(100)]).optional(),
    onCreate: z.boolean().optional(),
    onUpdate: z.boolean().optional(),
    tooLong: z.enum(['cut', 'refuse']).optional(),
    zone: z.string().min(1).max(64).optional(),
  })
  .transform(({ left, right, template, value, ...more }, context) => {
    if ((left === undefined) === (right === undefined))
      context.addIssue({ code: 'custom', message: 'name one field, left or right: the one that is written' });
    if ((template === undefined) === (value === undefined))
      context.addIssue({ code: 'custom', message: 'give a template or a value, and not both' });
    const place =
      left === undefined
        ? { to: 'right' as const, field: right ?? '' }
        : { to: 'left' as const, field: left };
    return { ...place, ...(template === undefined ? { value } : { template }), ...more };
  });
export type DerivedField = z.output<typeof DerivedField>;

export function printDerived({ to, field, ...rest }: DerivedField): Record<string, unknown> {
  return { [to]: field, ...rest };
}
