import type { Item } from '@lockstep/sdk';
import type { Pair } from '../ports/records.ts';
import type { RunContext } from '../run/context.ts';
import { ruleFailed } from '../run/rules.ts';
import { other } from '../configuration/integration.ts';
import { decide } from './request.ts';
import type { Decision, MigrationRequest } from './request.ts';

export type Expected = Decision & { readonly item: Item; readonly pair: Pair | undefined };

/** What becomes of chosen items, as far as can be told without asking either tracker; one statement. */
export async function expectedOf(
  context: RunContext,
  request: MigrationRequest,
  chosen: readonly Item[],
): Promise<readonly Expected[]> {
  if (chosen.length === 0) return [];
  const pairs = await context.store.pairs(
    request.from,
    chosen.map((item) => item.id),
  );
  return chosen.map((item) => {
    const pair = pairs.get(item.id);
    return { ...(keptOut(context, request, item, pair) ?? decide(request, pair)), item, pair };
  });
}

/** The rule of the integration that keeps an item without a counterpart out. */
function keptOut(
  context: RunContext,
  request: MigrationRequest,
  item: Item,
  pair: Pair | undefined,
): Decision | undefined {
  // What carries a marker may be a copy of ours, which is paired again whatever the rules say.
  if (pair !== undefined || item.marker !== undefined) return undefined;
  const type = context.compiled.typeFor(request.from, item);
  const reason =
    type === undefined
      ? context.compiled.whyNoType(request.from, item)
      : (ruleFailed(context, request.from, item, 'new', true) ??
        (type.mapping.create?.[other(request.from)] === false
          ? `the mapping creates nothing on the ${other(request.from)} side`
          : undefined));
  return reason === undefined ? undefined : { action: 'skip', reason };
}
