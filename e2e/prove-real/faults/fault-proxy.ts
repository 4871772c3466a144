import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Chance } from '../chance.ts';
import { FAULT_KINDS, UNHEARD, type FaultKind } from './fault.ts';

/** Of all requests, while the storm lasts. */
const SHARE = 0.12;
/** Milliseconds. */
const LONGEST_DELAY = 2_500;
/** Bytes of an answer that is cut short, at most. */
const CUT = 200;

/** Headers of one connection only, which a proxy does not pass on. */
const HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/**
 * Stands between the product and one tracker, as a reverse proxy that keeps the host's name, and lets things go wrong.
 * Streams both ways: what passes through is never held as a whole.
 */
export class FaultProxy {
  /** How often each kind struck, by the method of the request. */
  readonly struck = new Map<string, number>();
  isStorming = false;
  /** It breaks every connection off, as a tracker does that is away. */
  isAway = false;
  private readonly target: URL;
  private readonly chance: Chance;
  private readonly server: Server;
  private deck: FaultKind[] = [];

  constructor(target: string, chance: Chance) {
    this.target = new URL(target);
    this.chance = chance;
    this.server = createServer((incoming, outgoing) => {
      // A broken connection is what this is for.
      this.pass(incoming, outgoing).catch(() => outgoing.destroy());
    });
  }

  /** Starts it on a free port of this machine; gives the address to use in place of the tracker's. */
  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const { port } = this.server.address() as AddressInfo;
    const url = new URL(this.target);
    url.port = String(port);
    return url.href.replace(/\/$/, '');
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** How often each kind struck. */
  count(kind: FaultKind): number {
    return [...this.struck].reduce(
      (sum, [name, times]) => (name.startsWith(`${kind}: `) ? sum + times : sum),
      0,
    );
  }

  private async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (this.isAway) return void incoming.socket.destroy();
    const fault = this.isStorming && this.chance.happens(SHARE) ? this.draw() : undefined;
    if (fault !== undefined && UNHEARD.includes(fault)) return this.refuse(fault, incoming, outgoing);
    if (fault === 'delay') {
      this.note(fault, incoming);
      await delay(this.chance.below(LONGEST_DELAY));
    }
    const answer = await this.forward(incoming);
    if (fault === 'answer lost') {
      answer.resume();
      await once(answer, 'end');
      this.note(fault, incoming);
      incoming.socket.destroy();
    } else if (fault === 'web page after') {
      answer.resume();
      await once(answer, 'end');
      this.note(fault, incoming);
      outgoing.writeHead(200, { 'content-type': 'text/html' });
      outgoing.end('<!DOCTYPE html><title>Please wait</title><p>The service is busy.</p>');
    } else {
      outgoing.writeHead(answer.statusCode ?? 502, passedOn(answer.headers));
      if (fault === 'body cut short' && (await cut(answer, outgoing))) this.note(fault, incoming);
      else await pipeline(answer, outgoing);
    }
  }

  private async forward(incoming: IncomingMessage): Promise<IncomingMessage> {
    const { hostname, port } = this.target;
    const upstream = request({
      hostname,
      port,
      method: incoming.method,
      path: incoming.url,
      headers: passedOn(incoming.headers),
      agent: false,
    });
    const answered = once(upstream, 'response') as Promise<[IncomingMessage]>;
    // A tracker may answer, and close, before it has read all.
    const sent = pipeline(incoming, upstream).catch((error: unknown) =>
      answered.then(
        () => undefined,
        () => Promise.reject(error as Error),
      ),
    );
    const [[answer]] = await Promise.all([answered, sent]);
    return answer;
  }

  private refuse(fault: FaultKind, incoming: IncomingMessage, outgoing: ServerResponse): void {
    this.note(fault, incoming);
    if (fault === 'reset before') return void incoming.socket.destroy();
    incoming.resume();
    const after = fault === 'rate limit' ? { 'retry-after': '1' } : {};
    outgoing.writeHead(fault === 'unavailable' ? 503 : 429, { 'content-type': 'text/plain', ...after });
    outgoing.end('Try again later.');
  }

  /** Each kind comes once before any comes again, so that none is left out. */
  private draw(): FaultKind {
    if (this.deck.length === 0) {
      const left = [...FAULT_KINDS];
      while (left.length > 0) this.deck.push(...left.splice(this.chance.below(left.length), 1));
    }
    return this.deck.pop() as FaultKind;
  }

  private note(fault: FaultKind, { method = '' }: IncomingMessage): void {
    const name = `${fault}: ${method}`;
    this.struck.set(name, (this.struck.get(name) ?? 0) + 1);
  }
}

function passedOn(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP.includes(name)));
}

/** Sends the beginning of the body and breaks off; false where there is none to cut, and nothing was sent yet. */
async function cut(answer: IncomingMessage, outgoing: ServerResponse): Promise<boolean> {
  for await (const chunk of answer) {
    const bytes = chunk as Buffer;
    const half = bytes.subarray(0, Math.min(CUT, Math.floor(bytes.length / 2)));
    await new Promise<void>((sent) => outgoing.write(half, () => sent()));
    answer.destroy();
    outgoing.destroy();
    return true;
  }
  outgoing.end();
  return false;
}
