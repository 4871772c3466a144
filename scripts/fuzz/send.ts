import { Agent, request } from 'node:http';
import type { Case } from './requests.ts';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: string;
  readonly body: Buffer;
}

const LONGEST = 60_000;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** Sends a request just as it is: `fetch` would mend its path. */
export async function send(base: string, { method, target, headers, body }: Case): Promise<Answer> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const bytes = body === undefined ? undefined : Buffer.from(body.toWellFormed());
    const outgoing = request(
      {
        hostname,
        port,
        agent,
        method,
        path: target,
        headers: { ...headers, ...(bytes === undefined ? {} : { 'content-length': bytes.length }) },
        timeout: LONGEST,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            type: incoming.headers['content-type'] ?? '',
            headers: incoming.rawHeaders.join('\n'),
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${LONGEST / 1000} s`)));
    outgoing.on('error', (error) => {
      // The server ended a connection that was kept just as it was taken up again: nothing was heard.
      if (outgoing.reusedSocket && 'code' in error && error.code === 'ECONNRESET')
        send(base, { method, target, headers, body }).then(resolve, reject);
      else reject(error);
    });
    outgoing.end(bytes);
  });
}

export function closeConnections(): void {
  agent.destroy();
}
