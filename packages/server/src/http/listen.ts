import { serve } from '@hono/node-server';

/** The address cannot be listened on. The message says how to mend it. */
export class ListenError extends Error {
  /** Stable, like a StartupError's. */
  readonly code = 'cannot-listen';
  readonly remedy: string;
  constructor(what: string, remedy: string) {
    super(`${what} ${remedy}`);
    this.name = 'ListenError';
    this.remedy = remedy;
  }
}

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

export function listen(
  app: { readonly fetch: (request: Request) => Response | Promise<Response> },
  host: string,
  port: number,
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: host, port }, (info) => {
      const shown = host.includes(':') ? `[${host}]` : host;
      resolve({
        url: `http://${shown}:${info.port}`,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      });
    });
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new ListenError(
      `Port ${port} on ${host} is in use by another program.`,
      'End that program (it may be another Lockstep), or choose another port with --port.',
    );
  }
  if (error.code === 'EACCES') {
    return new ListenError(
      `This user may not listen on port ${port}.`,
      'Choose a port above 1023 with --port.',
    );
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new ListenError(
      `This machine has no address ${host}.`,
      'Choose one it has with --host, such as 127.0.0.1.',
    );
  }
  return error;
}
