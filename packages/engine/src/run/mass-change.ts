import type { RunContext } from './context.ts';
import { preview } from './preview.ts';
import { readAll } from './spool.ts';

/** The plan would delete, close or overwrite more of the scope than allowed: nothing was written. */
export class BrakePulled extends Error {
  constructor(affected: number, pairs: number, limit: number) {
    super(
      `the plan overwrites, closes or deletes ${affected} of ${pairs} paired items; the brake stands at ${limit}`,
    );
    this.name = 'BrakePulled';
  }
}

/** Plans everything spooled before the first write, when there is enough of it to matter. */
export async function brakeMassChange(context: RunContext): Promise<void> {
  const { brakes } = context.compiled.configuration;
  const atLeast = brakes?.atLeast ?? 20;
  if (context.options.force === true || (await context.store.spooled()) < atLeast) return;
  const pairs = await context.store.countPairs();
  if (pairs === 0) return;
  const limit = Math.max(atLeast, Math.ceil(pairs * (brakes?.share ?? 0.1)));
  const affected = new Set<string>();
  for await (const change of readAll(context.store)) {
    if (change.item === undefined && change.why !== 'deleted') continue;
    const entry = await preview(context, change);
    if (entry.destructive) affected.add(entry.left?.url ?? entry.right?.url ?? change.id);
  }
  if (affected.size > limit) throw new BrakePulled(affected.size, pairs, limit);
}
