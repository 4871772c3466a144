import { ApiError, Unreachable } from '@lockstep/api';
import { EXIT, Failure } from './exit.ts';

/** The API's own remedy speaks of headers. */
const TOKEN =
  'Set LOCKSTEP_TOKEN to one that lockstep tokens add made, or unset it and let LOCKSTEP_DATA name the data folder of this server.';

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
      problem.status === 401 ? TOKEN : problem.remedy,
    );
  }
  const { remedy, code } = error as { readonly remedy?: unknown; readonly code?: unknown };
  const message = error instanceof Error ? error.message : String(error);
  if (typeof remedy !== 'string') return new Failure(EXIT.failed, 'internal', message);
  // An error of the start has its mend at the end of its message.
  const what = message.endsWith(remedy) ? message.slice(0, -remedy.length).trim() : message;
  return new Failure(EXIT.failed, typeof code === 'string' ? code : 'start-failed', what, remedy);
}
