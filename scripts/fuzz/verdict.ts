import { Problem } from '@lockstep/api';
import type { Canaries } from './canary.ts';
import type { Answer } from './send.ts';

export const FAULTS = ['serverErrors', 'notProblems', 'leaks', 'unanswered'] as const;
export type Fault = (typeof FAULTS)[number];

/** 503 says that something is away; nothing is during the attack. */
export function judge(
  answer: Answer,
  method: string,
  canaries: Canaries,
): { fault: Fault; what: string } | undefined {
  const text = answer.body.toString('utf8');
  if (canaries.sing(text) || canaries.sing(answer.headers))
    return { fault: 'leaks', what: `a secret is in the answer: ${text.slice(0, 300)}` };
  if (answer.status >= 500) return { fault: 'serverErrors', what: `${answer.status} ${text.slice(0, 300)}` };
  if (answer.status < 400 || method === 'HEAD') return undefined;
  const problem = asProblem(text);
  if (
    answer.type === 'application/problem+json' &&
    problem?.status === answer.status &&
    problem.remedy !== ''
  )
    return undefined;
  return { fault: 'notProblems', what: `${answer.status} ${answer.type} ${text.slice(0, 300)}` };
}

function asProblem(text: string): Problem | undefined {
  try {
    return Problem.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
