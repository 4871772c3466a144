import { sql } from 'kysely';
import { ASKED_FOR } from '../audit/audit-log.ts';
import type { AuditEntry } from '../audit/audit-log.ts';
import type { Trx } from '../store/database.ts';
import { isAnybodyListening, type Subject } from './listeners.ts';
import { mention } from './trouble.ts';

/** Tells of a change of the configuration, in the transaction of its record: what was changed and by whom, never to what. */
export async function tellOfChange(entry: AuditEntry, trx: Trx): Promise<void> {
  const { who, action, subject, note, changes } = entry;
  if (action.startsWith(ASKED_FOR) || !(await isAnybodyListening(trx))) return;
  const what = `${who} ${action} the ${subject.kind} “${subject.name}”`;
  const places = [
    ...new Set(changes.map(({ path }) => path.map(String).join('.')).filter((at) => at !== '')),
  ];
  const detail = [
    what,
    ...(places.length === 0 ? [] : [`: ${places.slice(0, 8).join(', ')}${places.length > 8 ? ', …' : ''}`]),
    ...(note === undefined ? [] : [` (${note})`]),
  ].join('');
  await mention(trx, 'configuration-changed', await subjectOf(trx, entry), {
    summary: what,
    remedy: `See what exactly: lockstep audit.`,
    count: 1,
    details: [detail],
  });
}

async function subjectOf(trx: Trx, { subject: { kind, name }, changes }: AuditEntry): Promise<Subject> {
  if (kind === 'connection') return { kind, id: name, name };
  if (kind !== 'integration') return { kind: 'installation', name };
  const { rows } = await sql<{ id: string }>`select id from integration where name = ${name}`.execute(trx);
  const [found] = rows;
  if (found !== undefined) return { kind, id: found.id, name };
  // One that is gone is still known by its name and group to those who listen to it.
  const [change] = changes.filter(({ path }) => path.length === 1 && path[0] === 'group');
  const group = change !== undefined && 'before' in change ? change.before : undefined;
  return { kind, id: '', name, ...(typeof group === 'string' ? { group } : {}) };
}
