import { createHash, randomBytes } from 'node:crypto';
import type { FreshToken, Token, TokenBody, TokenScope } from '@lockstep/api';
import { sql } from 'kysely';
import type { AuditLog } from '../audit/audit-log.ts';
import { Refusal } from '../integrations/refusal.ts';
import type { Db } from '../store/database.ts';
import type { Principal } from './principal.ts';
import type { Role } from './role.ts';

const ROLE_OF: Record<TokenScope, Role> = {
  read: 'viewer',
  operate: 'operator',
  administer: 'administrator',
};
const SCOPE_OF: Record<Role, TokenScope> = {
  viewer: 'read',
  operator: 'operate',
  administrator: 'administer',
};

interface Row {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly group: string | null;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly usedAt: string | null;
}

const columns = sql.raw(`id, name, role, group_name as "group", created_by as "createdBy",
  created_at as "createdAt", expires_at as "expiresAt", used_at as "usedAt"`);

/** What is this random needs no slow hash: nobody can try enough of them. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Tokens that programs show. Only their hashes are kept. */
export class Tokens {
  private readonly db: Db;
  private readonly audit: AuditLog;

  constructor(parts: { readonly db: Db; readonly audit: AuditLog }) {
    this.db = parts.db;
    this.audit = parts.audit;
  }

  async list(): Promise<Token[]> {
    const { rows } = await sql<Row>`select ${columns} from api_token order by name`.execute(this.db);
    return rows.map(shown);
  }

  /** The answer is the only one that ever holds the token. */
  async add(body: TokenBody, who: string): Promise<FreshToken> {
    const { name, scope, group, expiresAt } = body;
    if (expiresAt !== undefined && Date.parse(expiresAt) <= Date.now())
      throw new Refusal(
        422,
        'expired-already',
        `token “${name}” would have expired at ${expiresAt}`,
        'Give an instant to come, or none.',
      );
    const token = `lks_${randomBytes(24).toString('base64url')}`;
    return this.audit.during(async (trx) => {
      const { rows } = await sql<Row>`
        insert into api_token (id, name, hash, role, group_name, created_by, expires_at)
        values (${randomBytes(9).toString('base64url')}, ${name}, ${hashOf(token)}, ${ROLE_OF[scope]}, ${group ?? null},
          ${who}, ${expiresAt ?? null}::timestamptz)
        on conflict (name) do nothing returning ${columns}`.execute(trx);
      const [row] = rows;
      if (row === undefined)
        throw new Refusal(
          409,
          'name-taken',
          `there is a token “${name}” already`,
          'Choose another name, or revoke that one first (lockstep tokens revoke).',
        );
      const subject = { kind: 'token', name };
      const after = {
        scope,
        ...(group === undefined ? {} : { group }),
        ...(row.expiresAt === null ? {} : { expiresAt: row.expiresAt }),
      };
      await this.audit.record({ who, action: 'created', subject, after }, trx);
      return { ...shown(row), token };
    });
  }

  async revoke(name: string, who: string): Promise<void> {
    await this.audit.during(async (trx) => {
      const { rows } =
        await sql<Row>`delete from api_token where name = ${name} returning ${columns}`.execute(trx);
      if (rows[0] === undefined)
        throw new Refusal(
          404,
          'unknown-token',
          `there is no token “${name}”`,
          '`lockstep tokens list` shows all.',
        );
      await this.audit.record({ who, action: 'revoked', subject: { kind: 'token', name } }, trx);
    });
  }

  /** Whose token this is; undefined for one that is unknown, revoked or expired. */
  async principal(token: string): Promise<Principal | undefined> {
    const { rows } = await sql<Row>`select ${columns} from api_token
      where hash = ${hashOf(token)} and (expires_at is null or expires_at > now())`.execute(this.db);
    const [row] = rows;
    if (row === undefined) return undefined;
    await sql`update api_token set used_at = now()
      where id = ${row.id} and (used_at is null or used_at < now() - interval '1 minute')`.execute(this.db);
    return { name: `token ${row.name}`, kind: 'token', grants: [{ role: row.role, group: row.group }] };
  }
}

function shown({ name, role, group, createdBy, createdAt, expiresAt, usedAt }: Row): Token {
  return {
    name,
    scope: SCOPE_OF[role],
    createdBy,
    createdAt,
    ...(group === null ? {} : { group }),
    ...(expiresAt === null ? {} : { expiresAt }),
    ...(usedAt === null ? {} : { usedAt }),
  };
}
