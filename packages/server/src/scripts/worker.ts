import { parentPort } from 'node:worker_threads';
import { Sandbox, ScriptFailed, type HostFunction, type ScriptLimits } from './sandbox.ts';

/** What the server asks of the worker that plays an integration's script. */
export type Order =
  | {
      readonly order: 'open';
      readonly texts: { readonly script: string; readonly library: string };
      readonly limits: ScriptLimits;
    }
  | {
      readonly order: 'call';
      readonly hook: string;
      readonly given: unknown;
      readonly host: readonly string[];
    }
  | {
      readonly order: 'answer';
      readonly question: number;
      readonly value?: unknown;
      readonly failure?: string;
    };

/** What the worker tells back. Each `open` and `call` ends with one `done` or `failed`; `isUnfit`: it can do no more. */
export type Told =
  | { readonly told: 'done'; readonly value: unknown; readonly isUnfit: boolean }
  | {
      readonly told: 'failed';
      readonly reason: string;
      readonly line: number | undefined;
      readonly inLibrary: boolean;
      readonly isUnfit: boolean;
    }
  | { readonly told: 'log'; readonly text: string }
  | {
      readonly told: 'asks';
      readonly question: number;
      readonly name: string;
      readonly given: readonly unknown[];
    };

const port = parentPort;
if (port === null) throw new Error('this is a worker');
const tell = (told: Told): void => port.postMessage(told);

let sandbox: Sandbox | undefined;
let questions = 0;
const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();

port.on('message', (order: Order) => {
  if (order.order === 'answer') return answer(order);
  follow(order).then(
    (value) => tell({ told: 'done', value, isUnfit: sandbox?.isUnfit === true }),
    (error: unknown) => {
      const failed =
        error instanceof ScriptFailed
          ? error
          : new ScriptFailed(error instanceof Error ? error.message : String(error));
      const { reason, line, inLibrary } = failed;
      tell({ told: 'failed', reason, line, inLibrary, isUnfit: sandbox?.isUnfit === true });
    },
  );
});

async function follow(order: Exclude<Order, { order: 'answer' }>): Promise<unknown> {
  if (order.order === 'open') {
    sandbox = await Sandbox.open(order.texts, order.limits);
    return sandbox.hooks;
  }
  if (sandbox === undefined) throw new Error('no script was opened');
  const { hook, given } = order;
  const host = Object.fromEntries(order.host.map((name) => [name, ask(name)]));
  return sandbox.call({ hook, given, host, log: (text) => tell({ told: 'log', text }) });
}

function ask(name: string): HostFunction {
  return (...given) =>
    new Promise((resolve, reject) => {
      const question = (questions += 1);
      waiting.set(question, { resolve, reject });
      tell({ told: 'asks', question, name, given });
    });
}

function answer({ question, value, failure }: Extract<Order, { order: 'answer' }>): void {
  const one = waiting.get(question);
  waiting.delete(question);
  if (failure === undefined) one?.resolve(value);
  else one?.reject(new Error(failure));
}
