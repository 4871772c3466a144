import { stripTypeScriptTypes } from 'node:module';
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSDeferredPromise,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core';

/** What one call of a script may use. */
export interface ScriptLimits {
  /** Bytes of the script's own memory. */
  readonly memory: number;
  /** Steps of the interpreter, in ten thousands: the same script stops at the same place on every machine. */
  readonly steps: number;
  /** Milliseconds, readings of trackers included; what is not counted in steps, such as a long search in a text, ends with them. */
  readonly time: number;
  /** Characters of what it is given, and of what it gives back. */
  readonly size: number;
}

export const LIMITS: ScriptLimits = { memory: 64 * 1024 * 1024, steps: 5_000, time: 10_000, size: 4_000_000 };

/** What a script can ask of its host besides the language itself. Arguments and answers are JSON. */
export type HostFunction = (...given: readonly unknown[]) => Promise<unknown>;

export interface Call {
  readonly hook: string;
  readonly given: unknown;
  readonly host?: Readonly<Record<string, HostFunction>>;
  readonly log?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A script went wrong: its own error, or a limit. The message names the line. */
export class ScriptFailed extends Error {
  /** In the script, or in the library where `inLibrary`; undefined when no line is to blame. */
  readonly line: number | undefined;
  readonly inLibrary: boolean;
  /** Without the place. */
  readonly reason: string;
  constructor(reason: string, line?: number, inLibrary = false) {
    super(line === undefined ? reason : `${inLibrary ? 'library' : 'script'}, line ${line}: ${reason}`);
    this.name = 'ScriptFailed';
    this.reason = reason;
    this.line = line;
    this.inLibrary = inLibrary;
  }
}

const SCRIPT = 'script';
const LIBRARY = 'library';
/** Lines that one call may log, and characters of each. */
const MOST_LINES = 100;
const LONGEST_LINE = 1_000;

/**
 * An integration's script: a module of its own that exports hooks, and may import from `library`. Each call starts
 * afresh, so that nothing one item leaves behind reaches another; the script sees no file, no network and no process.
 */
export class Sandbox {
  private readonly module: QuickJSWASMModule;
  private readonly script: string;
  private readonly library: string;
  private readonly limits: ScriptLimits;
  /** Names of the hooks that it exports. */
  readonly hooks: readonly string[];
  /** Nothing more can be called: its thread has to go. */
  isUnfit = false;

  private constructor(
    parts: Pick<Sandbox, 'hooks'> & {
      module: QuickJSWASMModule;
      script: string;
      library: string;
      limits: ScriptLimits;
    },
  ) {
    this.module = parts.module;
    this.script = parts.script;
    this.library = parts.library;
    this.limits = parts.limits;
    this.hooks = parts.hooks;
  }

  /** @throws ScriptFailed when the script, or its library, is no module, or does not come to its end. */
  static async open(
    texts: { readonly script: string; readonly library?: string },
    limits = LIMITS,
  ): Promise<Sandbox> {
    const module = await engineOf(limits.memory);
    const script = plain(texts.script, false);
    const library = plain(texts.library ?? '', true);
    const opened = new Sandbox({ module, script, library, limits, hooks: [] });
    const hooks = opened.within({}, (context, exported) => {
      const names = opened.dump(
        context,
        '(it) => Object.keys(it).filter((name) => typeof it[name] === "function")',
        exported,
      );
      return names as string[];
    });
    return new Sandbox({ module, script, library, limits, hooks: await hooks });
  }

  /** Calls a hook with a copy of what it is given, and gives a copy of what it answers; undefined for nothing. */
  call({ hook, given, host = {}, log, signal }: Call): Promise<unknown> {
    const text = JSON.stringify(given);
    if (text.length > this.limits.size)
      return Promise.reject(new ScriptFailed(`the item is larger than ${this.limits.size} characters`));
    return this.within({ host, log, signal }, async (context, exported, run) => {
      using argument = context.newString(text);
      using name = context.newString(hook);
      using start = this.evaluate(
        context,
        '(it, hook, text) => Promise.resolve(it[hook](JSON.parse(text))).then((answer) => answer === undefined ? undefined : JSON.stringify(answer))',
      );
      const promise = this.unwrap(
        context,
        context.callFunction(start, context.undefined, exported, name, argument),
      );
      const answer = await run(promise);
      if (answer === undefined) return undefined;
      if (typeof answer !== 'string')
        throw new ScriptFailed(`${hook} answered with something that is no JSON`);
      if (answer.length > this.limits.size)
        throw new ScriptFailed(`${hook} answered with more than ${this.limits.size} characters`);
      return JSON.parse(answer) as unknown;
    });
  }

