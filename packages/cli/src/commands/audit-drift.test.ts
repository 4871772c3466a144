import type { Client, DriftAudit } from '@lockstep/api';
import { expect, test } from 'vitest';
import { EXIT, Failure } from '../exit.ts';
import { createOutput } from '../output.ts';
import { auditDrift, type AuditDriftOptions } from './audit-drift.ts';

const audit = (more: Partial<DriftAudit>): DriftAudit => ({
  id: 'd1',
  integration: 'one',
  state: 'done',
  who: 'ann',
  createdAt: '2026-01-02T03:04:05.000Z',
  total: 3,
  compared: 3,
  equal: 3,
  differing: 0,
  missing: 0,
  undecided: 0,
  unpaired: { comments: 0, attachments: 0 },
  requests: { left: 1, right: 1 },
  ...more,
});

/** Against a server whose audit ends so; what was asked of it, said, and failed. */
async function play(found: DriftAudit, options: Partial<AuditDriftOptions> = {}) {
  const asked: unknown[] = [];
  const repair = { resync: 2, writes: { pairs: 1, fields: 1 }, remains: { 'one-way': 1 }, missing: {} };
  const client = {
    startDriftAudit: async () => ({ ...found, state: 'running' }),
    driftAudit: async () => found,
    driftAudits: async () => ({ items: [found] }),
    driftFindings: async () => ({ items: [] }),
    planDriftRepair: async (...given: unknown[]) => (asked.push(['plan', ...given]), repair),
    repairDrift: async (...given: unknown[]) => (
      asked.push(['repair', ...given]),
      { ...repair, request: 'r1' }
    ),
  } as Partial<Client> as Client;
  let out = '';
  const stream = { isTTY: false, write: (text: string) => ((out += text), true) } as NodeJS.WriteStream;
  const output = createOutput(true, stream, stream);
  const failure = await auditDrift(client, 'one', { limit: 20, ...options }, output).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { asked, failure, answer: out === '' ? undefined : (JSON.parse(out) as unknown) };
}

test('what differs or is missing ends with 1, all that agrees with 0', async () => {
  expect((await play(audit({}))).failure).toBeUndefined();
  for (const more of [
    { equal: 2, differing: 1 },
    { equal: 2, missing: 1 },
  ]) {
    const { failure } = await play(audit(more));
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code: EXIT.failed, reason: 'drift', details: { audit: more } });
  }
  // A pair that kept changing is no finding.
  expect((await play(audit({ equal: 2, undecided: 1 }))).failure).toBeUndefined();
});

test('a side makes a hard resync of the repair', async () => {
  const plain = await play(audit({ differing: 2 }), { plan: true });
  expect(plain.asked).toEqual([['plan', 'one', 'd1', { differing: 'resync', missing: 'leave' }]]);
  const hard = await play(audit({ differing: 2 }), { repair: true, from: 'left', missing: true });
  expect(hard.asked).toEqual([
    ['repair', 'one', 'd1', { differing: 'hard-resync', from: 'left', missing: 'policy' }],
  ]);
  expect(hard.answer).toMatchObject({ ok: true, repair: { request: 'r1' } });
});
