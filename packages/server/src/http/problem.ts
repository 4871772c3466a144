import type { Problem } from '@lockstep/api';
import { DatabaseError } from 'pg';
import { Refusal } from '../integrations/refusal.ts';
import type { Log } from '../postgres/log.ts';
import { databaseTrouble } from '../store/trouble.ts';

/** Any error as the problem people and programs get. What is not a refusal is told in the log, not to the caller. */
export function toProblem(error: unknown, log: Log): Problem {
  if (error instanceof Refusal) {
    return problem(error.status, error.code, error.message, error.remedy, error.faults);
  }
  const trouble = databaseTrouble(error);
  if (trouble !== undefined) {
    log.error({ code: trouble.code }, 'a request failed on the database');
    return problem(503, trouble.code, trouble.what, trouble.remedy);
  }
  const meanwhile = changedMeanwhile(error);
  if (meanwhile !== undefined) {
    log.info({ err: error }, 'a request met a change of the same moment');
    return problem(409, 'changed-meanwhile', meanwhile, 'Look at what there is now.');
  }
  log.error({ err: error }, 'a request failed unexpectedly');
  return problem(
    500,
    'internal',
    'the server failed on this request in a way nobody foresaw',
    "Try again; if it stays, look into the server's log and report it.",
  );
}

/** What somebody else did between a look and the write, in words. Any other broken rule of the database is a defect of ours. */
function changedMeanwhile(error: unknown): string | undefined {
  if (!(error instanceof DatabaseError)) return undefined;
  if (error.code === '23503' && error.message.startsWith('insert or update'))
    return 'what this is about was deleted by somebody else in the same moment';
  if (error.code === '23505' && error.constraint?.endsWith('_name_key') === true)
    return 'somebody else made something of this name in the same moment';
  return undefined;
}

export function problem(
  status: number,
  code: string,
  detail: string,
  remedy: string,
  faults?: Refusal['faults'],
): Problem {
  return {
    type: `urn:lockstep:problem:${code}`,
    title: code.replaceAll('-', ' '),
    status,
    code,
    detail,
    remedy,
    ...(faults === undefined ? {} : { faults: [...faults] }),
  };
}

export function respond(it: Problem): Response {
  return new Response(JSON.stringify(it), {
    status: it.status,
    headers: { 'content-type': 'application/problem+json' },
  });
}
