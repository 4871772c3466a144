import type { Recovery, RecoveryBody, RecoveryPlan } from '@lockstep/api';
import type { Wanted, Wished } from '@lockstep/engine';
import { sql } from 'kysely';
import { ASKED_FOR } from '../audit/audit-log.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { Refusal } from '../integrations/refusal.ts';
import type { Sides } from '../integrations/sides.ts';
import type { ItemDesk } from '../items/item-desk.ts';
import { planRecovery } from '../jobs/plan-recovery.ts';
import type { Runner } from '../jobs/runner.ts';
import type { Db, Trx } from '../store/database.ts';
import type { IntegrationEntry } from '../store/integrations.ts';
import { markPairs } from '../store/resync.ts';
import { pairsChangedBy, readChanges, wishUndo } from '../store/undo.ts';
import { makeWishes, retryAnew } from '../store/wishes.ts';
import { choiceOf, chosenConflicts } from './chosen-conflicts.ts';
import type { ChosenItem } from './known-items.ts';
import { chosenItems, MOST, refuseTooMany } from './chosen-items.ts';

/** Items that a plan looks at; each costs a few readings. */
const MOST_SHOWN = 100;

/** One request, understood: how many it is about, how it is kept for the next run, and what a plan has to look at. */
interface Wish {
  readonly count: number;
  readonly skipped: number;
  keep(trx: Trx, who: string): Promise<void>;
  shown(who: string): Promise<readonly Wished[]>;
}

/** What people want of items that went wrong, or went other than they meant: kept as wishes, done by the next run. */
export class RecoveryDesk {
  private readonly parts: {
    readonly db: Db;
    readonly audit: AuditLog;
    readonly items: Pick<ItemDesk, 'locate'>;
    readonly runner: Pick<Runner, 'now'>;
    readonly sides: Sides;
  };
  constructor(parts: RecoveryDesk['parts']) {
    this.parts = parts;
  }

  /** Kept, with who asked, in one transaction; a run begins at once. Nothing is kept while the integration is disabled. */
  async recover(entry: IntegrationEntry, body: RecoveryBody, who: string): Promise<Recovery> {
    refuseDisabled(entry.enabled, entry.configuration.name);
    const wish = await this.understood(entry, body);
    const request = await this.ask(entry, body.action, who, async (trx) => {
      await wish.keep(trx, who);
      return noteOf(body, wish.count);
    });
    return { asked: wish.count, skipped: wish.skipped, request };
  }

  /**
   * Keeps what somebody asks for, as all desks do: in the transaction of its record in the audit log, never while the
   * integration is disabled; a run begins at once, whose request is returned. `keep` tells what the record is to say.
   */
  async ask(
    entry: IntegrationEntry,
    action: string,
    who: string,
    keep: (trx: Trx) => Promise<string>,
  ): Promise<string> {
    const { audit, runner } = this.parts;
    const { name } = entry.configuration;
    await audit.during(async (trx) => {
      const { rows } = await sql<{
        enabled: boolean;
      }>`select enabled from integration where id = ${entry.id} for share`.execute(trx);
      refuseDisabled(rows[0]?.enabled === true, name);
      const note = await keep(trx);
      const subject = { kind: 'integration', name };
      await audit.record({ who, action: `${ASKED_FOR}${action}`, subject, note }, trx);
    });
    return runner.now(entry.id, { force: false, who });
  }

  /** What it would do, as things stand; also while the integration is disabled. */
  async plan(
    entry: IntegrationEntry,
    body: RecoveryBody,
    who: string,
    signal: AbortSignal,
  ): Promise<RecoveryPlan> {
    const wish = await this.understood(entry, body);
    const shown = (await wish.shown(who)).slice(0, MOST_SHOWN);
    const plan = await planRecovery(this.parts, entry, shown, signal);
    return { chosen: wish.count, skipped: wish.skipped, shown: shown.length, ...plan };
  }

  private async understood(entry: IntegrationEntry, body: RecoveryBody): Promise<Wish> {
    if (body.action === 'resolve') return this.resolution(entry, body);
    if (body.action === 'undo') return this.undo(entry, body);
    const chosen = await chosenItems(this.parts, entry, body);
    const isPossible = body.action === 'recreate' ? isFailedCreation : isPaired;
    const possible = chosen.filter(isPossible);
    const not = chosen.find((one) => !isPossible(one));
    if (not !== undefined && body.items !== undefined) throw impossible(body.action, not);
    const skipped = chosen.length - possible.length;
    const pairs = [...new Set(possible.flatMap(({ pairId }) => pairId ?? []))];
    const one = <T>(list: readonly T[]): readonly T[] => list.slice(0, MOST_SHOWN);
    if (body.action === 'recreate')
      return {
        count: possible.length,
        skipped,
        keep: (trx, who) => retryAnew(trx, entry.id, possible, who),
        shown: async () => one(possible).map(({ side, id }) => ({ side, id })),
      };
    const firstOf = (pairId: string) => possible.find((item) => item.pairId === pairId) as ChosenItem;
    if (body.action === 'resync')
      return {
        count: pairs.length,
        skipped,
        keep: (trx, who) => markPairs(trx, entry.id, pairs, { asked: 'resync', who }),
        shown: async () =>
          one(pairs)
            .map(firstOf)
            .map(({ side, id }) => ({ side, id })),
      };
    const wanted = { kind: 'hard-resync', from: body.from } as const;
    return {
      count: pairs.length,
      skipped,
      keep: (trx, who) =>
        makeWishes(
          trx,
          entry.id,
          who,
          pairs.map((pairId) => ({ pairId, wanted })),
        ),
      shown: async () =>
        one(pairs)
          .map(firstOf)
          .map(({ side, id }) => ({ side, id, wanted })),
    };
  }