  private async within<T>(
    { host = {}, log, signal }: Pick<Call, 'host' | 'log' | 'signal'>,
    action: (
      context: QuickJSContext,
      exported: QuickJSHandle,
      run: (promise: QuickJSHandle) => Promise<unknown>,
    ) => T | Promise<T>,
  ): Promise<T> {
    const runtime = this.module.newRuntime();
    const watch = new Watch(runtime, this.limits, signal);
    runtime.setModuleLoader((name) => {
      if (name === LIBRARY) return this.library;
      throw new Error(`there is no module “${name}”; a script can import from 'library' only`);
    });
    const context = runtime.newContext();
    const hosting = new Hosting(context, host, log);
    try {
      const exported = this.unwrap(context, context.evalCode(this.script, SCRIPT, { type: 'module' }));
      const run = (promise: QuickJSHandle): Promise<unknown> =>
        this.settle(context, runtime, watch, hosting, promise);
      try {
        return await action(context, exported, run);
      } finally {
        exported.dispose();
      }
    } catch (error) {
      throw watch.reason() ?? failureOf(error);
    } finally {
      hosting.end();
      this.end(context, runtime);
    }
  }

  /** Lets the script go on, and its host answer, until the promise is settled. */
  private async settle(
    context: QuickJSContext,
    runtime: QuickJSRuntime,
    watch: Watch,
    hosting: Hosting,
    promise: QuickJSHandle,
  ): Promise<unknown> {
    try {
      for (;;) {
        const jobs = runtime.executePendingJobs();
        if (jobs.error !== undefined) throw dumped(context, jobs.error);
        const state = context.getPromiseState(promise);
        if (state.type === 'fulfilled') {
          const value = context.dump(state.value) as unknown;
          state.value.dispose();
          return value;
        }
        if (state.type === 'rejected') throw dumped(context, state.error);
        if (!hosting.isAsked()) throw new ScriptFailed('it waits for something that never comes');
        await watch.orEnd(hosting.answered());
      }
    } finally {
      promise.dispose();
    }
  }

  /** A script that ran out of stack or memory can leave something behind that the engine does not get over. */
  private end(context: QuickJSContext, runtime: QuickJSRuntime): void {
    try {
      context.dispose();
      runtime.dispose();
    } catch {
      this.isUnfit = true;
    }
  }

  private unwrap(context: QuickJSContext, result: ReturnType<QuickJSContext['evalCode']>): QuickJSHandle {
    if (result.error !== undefined) throw dumped(context, result.error);
    return result.value;
  }

  private evaluate(context: QuickJSContext, code: string): QuickJSHandle {
    return this.unwrap(context, context.evalCode(code, 'host'));
  }

  private dump(context: QuickJSContext, code: string, of: QuickJSHandle): unknown {
    using ask = this.evaluate(context, code);
    using told = this.unwrap(context, context.callFunction(ask, context.undefined, of));
    return context.dump(told) as unknown;
  }
}

/** Ends a script that uses more than it may. */
class Watch {
  private steps = 0;
  private readonly deadline: number;
  private readonly limits: ScriptLimits;
  private readonly signal: AbortSignal | undefined;
  private readonly ended: Promise<never>;
  private stop: (() => void) | undefined;

  constructor(runtime: QuickJSRuntime, limits: ScriptLimits, signal: AbortSignal | undefined) {
    this.limits = limits;
    this.signal = signal;
    this.deadline = performance.now() + limits.time;
    runtime.setMaxStackSize(512 * 1024);
    runtime.setInterruptHandler(() => {
      this.steps += 1;
      return this.reason() !== undefined;
    });
    this.ended = new Promise((_, reject) => {
      this.stop = () => reject(this.reason() ?? new ScriptFailed('it took too long'));
    });
    this.ended.catch(() => undefined);
  }

  /** Why it has to end; undefined while it may go on. */
  reason(): Error | undefined {
    if (this.signal?.aborted === true) return this.signal.reason as Error;
    if (this.steps > this.limits.steps)
      return new ScriptFailed('it did not come to its end within the steps that a script may take');
    if (performance.now() > this.deadline)
      return new ScriptFailed(`it did not come to its end within ${this.limits.time / 1_000} s`);
    return undefined;
  }

  /** The same promise, or its end when the time is over first. */
  async orEnd(promise: Promise<void>): Promise<void> {
    const timer = setTimeout(() => this.stop?.(), Math.max(1, this.deadline - performance.now() + 1));
    const end = (): void => this.stop?.();
    this.signal?.addEventListener('abort', end, { once: true });
    try {
      await Promise.race([promise, this.ended]);
    } finally {
      clearTimeout(timer);
      this.signal?.removeEventListener('abort', end);
    }
  }
}

/** The few functions that a script finds besides the language: `console.log`, and what its host offers. */
class Hosting {
  private readonly open = new Set<QuickJSDeferredPromise>();
  private waiting: Promise<void>[] = [];
  private isOver = false;

