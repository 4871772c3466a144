import { registerHooks } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { NamedFailure } from '../../packages/engine/src/simulation/failures/failure.ts';

/** Some failures, played with all guards in place, or one without its own. */
export interface Trial {
  readonly names: readonly string[];
  readonly isGuarded: boolean;
}

export interface TrialResult {
  readonly name: string;
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  /** The trial itself could not be made. */
  readonly problem?: string;
}

const PACKAGES = new URL('../../packages/', import.meta.url);
const { names, isGuarded } = workerData as Trial;
const { FAILURES } = await import('../../packages/engine/src/simulation/failures/index.ts');
const chosen = names.map((name) => {
  const failure = FAILURES.find((one) => one.name === name);
  if (failure === undefined) throw new Error(`there is no failure called “${name}”`);
  return failure;
});
let replaced = 0;
const [guard] = isGuarded ? [] : chosen.map((failure) => failure.guard);
if (guard !== undefined) {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (url !== new URL(guard.file, PACKAGES).href) return loaded;
      const source = String(loaded.source);
      replaced = source.split(guard.text).length - 1;
      return { ...loaded, source: source.replace(guard.text, () => guard.without) };
    },
  });
}
for (const failure of chosen) {
  const result = await playOne(failure);
  const problem =
    guard !== undefined && replaced !== 1
      ? `the guard's text is ${replaced} times in ${guard.file}, not once`
      : result.problem;
  parentPort?.postMessage({ ...result, ...(problem === undefined ? {} : { problem }) });
}

async function playOne(failure: NamedFailure): Promise<TrialResult> {
  const { name } = failure;
  if ('play' in failure) return { name, violations: await failure.play(), trace: [] };
  const { play } = await import('../../packages/engine/src/simulation/play.ts');
  const { violations, injected, trace } = await play(failure.history);
  const wanted = failure.history.steps.flatMap((step) => (step.kind === 'run' ? step.faults : [])).length;
  const struck = [...injected.values()].reduce((sum, count) => sum + count, 0);
  const problem = isGuarded && struck < wanted ? `${struck} of ${wanted} faults struck` : undefined;
  return { name, violations, trace, ...(problem === undefined ? {} : { problem }) };
}