  private async resolution(
    entry: IntegrationEntry,
    body: Extract<RecoveryBody, { action: 'resolve' }>,
  ): Promise<Wish> {
    const { db } = this.parts;
    const choice = choiceOf(body);
    const conflicts = await chosenConflicts(db, entry.id, body);
    const wishes = conflicts.map((conflict) => {
      const wanted: Wanted = { kind: 'resolve', conflict, choice };
      return { pairId: conflict.pairId, wanted };
    });
    return {
      count: wishes.length,
      skipped: 0,
      keep: (trx, who) => makeWishes(trx, entry.id, who, wishes),
      shown: async () => {
        const first = wishes.slice(0, MOST_SHOWN);
        const { rows } = await sql<{ id: string; left: string }>`
          select id, left_id as "left" from pair where integration_id = ${entry.id}
            and id = any(${first.map(({ pairId }) => pairId)}::text[])`.execute(db);
        const ids = new Map(rows.map(({ id, left }) => [id, left]));
        return first.flatMap(({ pairId, wanted }): Wished[] => {
          const id = ids.get(pairId);
          return id === undefined ? [] : [{ side: 'left', id, wanted }];
        });
      },
    };
  }

  private async undo(
    entry: IntegrationEntry,
    { run, items }: Extract<RecoveryBody, { action: 'undo' }>,
  ): Promise<Wish> {
    const { db } = this.parts;
    if (run === undefined && items === undefined)
      throw new Refusal(
        400,
        'invalid-request',
        'it has to be said what is to be undone',
        'Give a run, items, or both.',
      );
    const pairIds =
      items === undefined
        ? await pairsChangedBy(db, entry.id, run ?? '', MOST + 1)
        : (await chosenItems(this.parts, entry, { items })).flatMap((item) => {
            if (!isPaired(item)) throw impossible('undo', item);
            return item.pairId ?? [];
          });
    refuseTooMany(pairIds.length);
    const of = run === undefined ? 'all its changes' : `run ${run}`;
    const first = await readChanges(db, entry.id, pairIds.slice(0, MOST_SHOWN), run);
    if (first.length === 0 && pairIds.length <= MOST_SHOWN)
      throw new Refusal(
        409,
        'nothing-to-undo',
        `nothing that can be undone was changed by ${run === undefined ? 'the sync' : `run ${run}`}`,
        'Creations, comments and files are not undone, nor is what old records have gone with.',
      );
    return {
      count: pairIds.length,
      skipped: 0,
      keep: async (trx, who) => void (await wishUndo(trx, entry.id, { who, of, pairIds, runId: run })),
      shown: async () =>
        first.map(({ leftId, entries }) => ({
          side: 'left',
          id: leftId,
          wanted: { kind: 'undo', of, entries },
        })),
    };
  }
}

function isPaired({ pairId }: ChosenItem): boolean {
  return pairId !== null;
}

function isFailedCreation({ pairId, isParked }: ChosenItem): boolean {
  return pairId === null && isParked;
}

function impossible(action: string, { side, key, pairId }: ChosenItem): Refusal {
  if (action !== 'recreate')
    return new Refusal(
      409,
      'no-counterpart',
      `the ${side} item “${key}” has no counterpart, so there is nothing to ${action === 'undo' ? 'undo' : `${action} it with`}`,
      'If its creation failed, recreate it; `lockstep item NAME` tells why it has none.',
    );
  return pairId === null
    ? new Refusal(
        409,
        'nothing-failed',
        `the ${side} item “${key}” has no failed creation`,
        '`lockstep item NAME` tells why it has no counterpart; a change of it, or of the mapping, is looked at by the next run.',
      )
    : new Refusal(
        409,
        'has-counterpart',
        `the ${side} item “${key}” has a counterpart, and is not created again`,
        'Resync it; or hard resync it, if the other side is to be overwritten.',
      );
}

function refuseDisabled(isEnabled: boolean, name: string): void {
  if (isEnabled) return;
  throw new Refusal(
    409,
    'integration-disabled',
    `integration “${name}” is disabled, so nothing runs and nothing is kept for later`,
    `Enable it first (lockstep enable ${name}); a plan can be made all the same.`,
  );
}

function noteOf(body: RecoveryBody, count: number): string {
  const names = 'items' in body && body.items !== undefined ? `: ${body.items.slice(0, 10).join(', ')}` : '';
  const run = 'run' in body && body.run !== undefined ? `, run ${body.run}` : '';
  return `${count} ${count === 1 ? 'item' : 'items'}${run}${names}`;
}
