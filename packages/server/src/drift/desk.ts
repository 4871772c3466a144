import type { DriftAudit, DriftFinding, DriftRepair, RepairBody } from '@lockstep/api';
import type { DriftFinding as Found, FieldDifference, Side } from '@lockstep/engine';
import { SIDES } from '@lockstep/engine';
import { sql } from 'kysely';
import { Refusal } from '../integrations/refusal.ts';
import type { Vocabulary } from '../items/vocabulary.ts';
import { systemRandom } from '../jobs/clock.ts';
import type { RecoveryDesk } from '../recovery/desk.ts';
import type { Db, Trx } from '../store/database.ts';
import { listFindings, noteRepairs } from '../store/drift-audits.ts';
import type { DriftAuditEntry, DriftAudits } from '../store/drift-audits.ts';
import type { IntegrationEntry } from '../store/integrations.ts';
import { markPairs } from '../store/resync.ts';
import { makeWishes } from '../store/wishes.ts';
import type { Auditor } from './auditor.ts';
import { shownAudit, shownFinding } from './shown.ts';

/** Findings handled together. */
const TOGETHER = 500;

/** Drift audits as people ask for them. */
export class DriftDesk {
  private readonly parts: {
    readonly db: Db;
    readonly audits: DriftAudits;
    readonly auditor: Pick<Auditor, 'look' | 'halt'>;
    readonly vocabulary: Vocabulary;
    readonly recovery: Pick<RecoveryDesk, 'ask'>;
  };
  constructor(parts: DriftDesk['parts']) {
    this.parts = parts;
  }

  async start(entry: IntegrationEntry, who: string): Promise<DriftAudit> {
    const { name } = entry.configuration;
    const started = await this.parts.audits.start(systemRandom.id(), entry.id, who);
    if (started === undefined)
      throw new Refusal(
        409,
        'audit-under-way',
        `integration “${name}” is being audited`,
        `Follow it (lockstep audit-drift ${name} --latest), or end it (lockstep audit-drift ${name} --stop).`,
      );
    this.parts.auditor.look();
    return shownAudit(started, name);
  }

  async list(
    entry: IntegrationEntry,
    query: { readonly before?: string | undefined; readonly limit: number },
  ): Promise<DriftAudit[]> {
    const audits = await this.parts.audits.list({ integrationId: entry.id, ...query });
    return audits.map((one) => shownAudit(one, entry.configuration.name));
  }

  async get(entry: IntegrationEntry, id: string): Promise<DriftAudit> {
    return shownAudit(await this.entry(entry, id), entry.configuration.name);
  }

  /** One that has ended already stays as it is. */
  async stop(entry: IntegrationEntry, id: string): Promise<DriftAudit> {
    await this.entry(entry, id);
    await this.parts.audits.end(id, 'stopped');
    this.parts.auditor.halt(id);
    return this.get(entry, id);
  }

  async findings(
    entry: IntegrationEntry,
    id: string,
    query: {
      readonly result?: Found['result'] | undefined;
      readonly before?: number | undefined;
      readonly limit: number;
    },
  ): Promise<readonly { readonly place: string; readonly finding: DriftFinding }[]> {
    await this.entry(entry, id);
    const schemas = await this.parts.vocabulary.of(entry);
    const rows = await listFindings(this.parts.db, { auditId: id, ...query });
    return rows.map((row) => ({ place: String(row.sequence), finding: shownFinding(row, schemas) }));
  }

  planRepair(entry: IntegrationEntry, id: string, body: RepairBody): Promise<DriftRepair> {
    return this.goThrough(this.parts.db, entry, id, body, async () => undefined);
  }

