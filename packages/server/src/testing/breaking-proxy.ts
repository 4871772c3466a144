import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface BreakingProxy {
  /** The database's URL, by way of the proxy. */
  readonly url: string;
  /** The next commit breaks its connection: before the server hears of it, or when it has done it. */
  breakNext(when: 'before' | 'after'): void;
  close(): Promise<void>;
}

/** How a client ends a transaction. */
const COMMIT = Buffer.from('commit\0');

/** Stands between a client and its PostgreSQL, and breaks a connection at a commit when asked to. */
export async function openBreakingProxy(database: string): Promise<BreakingProxy> {
  const target = new URL(database);
  let breaks: 'before' | 'after' | undefined;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let isLosing = false;
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on('data', (data) => {
      const breaking = data.includes(COMMIT) ? breaks : undefined;
      if (breaking !== undefined) breaks = undefined;
      if (breaking === 'before') return end();
      isLosing ||= breaking === 'after';
      upstream.write(data);
    });
    upstream.on('data', (data) => (isLosing ? end() : client.write(data)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(database);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    breakNext: (when) => {
      breaks = when;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
