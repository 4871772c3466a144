import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connectMemory, MemoryTracker } from '@lockstep/connectors';
import { toConnectorError } from '@lockstep/sdk';
import type { Connector, ConnectorError, FeedPosition, ItemDraft, ItemPatch } from '@lockstep/sdk';

const STATUS: Partial<Record<ConnectorError['kind'], number>> = {
  auth: 401,
  forbidden: 403,
  gone: 404,
  conflict: 409,
  rejected: 422,
};
const never = new AbortController().signal;

/** What can be asked of a tracker over HTTP: `GET` or `POST /TRACKER/CALL`, with the arguments as JSON. */
const CALLS: Readonly<Record<string, (connector: Connector, given: never) => Promise<unknown>>> = {
  schema: (connector) => connector.schema(never),
  self: async (connector) => connector.users?.self(never),
  changes: async (connector, from: FeedPosition) => {
    for await (const page of connector.items.changes(from, never)) return page;
    return undefined;
  },
  get: (connector, ids: readonly string[]) => connector.items.get(ids, never),
  find: async (connector, marker: string) => connector.items.find?.(marker, never),
  create: (connector, draft: ItemDraft) => connector.items.create(draft, never),
  update: (connector, { id, patch }: { readonly id: string; readonly patch: ItemPatch }) =>
    connector.items.update(id, patch, never),
};

/** Two trackers, the left one with so many items. */
export function openTrackers(items: number): { readonly left: MemoryTracker; readonly right: MemoryTracker } {
  const open = (name: string): MemoryTracker => new MemoryTracker(name, () => Date.now());
  const trackers = { left: open('left'), right: open('right') };
  for (let number = 1; number <= items; number += 1)
    trackers.left.create('sync', { title: `Item ${number}`, description: `Report ${number}.\n\nAll of it.` });
  return trackers;
}

/** Built-in trackers served from this process, so that they outlive any server. */
export class TrackerHost {
  private readonly connectors: ReadonlyMap<string, Connector>;
  private readonly server: Server;

  constructor(trackers: readonly MemoryTracker[]) {
    this.connectors = new Map(trackers.map((tracker) => [tracker.name, connectMemory(tracker)]));
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the trackers got no port');
    return `http://127.0.0.1:${address.port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://trackers');
    const [, tracker = '', call = ''] = url.pathname.split('/');
    const text = request.method === 'GET' ? (url.searchParams.get('given') ?? 'null') : await bodyOf(request);
    const connector = this.connectors.get(tracker);
    const action = CALLS[call];
    let status = connector === undefined || action === undefined ? 404 : 200;
    let told: unknown = { message: `there is no ${url.pathname}` };
    if (connector !== undefined && action !== undefined) {
      try {
        told = await action(connector, JSON.parse(text) as never);
      } catch (error) {
        const { kind, message } = toConnectorError(error);
        status = STATUS[kind] ?? 500;
        told = { message };
      }
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(told ?? null));
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8');
}
