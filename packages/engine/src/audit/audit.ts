import type { Both, IntegrationConfiguration, Side } from '../configuration/integration.ts';
import type { Pair, PartPair } from '../ports/records.ts';
import { contextOf } from '../run/context.ts';
import type { RunContext, RunOptions, RunPorts } from '../run/context.ts';
import { look, looksSame } from './look.ts';
import type { Look } from './look.ts';
import type { DriftFinding } from './finding.ts';
import { countUnpaired } from './unpaired-parts.ts';

/** How far an audit has come, and what it has counted; plain data, kept after every page. */
export interface AuditPosition {
  /** Behind which pair it goes on; absent at the beginning. */
  readonly after?: string;
  /** Active pairs when it began. */
  readonly total: number;
  readonly compared: number;
  readonly equal: number;
  readonly differing: number;
  readonly missing: number;
  /** Kept changing while they were looked at, or cannot be compared now. */
  readonly undecided: number;
  /** Seen in items that were read and not in a pair of their own; of trackers that give them with the item. */
  readonly unpaired: { readonly comments: number; readonly attachments: number };
  readonly requests: Both<number>;
  /** Milliseconds at work. */
  readonly spent: number;
}

export function beginningOf(total: number): AuditPosition {
  return {
    total,
    compared: 0,
    equal: 0,
    differing: 0,
    missing: 0,
    undecided: 0,
    unpaired: { comments: 0, attachments: 0 },
    requests: { left: 0, right: 0 },
    spent: 0,
  };
}

/** What an audit reads and keeps. */
export interface AuditStore {
  /** Active pairs in the order of their ids, behind one. */
  pairs(after: string | undefined, limit: number): Promise<readonly Pair[]>;
  /** Comments and files that are paired; one statement. */
  parts(pairIds: readonly string[]): Promise<ReadonlyMap<string, readonly PartPair[]>>;
  /** Everything up to this position is compared; both are kept, or neither. */
  advance(position: AuditPosition, findings: readonly DriftFinding[]): Promise<void>;
}

export interface AuditOptions extends RunOptions {
  readonly position: AuditPosition;
}

/** Pairs read together. */
const TOGETHER = 50;
/** Looks at a pair that is not in agreement before it is given up as one that keeps changing. */
const LOOKS = 4;

/**
 * Compares pairs with what both trackers have now, from a position on, until all are through (true) or it is stopped, after
 * the pairs in hand. Writes nothing to them, and needs no lease: what is seen to differ is looked at again, so that neither
 * people nor runs at work are mistaken for drift. It may die anywhere: the next goes on from the position kept last.
 */
export async function auditPairs(
  configuration: IntegrationConfiguration,
  ports: RunPorts & { readonly audit: AuditStore },
  options: AuditOptions,
): Promise<boolean> {
  const context = contextOf(configuration, ports, options);
  let { position } = options;
  for (;;) {
    options.signal.throwIfAborted();
    if (options.stop.aborted) return false;
    const began = context.clock.now();
    const before = requestsOf(context);
    const pairs = await ports.audit.pairs(position.after, TOGETHER);
    const last = pairs.at(-1);
    if (last === undefined) return true;
    const findings: DriftFinding[] = [];
    const unpaired = { ...position.unpaired };
    const parts = await ports.audit.parts(pairs.map(({ id }) => id));
    const looks = await compare(context, pairs);
    for (const one of looks) {
      if (one.finding !== undefined) findings.push(one.finding);
      const more = countUnpaired(one, parts.get(one.pair.id) ?? []);
      unpaired.comments += more.comments;
      unpaired.attachments += more.attachments;
    }
    const count = (result: DriftFinding['result']): number =>
      findings.filter((one) => one.result === result).length;
    const sent = requestsOf(context);
    position = {
      ...position,
      after: last.id,
      compared: position.compared + looks.length,
      equal: position.equal + looks.length - findings.length,
      differing: position.differing + count('differing'),
      missing: position.missing + count('missing'),
      undecided: position.undecided + count('undecided'),
      unpaired,
      requests: {
        left: position.requests.left + sent.left - before.left,
        right: position.requests.right + sent.right - before.right,
      },
      spent: position.spent + context.clock.now() - began,
    };
    await ports.audit.advance(position, findings);
    ports.progress?.({ phase: 'apply', done: position.compared, total: position.total });
  }
}

/** Looks at all of them, and again at those that do not agree, until two looks in a row have seen the same. */
async function compare(context: RunContext, pairs: readonly Pair[]): Promise<readonly Look[]> {
  const ended: Look[] = [];
  let open: readonly Look[] = await look(context, pairs);
  for (let looks = 1; open.length > 0; looks += 1) {
    ended.push(...open.filter(({ finding }) => finding === undefined));
    const suspect = open.filter(({ finding }) => finding !== undefined);
    if (suspect.length === 0) break;
    const now = await look(context, await current(context, suspect));
    const again: Look[] = [];
    for (const one of now) {
      const before = suspect.find(({ pair }) => pair.id === one.pair.id);
      if (one.finding === undefined || (before !== undefined && looksSame(before, one))) ended.push(one);
      else if (looks + 1 >= LOOKS) ended.push(keepsChanging(one));
      else again.push(one);
    }
    open = again;
  }
  return ended;
}

/** As the store has them now; what was unlinked meanwhile is no pair any more. */
async function current(context: RunContext, looks: readonly Look[]): Promise<readonly Pair[]> {
  const known = await context.store.pairs(
    'left',
    looks.map(({ pair }) => pair.left.id),
  );
  return looks.flatMap(({ pair }) => {
    const now = known.get(pair.left.id);
    return now?.id === pair.id && now.state === 'active' ? [now] : [];
  });
}

function keepsChanging(one: Look): Look {
  if (one.finding === undefined) return one;
  const reason = 'one of the two items changed each time it was looked at';
  return { ...one, finding: { ...one.finding, result: 'undecided', why: 'changing', reason, fields: [] } };
}

function requestsOf(context: RunContext): Record<Side, number> {
  return { left: context.trackers.left.requests, right: context.trackers.right.requests };
}
