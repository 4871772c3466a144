import { onAllCores } from './pool.ts';

/** Random three-way states, planned and applied; the number of violations. */
export async function runPlannerCases(first: number, cases: number, json: boolean): Promise<number> {
  const violations: string[] = [];
  const started = performance.now();
  await onAllCores<string[]>(
    new URL('planner-worker.ts', import.meta.url),
    first,
    cases,
    (found) => void violations.push(...found),
  );
  const seconds = (performance.now() - started) / 1000;
  for (const violation of violations.slice(0, 10)) {
    const seed = /seed (\d+)/.exec(violation)?.[1] ?? '';
    console.error(`${violation}\n  again: npm run simulate -- planner --seed ${seed}`);
  }
  const perSecond = Math.round(cases / seconds);
  console.log(
    json
      ? JSON.stringify({ cases, firstSeed: first, violations: violations.length, perSecond })
      : `${cases} cases from seed ${first} in ${seconds.toFixed(1)} s: ${violations.length} violations`,
  );
  return violations.length;
}
