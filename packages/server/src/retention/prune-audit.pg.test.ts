import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { useTestDatabase } from '../testing/database.ts';
import { connect, migrated } from '../testing/store.ts';
import { AUDIT_RETENTION, pruneAudit } from './prune-audit.ts';

const base = useTestDatabase(migrated);

test('entries of the audit log go by age and by number, the oldest first, however many', async () => {
  const { db, close } = await connect(base.url);
  const signal = new AbortController().signal;
  try {
    await sql`insert into audit (at, who, action, kind, name, changes)
      select now() - (12100 - n) * interval '1 hour', 'ann', 'changed', 'integration', 'n' || n, '[]'
      from generate_series(1, 12100) n`.execute(db);
    const left = async () =>
      (await sql<{ name: string }>`select name from audit order by id`.execute(db)).rows;
    expect(await pruneAudit(db, AUDIT_RETENTION, signal)).toBe(0);
    // 24 a day: of the last ten days 240.
    expect(await pruneAudit(db, { ...AUDIT_RETENTION, auditDays: 10 }, signal)).toBe(11_860);
    expect((await left())[0]?.name).toBe('n11861');
    expect(await pruneAudit(db, { ...AUDIT_RETENTION, audits: 100 }, signal)).toBe(140);
    expect((await left()).map(({ name }) => name)).toEqual(
      Array.from({ length: 100 }, (_, index) => `n${12_001 + index}`),
    );
  } finally {
    await close();
  }
});
