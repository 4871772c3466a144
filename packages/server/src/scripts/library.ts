import { sql } from 'kysely';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Db, Trx } from '../store/database.ts';

/** What the scripts of all integrations can import from `library`. */
export class ScriptLibrary {
  private readonly db: Db;
  private readonly audit: AuditLog;

  constructor(parts: { readonly db: Db; readonly audit: AuditLog }) {
    this.db = parts.db;
    this.audit = parts.audit;
  }

  async text(db: Db | Trx = this.db): Promise<string> {
    const { rows } = await sql<{ text: string }>`select text from script_library`.execute(db);
    return rows[0]?.text ?? '';
  }

  async save(text: string, who: string): Promise<void> {
    await this.audit.during(async (trx) => {
      const before = await this.text(trx);
      if (before === text) return;
      await sql`insert into script_library (text) values (${text})
        on conflict (one) do update set text = excluded.text`.execute(trx);
      const subject = { kind: 'script library', name: 'library' };
      await this.audit.record(
        { who, action: 'changed', subject, before: { text: before }, after: { text } },
        trx,
      );
    });
  }
}
