import { ConnectorError } from '@lockstep/sdk';

/** Only a tracker's clear word says that a write did not happen; anything else may have taken effect. */
export function isSurelyNotDone(error: unknown): boolean {
  return error instanceof ConnectorError && error.kind !== 'ambiguous' && error.kind !== 'protocol';
}
