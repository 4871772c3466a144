import type { DriftAudit, DriftFinding, DriftRepair, RepairBody } from '@lockstep/api';
import type { DriftFinding as Found, Side } from '@lockstep/engine';
import { SIDES } from '@lockstep/engine';
import { Refusal } from '../integrations/refusal.ts';
import type { Vocabulary } from '../items/vocabulary.ts';
import { systemRandom } from '../jobs/clock.ts';
import type { Db } from '../store/database.ts';
import { listFindings, noteRepairs } from '../store/drift-audits.ts';
import type { DriftAuditEntry, DriftAudits } from '../store/drift-audits.ts';
import type { IntegrationEntry } from '../store/integrations.ts';
import { markForResync } from '../store/resync.ts';
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
    return this.goThrough(entry, id, body, async () => undefined);
  }

  /** Marks what was found for the next run, which looks at it as it is by then. */
  async repair(entry: IntegrationEntry, id: string, body: RepairBody): Promise<DriftRepair> {
    const { name } = entry.configuration;
    if (!entry.enabled)
      throw new Refusal(
        409,
        'integration-disabled',
        `integration “${name}” is disabled, so nothing would be mended`,
        `Enable it first (lockstep enable ${name}); a plan can be made all the same.`,
      );
    const { db } = this.parts;
    return this.goThrough(entry, id, body, async (findings, repair) => {
      const items = findings.flatMap((one) => SIDES.map((side) => ({ side, id: one[side].id })));
      await markForResync(db, entry.id, items);
      await noteRepairs(
        db,
        id,
        findings.map(({ pairId }) => pairId),
        repair,
      );
    });
  }

  private async goThrough(
    entry: IntegrationEntry,
    id: string,
    { differing, missing }: RepairBody,
    ask: (findings: readonly Found[], repair: string) => Promise<void>,
  ): Promise<DriftRepair> {
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
      const rows = await listFindings(this.parts.db, { auditId: id, limit: TOGETHER, before });
      const found = rows.map(({ finding }) => finding);
      const differ = differing === 'resync' ? found.filter(({ result }) => result === 'differing') : [];
      const absent = missing === 'policy' ? found.filter(({ result }) => result === 'missing') : [];
      plan.resync += differ.length;
      for (const one of differ) {
        const carried = one.fields.filter(({ why }) => why === 'not carried').length;
        if (carried > 0) plan.writes.pairs += 1;
        plan.writes.fields += carried;
        const left = one.fields.find(({ why }) => why !== 'not carried');
        if (left !== undefined) remains[left.why] = (remains[left.why] ?? 0) + 1;
      }
      for (const one of absent) {
        const policy = policyOf(entry, one.gone[0] ?? 'left');
        gone[policy] = (gone[policy] ?? 0) + 1;
      }
      if (differ.length > 0) await ask(differ, 'resync');
      if (absent.length > 0) await ask(absent, 'deletion policy');
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

function policyOf({ configuration }: IntegrationEntry, side: Side): string {
  return configuration.deletion?.[side] ?? 'ignore';
}
