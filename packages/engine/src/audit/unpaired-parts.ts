import type { Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import type { PartPair } from '../ports/records.ts';
import { carries } from '../run/carry-parts.ts';
import type { Look } from './look.ts';

/** Public comments and files that the mapping carries and that have no counterpart; of items that came with theirs. Pure. */
export function countUnpaired(
  { seen, type }: Look,
  parts: readonly PartPair[],
): { readonly comments: number; readonly attachments: number } {
  const count = (kind: 'comments' | 'attachments', side: Side): number => {
    const mapping = type?.mapping[kind];
    if (mapping === undefined || !carries(mapping.direction, other(side))) return 0;
    const paired = new Set(parts.map((part) => part[side].id));
    const list = seen[side]?.[kind] ?? [];
    return list.filter(({ id, visibility = 'public' }) => visibility === 'public' && !paired.has(id)).length;
  };
  const sum = (kind: 'comments' | 'attachments'): number =>
    SIDES.reduce((total, side) => total + count(kind, side), 0);
  return { comments: sum('comments'), attachments: sum('attachments') };
}
