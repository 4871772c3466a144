import type { HttpFollower, RecordedExchange } from '@lockstep/sdk';
import { systemRandom } from '../jobs/clock.ts';
import { scopeOf } from '../jobs/trace.ts';
import type { Log } from '../postgres/log.ts';
import { withoutSecrets } from '../support/redact.ts';
import type { CapturedRequest, CapturedRequests } from './captured-requests.ts';

/** Milliseconds between looks which connections are captured, as switched on any server. */
const LOOK = 5_000;
/** Milliseconds after which what was captured is stored. */
const STORE = 500;
/** Requests that wait to be stored at most; what comes beyond is not kept. */
const WAITING = 500;

type Captured = CapturedRequest & { readonly exchange: RecordedExchange };

/** Follows each request to a tracker: for the log, and in full where a connection is captured. Off unless switched on. */
export class Capture {
  private readonly store: CapturedRequests;
  private readonly log: Log;
  /** By connection, until when by the monotonic clock. */
  private active: ReadonlyMap<string, number> = new Map();
  private waiting: Captured[] = [];
  private dropped = 0;
  private looking: NodeJS.Timeout | undefined;
  private storing: NodeJS.Timeout | undefined;

  constructor(parts: { readonly store: CapturedRequests; readonly log: Log }) {
    this.store = parts.store;
    this.log = parts.log;
  }

  async start(): Promise<void> {
    await this.look();
    this.looking = setInterval(() => {
      this.look().catch((error: unknown) => this.warn(error, 'captured connections could not be looked for'));
    }, LOOK);
    this.looking.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.looking);
    clearTimeout(this.storing);
    await this.flush();
  }

  /** Which connections are captured now; called when one was switched here. */
  async look(): Promise<void> {
    const asked = performance.now();
    const active = await this.store.active();
    this.active = new Map([...active].map(([id, remaining]) => [id, asked + remaining]));
  }

  /** One request of a connection, with the values that must not be in what is kept of it. */
  follow(connectionId: string, secrets: readonly string[]): HttpFollower {
    const id = systemRandom.id();
    const at = new Date().toISOString();
    const scope = scopeOf();
    const isCaptured = (this.active.get(connectionId) ?? 0) > performance.now();
    return {
      answered: ({ method, path, status, milliseconds }) => {
        if (scope === undefined) return;
        scope.latest = { id, method, path, milliseconds, ...(status === undefined ? {} : { status }) };
      },
      ...(isCaptured
        ? {
            recorded: (exchange) => {
              const clean = JSON.parse(withoutSecrets(JSON.stringify(exchange), secrets)) as RecordedExchange;
              const { method, url, status = null, milliseconds } = clean;
              const { runId = null, item } = scope ?? {};
              const [side, itemId] = item === undefined ? [null, null] : [item.side, item.id];
              this.keep({
                id,
                connectionId,
                runId,
                side,
                itemId,
                at,
                method,
                url,
                status,
                milliseconds,
                exchange: clean,
              });
            },
          }
        : {}),
    };
  }

  private keep(captured: Captured): void {
    if (this.waiting.length >= WAITING) {
      this.dropped += 1;
      return;
    }
    this.waiting.push(captured);
    this.storing ??= setTimeout(() => {
      this.flush().catch((error: unknown) => this.warn(error, 'captured requests could not be stored'));
    }, STORE);
  }

  private async flush(): Promise<void> {
    clearTimeout(this.storing);
    this.storing = undefined;
    const captured = this.waiting;
    this.waiting = [];
    if (this.dropped > 0)
      this.log.warn({ dropped: this.dropped }, 'some captured requests were not kept: they came too fast');
    this.dropped = 0;
    await this.store.add(captured);
  }

  private warn(error: unknown, message: string): void {
    this.log.warn({ reason: error instanceof Error ? error.message : String(error) }, message);
  }
}
