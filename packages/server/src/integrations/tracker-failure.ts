import type { ConnectorError } from '@lockstep/sdk';
import { toConnectorError } from '@lockstep/sdk';
import { Refusal } from './refusal.ts';

/** A tracker's failure as a refusal: which connection, what it said, how to mend it. `at`: where in what was sent. */
export function trackerFailure(error: unknown, connection: string, at?: TrackerPlace): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof DOMException && error.name === 'TimeoutError') return tooSlow(connection, at);
  const { kind, message, details } = toConnectorError(error);
  const unreachable = kind === 'unavailable' || kind === 'rate-limited';
  const what = `connection “${connection}”: ${message}`;
  const remedy = details.remedy ?? REMEDIES[kind] ?? 'Correct the connection and try again.';
  return new Refusal(
    unreachable ? 503 : kind === 'protocol' ? 502 : 422,
    `tracker-${kind}`,
    what,
    remedy,
    faultAt(at, details.about === 'connection' ? 'auth' : kind, what, remedy),
  );
}

/** Where in what was sent a tracker's failure belongs, by what failed. */
export interface TrackerPlace {
  readonly connection: readonly (string | number)[];
  readonly scope: readonly (string | number)[];
}

function tooSlow(connection: string, at: TrackerPlace | undefined): Refusal {
  const what = `connection “${connection}”: the tracker did not answer in time`;
  const remedy = REMEDIES['unavailable'] ?? '';
  return new Refusal(503, 'tracker-unavailable', what, remedy, faultAt(at, 'unavailable', what, remedy));
}

/** A refusal of the account or the address is the connection's; anything else may be the scope's. */
function faultAt(
  at: TrackerPlace | undefined,
  kind: ConnectorError['kind'],
  message: string,
  remedy: string,
): Refusal['faults'] {
  if (at === undefined) return undefined;
  const path = kind === 'config' || kind === 'gone' || kind === 'forbidden' ? at.scope : at.connection;
  return [{ path: [...path], message, remedy, level: 'error' }];
}

const REMEDIES: Readonly<Record<string, string>> = {
  auth: 'Check the credentials of the connection.',
  forbidden: 'Give the account of the connection the right it lacks.',
  gone: 'Check the address and the scope: nothing is there.',
  unavailable: 'Check the address, that the tracker runs, and that this machine may reach it.',
  'rate-limited': 'Wait a little and try again.',
  protocol: 'Check that the address is that of the tracker and not of a proxy or a sign-in page.',
};
