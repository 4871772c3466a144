import type { Item } from '@lockstep/sdk';
import type { IntegrationConfiguration } from '../configuration/integration.ts';
import { other } from '../configuration/integration.ts';
import type { Pair } from '../ports/records.ts';
import { contextOf } from '../run/context.ts';
import type { RunContext, RunOptions, RunPorts } from '../run/context.ts';
import { previewNew, previewPair } from '../run/preview.ts';
import type { PlanEntry } from '../run/preview.ts';
import { expectedOf } from './expect.ts';
import { readItems } from './read-items.ts';
import { asReplaced } from '../run/replace.ts';
import { isChosen } from './request.ts';
import type { MigrationRequest } from './request.ts';
import { chosenOnly } from './terms.ts';

export interface MigrationPlan {
  readonly examined: number;
  readonly chosen: number;
  readonly pages: number;
  /** Chosen items by what becomes of them. */
  readonly counts: Readonly<Record<string, number>>;
  /** Why items are skipped or would be parked, the most frequent first. */
  readonly reasons: readonly { readonly action: string; readonly reason: string; readonly items: number }[];
  /** Some of the items, with what would be written. */
  readonly entries: readonly PlanEntry[];
  /** Names that no item answers to. */
  readonly unknown: readonly string[];
  /** False: only the first pages were read, the counts are lower bounds. */
  readonly complete: boolean;
}

export interface MigrationPlanOptions extends RunOptions {
  readonly request: MigrationRequest;
  readonly most: { readonly pages: number; readonly entries: number; readonly reasons: number };
}

/** What a migration would do now, counted page by page. Writes nothing, and holds no more than the options say. */
export async function planMigration(
  configuration: IntegrationConfiguration,
  ports: RunPorts,
  options: MigrationPlanOptions,
): Promise<MigrationPlan> {
  const { request, most } = options;
  const context = { ...contextOf(configuration, ports, options), migration: request };
  const counts: Record<string, number> = {};
  const reasons = new Map<string, { action: string; reason: string; items: number }>();
  const entries: PlanEntry[] = [];
  const unknown: string[] = [];
  const total = { examined: 0, chosen: 0, pages: 0 };
  let isComplete = true;
  for await (const page of readItems(context, request, {})) {
    options.signal.throwIfAborted();
    if (total.pages >= most.pages) {
      isComplete = false;
      break;
    }
    const chosen = page.items.filter((item) => isChosen(request, item));
    total.pages += 1;
    total.examined += page.items.length;
    total.chosen += chosen.length;
    unknown.push(...page.unknown);
    for (const one of await expectedOf(context, request, chosen)) {
      const isShown = entries.length < most.entries;
      const entry = one.action === 'skip' ? undefined : await entryOf(context, one.item, one.pair, isShown);
      if (entry !== undefined && isShown) entries.push(entry);
      const action = entry?.action ?? one.action;
      counts[action] = (counts[action] ?? 0) + 1;
      const reason = one.action === 'skip' ? one.reason : entry?.action === 'park' ? entry.reason : undefined;
      if (reason !== undefined) note(reasons, action, reason, most.reasons);
    }
  }
  return {
    ...total,
    counts,
    reasons: [...reasons.values()].toSorted((a, b) => b.items - a.items),
    entries,
    unknown,
    complete: isComplete,
  };
}

/** One item in detail. What replacing would write is only told of those that are shown: it costs a reading each. */
async function entryOf(
  context: RunContext & { readonly migration: MigrationRequest },
  item: Item,
  pair: Pair | undefined,
  isShown: boolean,
): Promise<PlanEntry | undefined> {
  const { from: side, alreadyMigrated } = context.migration;
  if (pair === undefined) return previewNew(context, { side, id: item.id, why: 'migration', item }, item);
  if (alreadyMigrated !== 'replace') return previewPair(context, side, item, pair);
  if (!isShown) return undefined;
  const to = other(side);
  const whole = context.compiled.typeOf(pair.left.type, pair.right.type);
  const target = await context.trackers[to].read(pair[to].id);
  if (whole === undefined || target === undefined) return previewPair(context, side, item, pair);
  const type = chosenOnly(whole, context.migration);
  await context.directory.prepare(type, side, item.fields);
  await context.directory.prepare(type, to, target.fields);
  const seen = { [side]: item, [to]: target };
  const entry = await previewPair(context, side, item, asReplaced(pair, type, side, seen, context.directory));
  const fields = entry.fields.map((field) => ({ ...field, reason: 'replaced by the migration' }));
  return entry.action === 'update' ? { ...entry, fields, reason: 'replaced by the migration' } : entry;
}

function note(
  reasons: Map<string, { action: string; reason: string; items: number }>,
  action: string,
  reason: string,
  most: number,
): void {
  const key = `${action} ${reason}`;
  const known = reasons.get(key);
  if (known !== undefined) known.items += 1;
  else if (reasons.size < most) reasons.set(key, { action, reason, items: 1 });
}
