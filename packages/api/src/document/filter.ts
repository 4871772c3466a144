import { z } from '@hono/zod-openapi';

const Condition = z.strictObject({
  field: z.string().min(1),
  is: z.enum([
    'contains',
    'contains one of',
    'not contains',
    'equals',
    'not equals',
    'empty',
    'not empty',
    'regex',
    'before',
    'after',
  ]),
  // A list first: coerced, it would be one text with commas.
  value: z.union([z.array(z.coerce.string()), z.coerce.string()]).optional(),
  caseSensitive: z.boolean().optional(),
});

export type Filter = { and: Filter[] } | { or: Filter[] } | { not: Filter } | z.output<typeof Condition>;

/** Conditions, nested with `and`, `or`, `not`. */
export const Filter: z.ZodType<Filter> = z
  .lazy(() =>
    z.union([
      z.strictObject({ and: z.array(Filter).min(1) }),
      z.strictObject({ or: z.array(Filter).min(1) }),
      z.strictObject({ not: Filter }),
      Condition.superRefine(checkPattern),
    ]),
  )
  .openapi('Filter', { type: 'object' });

function checkPattern(condition: z.output<typeof Condition>, context: z.RefinementCtx): void {
  if (condition.is === 'empty' || condition.is === 'not empty') return;
  if (condition.value === undefined) {
    context.addIssue({ code: 'custom', path: ['value'], message: `“${condition.is}” needs a value` });
  } else if (condition.is === 'regex') {
    try {
      new RegExp(String(condition.value), 'u');
    } catch (error) {
      context.addIssue({
        code: 'custom',
        path: ['value'],
        message: error instanceof Error ? error.message : 'no regular expression',
      });
    }
  } else if (
    (condition.is === 'before' || condition.is === 'after') &&
    Number.isNaN(Date.parse(String(condition.value)))
  ) {
    context.addIssue({ code: 'custom', path: ['value'], message: `“${String(condition.value)}” is no date` });
  }
}

const Sets = z.strictObject({ all: Filter.optional(), new: Filter.optional(), synced: Filter.optional() });
/** Per side: `all` for every item, `new` for those never synced, `synced` for the others. */
export const Filters = z.strictObject({ left: Sets.optional(), right: Sets.optional() });
