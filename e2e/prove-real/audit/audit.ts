import type { Found, KeptConflict, PrivateRule, Told } from '../state.ts';
import { auditFields } from './fields.ts';
import { pairsOf } from './pairs.ts';
import { auditParts, auditTold } from './parts.ts';
import { auditTexts } from './texts.ts';
import type { Violation } from './violation.ts';

export interface Evidence {
  readonly found: Found;
  readonly told: Told;
  readonly conflicts: readonly KeptConflict[];
  readonly rule: PrivateRule;
}

/** Holds what the trackers have against what people did in them. Pure, and knows nothing of how Lockstep works. */
export function audit({ found, told, conflicts, rule }: Evidence): {
  readonly pairs: number;
  readonly violations: readonly Violation[];
} {
  const { pairs, violations } = pairsOf(found, told);
  const more = pairs.flatMap((pair) => [
    ...auditFields(pair, conflicts),
    ...auditTexts(pair, conflicts),
    ...auditParts(pair, rule),
  ]);
  return { pairs: pairs.length, violations: [...violations, ...more, ...auditTold(found, told)] };
}
