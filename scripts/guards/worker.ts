import { registerHooks } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

export interface GuardTrial {
  /** Of the failure. */
  readonly name: string;
  readonly isGuarded: boolean;
}

export interface TrialResult {
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  /** The trial itself could not be made. */
  readonly problem?: string;
}

const ENGINE = new URL('../../packages/engine/src/', import.meta.url);
const trial = workerData as GuardTrial;
const { FAILURES } = await import('../../packages/engine/src/simulation/failures/index.ts');
const failure = FAILURES.find(({ name }) => name === trial.name);
if (failure === undefined) throw new Error(`there is no failure called “${trial.name}”`);
const { guard, history } = failure;
let replaced = 0;
if (!trial.isGuarded) {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (url !== new URL(guard.file, ENGINE).href) return loaded;
      const source = String(loaded.source);
      replaced = source.split(guard.text).length - 1;
      return { ...loaded, source: source.replace(guard.text, () => guard.without) };
    },
  });
}
const { play } = await import('../../packages/engine/src/simulation/play.ts');
const { violations, injected, trace } = await play(history);
const wanted = history.steps.flatMap((step) => (step.kind === 'run' ? step.faults : [])).length;
const struck = [...injected.values()].reduce((sum, count) => sum + count, 0);
parentPort?.postMessage({ violations, trace, ...problem() } satisfies TrialResult);

function problem(): { readonly problem?: string } {
  if (!trial.isGuarded && replaced !== 1)
    return { problem: `the guard's text is ${replaced} times in ${guard.file}, not once` };
  return trial.isGuarded && struck < wanted ? { problem: `${struck} of ${wanted} faults struck` } : {};
}