  /** Asks for it as for any other recovery: the run that begins looks at the pairs as they are by then. */
  async repair(entry: IntegrationEntry, id: string, body: RepairBody, who: string): Promise<DriftRepair> {
    let asked: DriftRepair | undefined;
    const request = await this.parts.recovery.ask(entry, 'repair of drift', who, async (trx) => {
      asked = await this.goThrough(trx, entry, id, body, async (pairIds, repair) => {
        if (repair === 'hard resync') {
          const wanted = { kind: 'hard-resync', from: body.from } as const;
          const followed = await activeOf(trx, entry.id, pairIds);
          await makeWishes(
            trx,
            entry.id,
            who,
            followed.map((pairId) => ({ pairId, wanted })),
          );
        } else await markPairs(trx, entry.id, pairIds, { asked: 'resync', who });
        await noteRepairs(
          trx,
          id,
          pairIds,
          repair === 'hard resync' ? `${repair}, from ${body.from}` : repair,
        );
      });
      const missing = Object.values(asked.missing).reduce((sum, items) => sum + items, 0);
      return `audit ${id}: ${body.differing} of ${asked.resync} pairs, ${missing} missing items`;
    });
    if (asked === undefined) throw new Error('nothing was asked for');
    return { ...asked, request };
  }

  private async goThrough(
    db: Db | Trx,
    entry: IntegrationEntry,
    id: string,
    body: RepairBody,
    ask: (pairIds: readonly string[], repair: 'resync' | 'hard resync' | 'deletion policy') => Promise<void>,
  ): Promise<DriftRepair> {
    const { differing, missing } = body;
    const { state } = await this.entry(entry, id);
    if (state === 'running')
      throw new Refusal(409, 'audit-under-way', 'the audit is not at its end', 'Let it end, or stop it.');
    const plan = {
      resync: 0,
      writes: { pairs: 0, fields: 0 },
      remains: {},
      missing: {},
    } satisfies DriftRepair;
    const remains: Record<string, number> = plan.remains;
    const gone: Record<string, number> = plan.missing;
    for (let before: number | undefined; ;) {
      const rows = await listFindings(db, { auditId: id, limit: TOGETHER, before });
      const found = rows.map(({ finding }) => finding);
      const differ = differing === 'leave' ? [] : found.filter(({ result }) => result === 'differing');
      const absent = missing === 'policy' ? found.filter(({ result }) => result === 'missing') : [];
      plan.resync += differ.length;
      for (const one of differ) {
        const carried = one.fields.filter((field) => isMended(field, body)).length;
        if (carried > 0) plan.writes.pairs += 1;
        plan.writes.fields += carried;
        const left = one.fields.find((field) => !isMended(field, body));
        if (left !== undefined) remains[left.why] = (remains[left.why] ?? 0) + 1;
      }
      for (const one of absent) {
        const policy = policyOf(entry, one.gone[0] ?? 'left');
        gone[policy] = (gone[policy] ?? 0) + 1;
      }
      const ids = (findings: readonly Found[]) => findings.map(({ pairId }) => pairId);
      if (differ.length > 0) await ask(ids(differ), differing === 'hard-resync' ? 'hard resync' : 'resync');
      if (absent.length > 0) await ask(ids(absent), 'deletion policy');
      before = rows.at(-1)?.sequence;
      if (rows.length < TOGETHER) return plan;
    }
  }

  private async entry(entry: IntegrationEntry, id: string): Promise<DriftAuditEntry> {
    const found = await this.parts.audits.get(entry.id, id);
    if (found !== undefined) return found;
    throw new Refusal(
      404,
      'unknown-audit',
      `integration “${entry.configuration.name}” has no drift audit “${id}”`,
      'The latest 20 are kept; `lockstep audit-drift NAME --latest` shows the newest.',
    );
  }
}

/** Would the repair write the field? By a hard resync whatever the chosen side can give; of the later one either may. */
function isMended({ why, taken }: FieldDifference, { differing, from }: RepairBody): boolean {
  if (differing !== 'hard-resync') return why === 'not carried';
  return SIDES.some((side) => side !== from && taken[side] !== undefined);
}

/** Of these pairs those that are followed still. */
async function activeOf(
  trx: Trx,
  integrationId: string,
  pairIds: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`select id from pair
    where integration_id = ${integrationId} and id = any(${[...pairIds]}::text[]) and state = 'active'`.execute(
    trx,
  );
  return rows.map(({ id }) => id);
}

function policyOf({ configuration }: IntegrationEntry, side: Side): string {
  return configuration.deletion?.[side] ?? 'ignore';
}
