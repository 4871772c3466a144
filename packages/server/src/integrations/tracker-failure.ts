import { toConnectorError } from '@lockstep/sdk';
import { Refusal } from './refusal.ts';

/** A tracker's failure as a refusal: which connection, what it said, how to mend it. */
export function trackerFailure(error: unknown, connection: string): Refusal {
  if (error instanceof Refusal) return error;
  const { kind, message, details } = toConnectorError(error);
  const unreachable = kind === 'unavailable' || kind === 'rate-limited';
  return new Refusal(
    unreachable ? 503 : kind === 'protocol' ? 502 : 422,
    `tracker-${kind}`,
    `connection “${connection}”: ${message}`,
    details.remedy ?? REMEDIES[kind] ?? 'Correct the connection and try again.',
  );
}

const REMEDIES: Readonly<Record<string, string>> = {
  auth: 'Check the credentials of the connection.',
  forbidden: 'Give the account of the connection the right it lacks.',
  gone: 'Check the address and the scope: nothing is there.',
  unavailable: 'Check the address, that the tracker runs, and that this machine may reach it.',
  'rate-limited': 'Wait a little and try again.',
  protocol: 'Check that the address is that of the tracker and not of a proxy or a sign-in page.',
};
