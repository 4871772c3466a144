import { KINDS } from '../../packages/engine/src/simulation/kinds.ts';
import { generate } from '../../packages/engine/src/simulation/generate.ts';
import type { About } from '../../packages/engine/src/simulation/generate.ts';
import { play } from '../../packages/engine/src/simulation/play.ts';
import { shrink } from '../../packages/engine/src/simulation/shrink.ts';
import type { BatchResult } from './histories-worker.ts';
import { onAllCores } from './pool.ts';

/** Violating seeds that are shrunk and told, and those listed behind them; the others are counted. */
const TOLD = 5;
const LISTED = 50;
/** In so many, everything that can happen must have happened: a simulation that plays less than it says proves less. */
const ENOUGH = 1_500;

/** Plays so many histories from a first seed on, on all cores; the number that violated a promise, and of kinds that did not happen. */
export async function runHistories(
  first: number,
  histories: number,
  json: boolean,
  about: About = 'everything',
): Promise<number> {
  const started = performance.now();
  if (!json) console.log(`${histories} histories from seed ${first}`);
  const injected = new Map<string, number>();
  const bad: number[] = [];
  let deepest = 0;
  let leaks = 0;
  await onAllCores<BatchResult>(
    new URL('histories-worker.ts', import.meta.url),
    first,
    histories,
    (result) => {
      bad.push(...result.bad);
      leaks += result.leaks;
      deepest = Math.max(deepest, result.deepest);
      for (const [kind, count] of result.injected) injected.set(kind, (injected.get(kind) ?? 0) + count);
    },
    about,
  );
  const seconds = (performance.now() - started) / 1000;
  bad.sort((a, b) => a - b);
  for (const seed of bad.slice(0, TOLD)) await tell(seed, about);
  if (bad.length > TOLD) console.error(`and the seeds ${bad.slice(TOLD, TOLD + LISTED).join(', ')}`);
  const perSecond = Math.round(histories / seconds);
  const faultsInjected = Object.fromEntries([...injected].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  console.log(
    json
      ? JSON.stringify({
          histories,
          firstSeed: first,
          violations: bad.length,
          leaks,
          perSecond,
          faultsInjected,
          deepest,
        })
      : `${bad.length} violated a promise, ${leaks} things leaked; ${perSecond} a second; the deepest run had ${deepest} moments`,
  );
  const missing =
    histories < ENOUGH || about !== 'everything' ? [] : KINDS.filter((kind) => !injected.has(kind));
  for (const kind of missing) console.error(`“${kind}” did not happen in ${histories} histories`);
  return bad.length + missing.length;
}

/** Plays one history and prints its trace; the number of violations. */
export async function replay(seed: number, json: boolean, about: About): Promise<number> {
  const { violations, trace } = await play(generate(seed, about));
  if (!json) console.log(trace.join('\n'));
  if (violations.length > 0) await tell(seed, about);
  console.log(json ? JSON.stringify({ seed, violations }) : `seed ${seed}: ${violations.length} violations`);
  return violations.length;
}

async function tell(seed: number, about: About): Promise<void> {
  const shortest = await shrink(generate(seed, about));
  const { violations } = await play(shortest);
  console.error(
    `seed ${seed}, again: npm run simulate -- ${about === 'everything' ? '' : `--only ${about} `}--seed ${seed}`,
  );
  for (const violation of violations) console.error(`  ${violation}`);
  console.error(`  shortest history found, of ${shortest.steps.length} steps:`);
  const { quirks, skew } = shortest;
  console.error(`    ${JSON.stringify({ quirks, skew })}`);
  for (const step of shortest.steps) console.error(`    ${JSON.stringify(step)}`);
}
