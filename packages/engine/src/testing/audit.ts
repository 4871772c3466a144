import type { AuditPosition, AuditStore } from '../audit/audit.ts';
import type { DriftFinding } from '../audit/finding.ts';
import type { StoredState } from './store.ts';

/** What an audit has kept. */
export interface AuditKept {
  position?: AuditPosition;
  readonly findings: DriftFinding[];
}

/** `onPage` hears of each page once it is kept. */
export function memoryAudit(
  state: StoredState,
  kept: AuditKept,
  onPage: (position: AuditPosition) => void = () => undefined,
): AuditStore {
  return {
    pairs: async (after, limit) =>
      [...state.pairs.values()]
        .filter((pair) => pair.state === 'active' && (after === undefined || pair.id > after))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit),
    parts: async (ids) => new Map(ids.map((id) => [id, state.parts.get(id) ?? []])),
    advance: async (position, findings) => {
      kept.position = position;
      kept.findings.push(...findings);
      onPage(position);
    },
  };
}
