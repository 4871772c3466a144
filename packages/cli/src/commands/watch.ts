import type { Client, LogEntry } from '@lockstep/api';
import { EXIT, Failure } from '../exit.ts';
import { table, when, type Output } from '../output.ts';

export async function status(client: Client, output: Output): Promise<void> {
  const found = await client.status();
  const rows = found.integrations.map((one) => [
    one.name,
    one.health,
    String(one.pairs),
    String(one.parked),
    String(one.conflicts),
    when(one.lastRun?.startedAt),
    one.reason,
  ]);
  if (rows.length === 0)
    output.line('There is no integration yet: write one and run “lockstep apply FILE.yaml”.');
  else
    for (const line of table([
      ['NAME', 'HEALTH', 'PAIRS', 'PARKED', 'CONFLICTS', 'LAST RUN', 'WHY'],
      ...rows,
    ]))
      output.line(line);
  output.result({ ok: true, ...found });
}

export async function runs(client: Client, name: string, limit: number, output: Output): Promise<void> {
  const found = await client.runs(name, { limit });
  const rows = found.items.map((one) => [
    one.id,
    when(one.startedAt),
    one.trigger,
    one.outcome,
    one.left === undefined ? '' : String(one.left.created + one.left.updated),
    one.right === undefined ? '' : String(one.right.created + one.right.updated),
    one.message ?? '',
  ]);
  const heading = ['RUN', 'STARTED', 'TRIGGER', 'OUTCOME', '← WRITTEN', '→ WRITTEN', ''];
  if (rows.length > 0) for (const line of table([heading, ...rows])) output.line(line);
  if (found.items.length === 0) output.line(`${name} has not run yet.`);
  output.result({ ok: true, ...found });
}

export async function log(client: Client, id: string, level: string, output: Output): Promise<void> {
  const lines: LogEntry[] = [];
  let after: string | undefined;
  do {
    const page = await client.runLog(id, { limit: 1000, after, level });
    lines.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  for (const { at, level, item, text, request } of lines) {
    output.line(`${when(at)} ${level.padEnd(5)} ${item === undefined ? '' : `${item.key}: `}${text}`);
    if (request !== undefined)
      output.line(
        `    after ${request.method} ${request.path} → ${request.status ?? 'no answer'} (${request.milliseconds} ms, request ${request.id})`,
      );
  }
  if (lines.length === 0) output.line('This run has told nothing of that.');
  output.result({ ok: true, items: lines });
}

export async function doctor(client: Client, output: Output): Promise<void> {
  const found = await client.doctor();
  for (const { subject, level, message, remedy } of found.findings) {
    output.line(`${level === 'ok' ? '✓' : level === 'warning' ? '!' : '✗'} ${subject}: ${message}`);
    if (level !== 'ok' && remedy !== undefined) output.line(`    ${remedy}`);
  }
  if (found.ok) return output.result(found);
  const { findings } = found;
  throw new Failure(EXIT.failed, 'unwell', 'not everything is well', 'Do what stands below each ✗.', {
    findings,
  });
}
