import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A receiver of webhooks for the tests. */
export interface Receiver {
  readonly url: string;
  readonly got: Received[];
  /** What it answers. */
  status: number;
  /** What it waits for before it answers. */
  hold: Promise<void>;
  close(): Promise<unknown>;
}

export async function receiver(): Promise<Receiver> {
  const got: Received[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      got.push({ url: request.url, headers: request.headers, body: JSON.parse(text) as Received['body'] });
      void one.hold.then(() => response.writeHead(one.status).end());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const one: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    got,
    status: 204,
    hold: Promise.resolve(),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
  return one;
}
