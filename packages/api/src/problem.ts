import { z } from '@hono/zod-openapi';

/** One fault of what was sent; `path` leads to the place in it. */
export const Fault = z
  .object({
    path: z.array(z.union([z.string(), z.number()])),
    message: z.string(),
    remedy: z.string(),
    level: z.enum(['error', 'warning']),
  })
  .openapi('Fault');
export type Fault = z.infer<typeof Fault>;

/** Every error of the API, as RFC 9457 has it. `code` is stable: programs act on it, people read the rest. */
export const Problem = z
  .object({
    type: z.string().openapi({ example: 'https://lockstep.invalid/problems/unknown-integration' }),
    title: z.string(),
    status: z.number().int(),
    code: z.string().openapi({ example: 'unknown-integration' }),
    detail: z.string(),
    remedy: z.string(),
    faults: z.array(Fault).optional(),
  })
  .openapi('Problem');
export type Problem = z.infer<typeof Problem>;

/** An answer of the API that is a problem, as the client throws it. */
export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ApiError';
    this.problem = problem;
  }
}
