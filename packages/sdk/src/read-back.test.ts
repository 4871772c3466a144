import { describe, expect, it } from 'vitest';
import { ConnectorError } from './errors.ts';
import { readBack } from './read-back.ts';

describe('reading back (P1)', () => {
  it('never makes a done write look undone', async () => {
    for (const kind of ['unavailable', 'rate-limited', 'gone', 'forbidden'] as const) {
      const reading = readBack('the issue', async () => Promise.reject(new ConnectorError(kind, 'x')));
      await expect(reading).rejects.toMatchObject({ kind: 'ambiguous' });
    }
  });
});
