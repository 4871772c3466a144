import { Worker } from 'node:worker_threads';
import { LIMITS, ScriptFailed, type HostFunction, type ScriptLimits } from './sandbox.ts';
import type { Order, Told } from './worker.ts';

export interface ScriptCall {
  readonly hook: string;
  /** JSON; the script gets a copy. */
  readonly given: unknown;
  /** What the script may ask for; what it gives must be JSON. */
  readonly host?: Readonly<Record<string, HostFunction>>;
  readonly log?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds that a worker gets beyond the script's own time, to say itself what went wrong. */
const GRACE = 1_000;

/**
 * An integration's script in a thread of its own: a script that loops, or that searches a text without end, holds up
 * nothing but its own integration, and is ended with its thread. Calls are played one after the other.
 */
export class Script {
  /** Names of the hooks that it exports. */
  readonly hooks: readonly string[];
  private readonly texts: { readonly script: string; readonly library: string };
  private readonly limits: ScriptLimits;
  private worker: Worker | undefined;
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    texts: Script['texts'],
    limits: ScriptLimits,
    worker: Worker,
    hooks: readonly string[],
  ) {
    this.texts = texts;
    this.limits = limits;
    this.worker = worker;
    this.hooks = hooks;
  }

  /** @throws ScriptFailed when the text is no module, or does not come to its end. */
  static async open(
    given: { readonly script: string; readonly library?: string | undefined },
    limits: ScriptLimits = LIMITS,
  ): Promise<Script> {
    const texts = { script: given.script, library: given.library ?? '' };
    const { worker, hooks } = await begun(texts, limits);
    return new Script(texts, limits, worker, hooks);
  }

  /** What the hook answers; undefined for nothing. @throws ScriptFailed with the line */
  call(call: ScriptCall): Promise<unknown> {
    const next = this.last.then(() => this.play(call));
    this.last = next.catch(() => undefined);
    return next;
  }

  async close(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    await worker?.terminate();
  }

  private async play({ hook, given, host = {}, log, signal }: ScriptCall): Promise<unknown> {
    signal?.throwIfAborted();
    this.worker ??= (await begun(this.texts, this.limits)).worker;
    try {
      const order: Order = { order: 'call', hook, given, host: Object.keys(host) };
      return await ordered(this.worker, order, { limits: this.limits, host, log, signal });
    } finally {
      if (this.worker?.threadId === -1) this.worker = undefined;
    }
  }
}

async function begun(
  texts: { readonly script: string; readonly library: string },
  limits: ScriptLimits,
): Promise<{ readonly worker: Worker; readonly hooks: readonly string[] }> {
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 128 },
    env: {},
    // What the engine itself has to say is told by the failure.
    stderr: true,
  });
  worker.unref();
  try {
    const hooks = await ordered(worker, { order: 'open', texts, limits }, { limits });
    return { worker, hooks: hooks as readonly string[] };
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

/** Sends an order and hears its end. The thread is gone when the time was over, or the signal was given. */
function ordered(
  worker: Worker,
  order: Order,
  {
    limits,
    host = {},
    log,
    signal,
  }: Pick<ScriptCall, 'host' | 'log' | 'signal'> & { readonly limits: ScriptLimits },
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      worker.off('message', hear).off('error', fail).off('exit', leave);
      signal?.removeEventListener('abort', stop);
    };
    const kill = (error: Error): void => {
      end();
      void worker.terminate().then(() => reject(error));
    };
    const stop = (): void => kill(signal?.reason as Error);
    const fail = (error: unknown): void =>
      kill(new ScriptFailed(error instanceof Error ? error.message : String(error)));
    const leave = (): void => kill(new ScriptFailed('its thread ended'));
    const hear = (told: Told): void => {
      if (told.told === 'log') return log?.(told.text);
      if (told.told === 'asks') return void reply(told);
      end();
      const settle = (): void => {
        if (told.told === 'done') resolve(told.value);
        else reject(new ScriptFailed(told.reason, told.line, told.inLibrary));
      };
      if (told.isUnfit) void worker.terminate().then(settle);
      else settle();
    };
    const reply = async ({ question, name, given }: Extract<Told, { told: 'asks' }>): Promise<void> => {
      const answer = await Promise.resolve(host[name]?.(...given)).then(
        (value) => ({ value }),
        (error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) }),
      );
      worker.postMessage({ order: 'answer', question, ...answer } satisfies Order);
    };
    const timer = setTimeout(
      () => kill(new ScriptFailed(`it did not come to its end within ${limits.time / 1_000} s`)),
      limits.time + GRACE,
    );
    signal?.addEventListener('abort', stop, { once: true });
    worker.on('message', hear).once('error', fail).once('exit', leave);
    worker.postMessage(order);
  });
}
