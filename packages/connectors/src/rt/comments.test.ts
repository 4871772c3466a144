import { ConnectorError } from '@lockstep/sdk';
import { expect, it } from 'vitest';
import { createAttachments } from './attachments.ts';
import { createComments } from './comments.ts';
import type { Session } from './session.ts';

/** Takes every write, and refuses to be read. */
const session = {
  http: {
    async json({ method = 'GET' }: { readonly method?: string }) {
      if (method === 'GET') throw new ConnectorError('rate-limited', 'slow down');
      return {
        status: 201,
        headers: new Headers({ location: 'https://rt/REST/2.0/transaction/7' }),
        data: [],
      };
    },
  },
} as unknown as Session;
const { signal } = new AbortController();

it('never makes a written comment or file look unwritten, as it would be written again (P1)', async () => {
  const comment = createComments(session).create('1', { body: 'Hello', visibility: 'public' }, signal);
  await expect(comment).rejects.toMatchObject({ kind: 'ambiguous' });
  const content = (async function* () {
    yield new TextEncoder().encode('content');
  })();
  const file = createAttachments(session).create(
    '1',
    { name: 'a.txt', size: 7, contentType: 'text/plain', content },
    signal,
  );
  await expect(file).rejects.toMatchObject({ kind: 'ambiguous' });
});
