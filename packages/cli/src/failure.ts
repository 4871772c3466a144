import { ApiError, Unreachable } from '@lockstep/api';
import { EXIT, Failure } from './exit.ts';

/** Any error as what the command says and ends with. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof Unreachable) {
    return new Failure(
      EXIT.unreachable,
      'unreachable',
      error.message,
      'Start it with “lockstep serve”, or set LOCKSTEP_URL.',
    );
  }
  if (error instanceof ApiError) {
    const { problem } = error;
    const input = problem.status >= 400 && problem.status < 500;
    const faults = (problem.faults ?? [])
      .slice(1)
      .map((fault) => `  also: ${fault.path.join('.')}: ${fault.message}. ${fault.remedy}`);
    return new Failure(
      input ? EXIT.input : EXIT.failed,
      problem.code,
      [problem.detail, ...faults].join('\n'),
      problem.remedy,
    );
  }
  const remedy = (error as { remedy?: unknown }).remedy;
  const message = error instanceof Error ? error.message : String(error);
  // Start errors carry their mend in the message already.
  return new Failure(EXIT.failed, typeof remedy === 'string' ? 'start-failed' : 'internal', message);
}
