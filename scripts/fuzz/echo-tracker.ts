import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Chance } from '../../e2e/prove-real/chance.ts';

export interface EchoTracker extends AsyncDisposable {
  readonly url: string;
}

/** The worst of trackers: whatever it is asked, it repeats what it was told, with the credentials, as its answer or its error. */
export async function startEchoTracker(chance: Chance): Promise<EchoTracker> {
  const server = createServer((incoming, outgoing) => {
    incoming.on('error', () => outgoing.destroy());
    incoming.resume();
    const told = `${incoming.method} ${incoming.url} ${JSON.stringify(incoming.headers)}`;
    const status = chance.pick([200, 200, 400, 401, 403, 404, 409, 422, 500, 502]);
    const html = chance.happens(0.3);
    outgoing.writeHead(status, {
      'content-type': html ? 'text/html' : 'application/json',
      'x-told': encodeURIComponent(told),
    });
    outgoing.end(html ? `<title>${told}</title>` : JSON.stringify({ message: told, errors: [told] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
