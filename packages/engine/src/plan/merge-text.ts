import { diff3Merge, merge } from 'node-diff3';

export interface MergedText {
  readonly text: string;
  /** Overlapping hunks decided by the winner. */
  readonly overlaps: number;
}

/** Three-way merge by line; where hunks overlap the winner's hunk stands. */
export function mergeText(base: string, left: string, right: string, winner: 'left' | 'right'): MergedText {
  let overlaps = 0;
  const lines: string[] = [];
  for (const region of diff3Merge(left.split('\n'), base.split('\n'), right.split('\n'), {
    excludeFalseConflicts: true,
  })) {
    if (region.ok !== undefined) lines.push(...region.ok);
    else if (region.conflict !== undefined) {
      overlaps += 1;
      lines.push(...(winner === 'left' ? region.conflict.a : region.conflict.b));
    }
  }
  return { text: lines.join('\n'), overlaps };
}

/**
 * The edit `fromBase → text` made on `toBase` instead: the two sides' bases differ where a conversion lost something,
 * and what nobody changed is never rewritten. Undefined when the edit does not fit.
 */
export function rebaseText(text: string, fromBase: string, toBase: string): string | undefined {
  if (fromBase === toBase) return text;
  const merged = merge(text.split('\n'), fromBase.split('\n'), toBase.split('\n'));
  return merged.conflict ? undefined : merged.result.join('\n');
}
