import { other, SIDES, tokenOf } from '../state.ts';
import type { Found, FoundItem, Side, Told } from '../state.ts';
import type { Violation } from './violation.ts';

export interface Pair extends Readonly<Record<Side, FoundItem>> {
  readonly token: string;
}

/** Items by their token: each has to stand exactly once on either side. */
export function pairsOf(found: Found, told: Told): { pairs: Pair[]; violations: Violation[] } {
  const violations: Violation[] = [];
  const byToken: Record<Side, Map<string, FoundItem[]>> = { redmine: new Map(), rt: new Map() };
  for (const side of SIDES) {
    for (const item of found[side]) {
      const token = tokenOf(item.fields.title);
      if (token === undefined) {
        violations.push({
          kind: 'lost',
          token: '?',
          side,
          what: `${item.url} has no token in its title any more`,
        });
      } else byToken[side].set(token, [...(byToken[side].get(token) ?? []), item]);
    }
  }
  const pairs: Pair[] = [];
  for (const token of new Set([...told.items, ...byToken.redmine.keys(), ...byToken.rt.keys()])) {
    const items = { redmine: byToken.redmine.get(token) ?? [], rt: byToken.rt.get(token) ?? [] };
    for (const side of SIDES) {
      const [, ...surplus] = items[side];
      for (const one of surplus)
        violations.push({ kind: 'duplicates', token, side, what: `${one.url} is there once too often` });
      if (items[side].length === 0) {
        const kept = items[other(side)].map((it) => it.url).join(', ');
        violations.push({
          kind: 'lost',
          token,
          side,
          what: `it is not here; on the other side: ${kept || 'neither'}`,
        });
      }
    }
    const [redmine] = items.redmine;
    const [rt] = items.rt;
    if (redmine !== undefined && rt !== undefined && items.redmine.length === 1 && items.rt.length === 1)
      pairs.push({ token, redmine, rt });
  }
  for (const pair of pairs) violations.push(...referencesOf(pair));
  return { pairs, violations };
}

function referencesOf(pair: Pair): Violation[] {
  return SIDES.filter((side) => pair[side].references.join(' ') !== pair[other(side)].url).map((side) => ({
    kind: 'diverged',
    token: pair.token,
    side,
    what: `refers to ${pair[side].references.join(' ') || 'nothing'}, its counterpart is ${pair[other(side)].url}`,
  }));
}
