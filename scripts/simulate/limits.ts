import { generate } from '../../packages/engine/src/simulation/generate.ts';
import type { Fault, History, PersonStep, Step } from '../../packages/engine/src/simulation/history.ts';
import { ALL_LIMITS, LIMITS } from '../../packages/engine/src/simulation/limits.ts';
import type { Limit } from '../../packages/engine/src/simulation/limits.ts';
import { play } from '../../packages/engine/src/simulation/play.ts';
import { Chance } from '../../packages/engine/src/testing/chance.ts';

/** Above the marks of any history. */
const FIRST_MARK = 1_000;
const VERSIONING = ['compare-and-set', 'exact', 'timestamp'] as const;

/**
 * Plays the same histories on every class of trackers, in each run with a person who writes at the worst moment and an
 * answer that is lost, and counts those that break a promise when no allowance is made
 * for a limit; the number that break one though all allowances are made.
 */
export async function measureLimits(first: number, histories: number, json: boolean): Promise<number> {
  const classes: Record<string, Record<Limit, number>> = {};
  let violations = 0;
  for (const marker of [true, false]) {
    for (const versioning of VERSIONING) {
      const broken = Object.fromEntries(Object.keys(LIMITS).map((limit) => [limit, 0])) as Record<
        Limit,
        number
      >;
      for (let seed = first; seed < first + histories; seed += 1) {
        const history = harder(on(generate(seed), { marker, versioning }));
        if ((await play(history, new Set())).violations.length === 0) continue;
        for (const limit of ALL_LIMITS) {
          const others = new Set([...ALL_LIMITS].filter((one) => one !== limit));
          if ((await play(history, others)).violations.length > 0) broken[limit] += 1;
        }
        violations += (await play(history)).violations.length > 0 ? 1 : 0;
      }
      const name = `${marker ? 'marker' : 'no marker'}, ${versioning}`;
      classes[name] = broken;
      if (!json) console.log(`${name}: ${told(broken)}`);
    }
  }
  if (json)
    console.log(JSON.stringify({ historiesPerClass: histories, firstSeed: first, violations, classes }));
  else {
    console.log(
      `of ${histories} histories each, from seed ${first}; ${violations} broke a promise beyond these:`,
    );
    for (const [limit, reason] of Object.entries(LIMITS)) console.log(`  ${limit}: ${reason}`);
  }
  return violations;
}

function on(history: History, manners: Pick<History['quirks']['left'], 'marker' | 'versioning'>): History {
  const { left, right } = history.quirks;
  return { ...history, quirks: { left: { ...left, ...manners }, right: { ...right, ...manners } } };
}

/** In each run somebody edits an item while we write to its side, and the answer to that write is lost. */
function harder(history: History): History {
  const chance = new Chance(history.seed);
  const steps = history.steps.map((step, index): Step => {
    if (step.kind !== 'run') return step;
    const side = chance.pick(['left', 'right'] as const);
    const edit: PersonStep = {
      side,
      by: chance.below(2),
      kind: 'title',
      item: chance.below(2),
      mark: FIRST_MARK + index,
    };
    const on = `${side} write`;
    const worst: readonly Fault[] = [
      { at: 0, on, kind: 'person meanwhile', step: edit },
      { at: 0, on, kind: 'answer lost after' },
    ];
    return { kind: 'run', faults: [...worst, ...(step.faults ?? [])] };
  });
  return { ...history, steps };
}

function told(broken: Readonly<Record<Limit, number>>): string {
  return Object.entries(broken)
    .map(([limit, count]) => `${limit} ${count}`)
    .join(' · ');
}
