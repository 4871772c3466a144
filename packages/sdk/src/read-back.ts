import { ConnectorError } from './errors.ts';

/**
 * Reads what a write left behind. The write is done: whatever goes wrong here must not look as if it were not, or it
 * would be done twice (P1). So every failure becomes `ambiguous`, unless it is already or the answer does not fit.
 */
export async function readBack<T>(what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind === 'ambiguous' || error.kind === 'protocol')
      throw error;
    throw new ConnectorError(
      'ambiguous',
      `${what} was written, and could not be read back: ${error.message}`,
      { ...error.details, cause: error },
    );
  }
}