  constructor(context: QuickJSContext, host: Readonly<Record<string, HostFunction>>, log: Call['log']) {
    let lines = 0;
    const print = context.newFunction('log', (...parts) => {
      lines += 1;
      if (lines > MOST_LINES) return;
      const text = parts.map((part) => shown(context.dump(part))).join(' ');
      log?.(lines === MOST_LINES ? 'more lines were logged than are kept' : text.slice(0, LONGEST_LINE));
    });
    const console = context.newObject();
    for (const name of ['log', 'info', 'warn', 'error']) context.setProp(console, name, print);
    context.setProp(context.global, 'console', console);
    print.dispose();
    console.dispose();
    for (const [name, answer] of Object.entries(host)) {
      const offered = context.newFunction(name, (...given) => {
        const values = given.map((one) => context.dump(one) as unknown);
        return this.ask(context, () => answer(...values));
      });
      context.setProp(context.global, name, offered);
      offered.dispose();
    }
  }

  isAsked(): boolean {
    return this.waiting.length > 0;
  }

  /** When one of the questions is answered. */
  answered(): Promise<void> {
    return Promise.race(this.waiting);
  }

  end(): void {
    this.isOver = true;
    for (const one of this.open) one.dispose();
  }

  private ask(context: QuickJSContext, action: () => Promise<unknown>): QuickJSHandle {
    const deferred = context.newPromise();
    this.open.add(deferred);
    const told = (async () => action())().then(
      (value) => this.tell(context, deferred, value),
      (error: unknown) => {
        if (this.isOver) return;
        const failure = context.newError(error instanceof Error ? error.message : String(error));
        deferred.reject(failure);
        failure.dispose();
      },
    );
    const waiting: Promise<void> = told.finally(() => {
      this.waiting = this.waiting.filter((one) => one !== waiting);
    });
    this.waiting.push(waiting);
    return deferred.handle;
  }

  private tell(context: QuickJSContext, deferred: QuickJSDeferredPromise, value: unknown): void {
    if (this.isOver) return;
    const text = context.newString(JSON.stringify(value ?? null));
    const parse = context.unwrapResult(context.evalCode('(text) => JSON.parse(text)', 'host'));
    const given = context.unwrapResult(context.callFunction(parse, context.undefined, text));
    deferred.resolve(given);
    for (const handle of [text, parse, given]) handle.dispose();
  }
}

/** Node has it; its types do not. */
declare const WebAssembly: {
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => object;
};

const PAGE = 65_536;
/** Bytes that the engine begins with. */
const FIRST = 16 * 1024 * 1024;

/** The memory is the engine's own limit: what the scripts of one worker use is bounded, whatever they do. */
async function engineOf(memory: number): Promise<QuickJSWASMModule> {
  const wasmMemory = new WebAssembly.Memory({
    initial: FIRST / PAGE,
    maximum: Math.ceil(Math.max(FIRST, memory) / PAGE),
  });
  const loaded = (await import('@jitl/quickjs-wasmfile-release-sync')).default as unknown;
  const variant = loaded as QuickJSSyncVariant;
  return newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory }));
}

/** Without its types; lines stay where they are. */
function plain(text: string, inLibrary: boolean): string {
  try {
    return stripTypeScriptTypes(text);
  } catch (error) {
    throw new ScriptFailed(
      error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : String(error),
      undefined,
      inLibrary,
    );
  }
}

function dumped(context: QuickJSContext, error: QuickJSHandle): Error {
  const told = context.dump(error) as unknown;
  error.dispose();
  return failureOf(told);
}

/** `Error: message` with the topmost place in the script or its library. */
function failureOf(error: unknown): Error {
  if (error instanceof ScriptFailed) return error;
  // With no memory left there is none for the error either.
  if (error === undefined || error === null || error === '')
    return new ScriptFailed('it used more memory than a script may');
  if (typeof error !== 'object') return new ScriptFailed(`it threw ${shown(error)}`);
  const {
    name = 'Error',
    message = '',
    stack = '',
  } = error as { name?: string; message?: string; stack?: string };
  const place = /\b(script|library):(\d+)/.exec(stack);
  const text = name === 'Error' || name === 'QuickJSUnwrapError' ? message : `${name}: ${message}`;
  return place === null
    ? new ScriptFailed(text)
    : new ScriptFailed(text, Number(place[2]), place[1] === LIBRARY);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}
