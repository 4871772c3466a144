import type { AuditEntry, Client } from '@lockstep/api';
import { short, when, type Output } from '../output.ts';

export interface AuditOptions {
  readonly who?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: number;
}

/** Who changed what of the configuration, newest first. */
export async function audit(client: Client, options: AuditOptions, output: Output): Promise<void> {
  const page = await client.audit({ ...options });
  if (page.items.length === 0) output.line('No change of configuration is recorded.');
  for (const entry of page.items) {
    const { at, who, action, subject, note } = entry;
    output.line(
      `${when(at)}  ${who} ${action}${isAsked(action) ? ' of' : ''} ${subject.kind} ${subject.name}${note === undefined ? '' : ` (${note})`}`,
    );
    for (const line of changesOf(entry)) output.line(`    ${line}`);
  }
  output.result({ ok: true, ...page });
}

function changesOf({ changes }: AuditEntry): string[] {
  return changes.map(({ path, before, after, secret }) => {
    const place = path.join('.');
    if (secret === true) return `${place}: changed (a secret)`;
    if (before === undefined) return `${place}: ${short(after)}`;
    return `${place}: ${short(before)} → ${after === undefined ? 'gone' : short(after)}`;
  });
}

/** What was asked for is of the integration; what was changed is the thing itself. */
function isAsked(action: string): boolean {
  return action.startsWith('asked for ');
}
