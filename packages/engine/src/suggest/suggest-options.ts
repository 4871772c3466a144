import type { FieldDefinition, OptionDefinition } from '@lockstep/sdk';
import type { Both, OptionRow, Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import { folded, likeness, urgencyOf } from './words.ts';

export interface SuggestedOptions {
  /** Absent: each option has one of the same title on the other side. */
  readonly options?: readonly OptionRow[];
  /** So large a table is left out where titles are the same. */
  readonly missing?: Both<'text'>;
  /** Titles of options without a counterpart. */
  readonly unmatched: Both<readonly string[]>;
}

/** Rows that people can read at a glance; a larger table leaves titles that are the same to themselves. */
const READABLE = 40;
/** Below it, two options are not taken for the same. */
const LEAST = 0.35;

interface Match {
  readonly left: OptionDefinition;
  readonly right: OptionDefinition;
  readonly surely: number;
}

/** A table between the options of two fields: the surest counterpart of each, the surest first for the way back. */
export function suggestOptions(definition: Both<FieldDefinition>): SuggestedOptions {
  const options = { left: definition.left.options ?? [], right: definition.right.options ?? [] };
  const all = new Map<string, Match>();
  const found = { left: new Map<string, Match>(), right: new Map<string, Match>() };
  for (const from of SIDES) {
    for (const [id, match] of bestOf(from, options, definition)) {
      found[from].set(id, match);
      all.set(`${match.left.id}\u0000${match.right.id}`, match);
    }
  }
  const rows = [...all.values()].toSorted((a, b) => b.surely - a.surely);
  const unmatched = (side: Side): string[] =>
    options[side].filter(({ id }) => !found[side].has(id)).map(({ title }) => title);
  const told = { left: unmatched('left'), right: unmatched('right') };
  const others = rows.filter((row) => !isSame(row.left.title, row.right.title));
  if (others.length === 0) return { unmatched: told };
  const isLarge = rows.length > READABLE;
  return {
    options: (isLarge ? others : rows).map(({ left, right }) => ({ left: left.title, right: right.title })),
    ...(isLarge ? { missing: { left: 'text', right: 'text' } as const } : {}),
    unmatched: told,
  };
}

/** Titles that the engine itself takes for the same. */
function isSame(left: string, right: string): boolean {
  return left.trim().toLocaleLowerCase('en') === right.trim().toLocaleLowerCase('en');
}

function bestOf(
  from: Side,
  options: Both<readonly OptionDefinition[]>,
  definition: Both<FieldDefinition>,
): Map<string, Match> {
  const to = other(from);
  const isStatus = definition.left.kind === 'status' && definition.right.kind === 'status';
  const byWords = new Map(options[to].toReversed().map((option) => [folded(option.title), option]));
  const likenessOf = isStatus ? ofStatus : ofOption;
  // Names of many options are places, products or people: what is alike there is not the same.
  const isFew = options.left.length <= READABLE && options.right.length <= READABLE;
  const spokenFor = new Set(
    isFew
      ? options[to]
          .filter((one) => options[from].some((another) => likeness(one.title, another.title) >= 0.9))
          .map(({ id }) => id)
      : [],
  );
  const result = new Map<string, Match>();
  for (const option of options[from]) {
    const same = byWords.get(folded(option.title));
    let best: { readonly option: OptionDefinition; readonly surely: number } | undefined;
    if (same !== undefined) best = { option: same, surely: 1 };
    else if (isFew)
      for (const candidate of options[to]) {
        const alike = likenessOf(option, candidate);
        const surely = alike < 0.9 && spokenFor.has(candidate.id) ? alike - 0.1 : alike;
        if (surely > (best?.surely ?? LEAST)) best = { option: candidate, surely };
      }
    if (best === undefined) continue;
    const pair =
      from === 'left' ? { left: option, right: best.option } : { left: best.option, right: option };
    result.set(option.id, { ...pair, surely: best.surely });
  }
  return result;
}

/** Names decide; where they do not, work that is over never becomes work that is not. */
function ofStatus(one: OptionDefinition, another: OptionDefinition): number {
  const known = one.closed !== undefined && another.closed !== undefined;
  if (known && one.closed !== another.closed) return 0;
  // “Open” is where work begins in some trackers and goes on in others.
  const names = likeness(one.title, another.title);
  const words = [folded(one.title), folded(another.title)];
  const opened = !words.includes('open')
    ? 0
    : words.includes('in progress')
      ? 0.65
      : words.includes('new')
        ? 0.6
        : 0;
  return Math.max(names, opened, known ? 0.5 : 0);
}

function ofOption(one: OptionDefinition, another: OptionDefinition): number {
  const [a, b] = [urgencyOf(one.title), urgencyOf(another.title)];
  const near = a === undefined || b === undefined ? 0 : 0.95 - Math.abs(a - b);
  return Math.max(likeness(one.title, another.title), near);
}
