import type { Client, TokenScope } from '@lockstep/api';
import { table, when, type Output } from '../output.ts';

export interface TokenOptions {
  readonly scope: TokenScope;
  readonly group?: string;
  readonly expires?: string;
}

export async function listTokens(client: Client, output: Output): Promise<void> {
  const { items } = await client.tokens();
  const rows = items.map((one) => [
    one.name,
    one.scope,
    one.group ?? 'all groups',
    one.expiresAt === undefined ? 'does not expire' : `until ${when(one.expiresAt)}`,
    `used: ${when(one.usedAt)}`,
    `made by ${one.createdBy}`,
  ]);
  for (const line of table(rows)) output.line(line);
  if (items.length === 0) output.line('There is no token but that of the file api-token.');
  output.result({ ok: true, items });
}

export async function addToken(
  client: Client,
  name: string,
  { scope, group, expires }: TokenOptions,
  output: Output,
): Promise<void> {
  const made = await client.addToken({
    name,
    scope,
    ...(group === undefined ? {} : { group }),
    ...(expires === undefined ? {} : { expiresAt: expires }),
  });
  output.line(made.token);
  output.line('Keep it now: it is not shown again.');
  output.result({ ok: true, ...made });
}

export async function revokeToken(client: Client, name: string, output: Output): Promise<void> {
  await client.revokeToken(name);
  output.line(`Token ${name} is revoked.`);
  output.result({ ok: true, revoked: true });
}
