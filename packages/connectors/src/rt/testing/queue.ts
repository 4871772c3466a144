import { createHttp } from '@lockstep/sdk';
import type { Change, Connector, ConnectorError, FieldValue, Item, Receipt } from '@lockstep/sdk';
import { rt } from '../index.ts';

export const signal = AbortSignal.timeout(600_000);

interface Server {
  readonly url: string;
  readonly token: string;
  readonly adminToken: string;
  readonly users: Readonly<Record<string, { readonly token: string }>>;
}

/** The connector on a queue of the real Request Tracker, and what people do past the connector. */
export function openQueue(server: Server, queue: { readonly id: number; readonly name: string }) {
  const counted = { requests: 0 };
  const host = {
    now: () => Date.now(),
    http: (options: Parameters<typeof createHttp>[0]) =>
      createHttp(options, { now: () => Date.now(), onAnswer: () => (counted.requests += 1) }),
  };
  let count = 0;

  function connect(
    more: {
      readonly url?: string;
      readonly token?: string;
      readonly queue?: string;
      readonly marker?: string;
    } = {},
  ): Connector {
    const config = rt.config.parse({ url: more.url ?? server.url, token: more.token ?? server.token });
    const scope = rt.scope.parse({
      queue: more.queue ?? queue.name,
      ...(more.marker === undefined ? {} : { marker: more.marker }),
    });
    return rt.connect(config, scope, host);
  }

  /** Does something as a person, or as root, past the connector. */
  async function as(who: string, method: string, path: string, body?: unknown): Promise<unknown> {
    const token = who === 'root' ? server.adminToken : server.users[who]?.token;
    const answer = await fetch(`${server.url}/REST/2.0/${path}`, {
      method,
      headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} as ${who}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async function make(fields: Record<string, FieldValue> = {}): Promise<Receipt> {
    count += 1;
    const marker = `lockstep:${queue.id}:${count}`;
    return connector.items.create(
      { type: 'ticket', fields: { subject: `ticket ${count}`, ...fields }, visibility: 'public', marker },
      signal,
    );
  }

  async function reread(id: string): Promise<Item> {
    const [item] = await connector.items.get([id], signal);
    if (item === undefined) throw new Error(`ticket ${id} is gone`);
    return item;
  }
  async function changesSince(since: string, side = connector): Promise<readonly Change[]> {
    const all: Change[] = [];
    for await (const page of side.items.changes({ since }, signal)) all.push(...page.changes);
    return all;
  }
  const connector = connect();

  return { connector, connect, as, make, reread, changesSince, counted };
}

export async function failure(action: Promise<unknown>): Promise<ConnectorError> {
  return action.then(
    () => Promise.reject(new Error('this should have failed')),
    (error: unknown) => error as ConnectorError,
  );
}

export async function* streamed(...chunks: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* chunks;
}
