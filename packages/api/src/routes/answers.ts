import { z } from '@hono/zod-openapi';
import { Name } from '../name.ts';
import { Problem } from '../problem.ts';

export const NameParameter = z.object({ name: Name });

/** A success with its body, and the problem document that any failure is. */
export function answers<T extends z.ZodType>(schema: T, description: string) {
  return {
    200: { description, content: { 'application/json': { schema } } },
    default: {
      description: 'A problem (RFC 9457)',
      content: { 'application/problem+json': { schema: Problem } },
    },
  };
}

export function json<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } };
}
