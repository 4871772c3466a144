import { z } from '@hono/zod-openapi';
import { Name } from './name.ts';

/** From least to most; each may do what those before it may. */
export const Role = z.enum(['viewer', 'operator', 'administrator']).openapi('Role');
export type Role = z.infer<typeof Role>;

/** A role in one group of integrations; without a group in all of them and in the installation as a whole. */
export const Grant = z.strictObject({ role: Role, group: Name.optional() }).openapi('Grant');
export type Grant = z.infer<typeof Grant>;

/** `anybody`: without proof of who asks. `signed-in`: whoever that is. */
export type Needed = 'anybody' | 'signed-in' | Role;

/**
 * What a route asks of whoever calls it: every route declares it. Where the role is needed is told by the path — the
 * integration that it names (as itself, by a run, by a migration), else the installation as a whole. `somewhere`: in any
 * group; the answer then holds only what lies in the caller's groups.
 */
export function needs(role: Needed, where?: 'somewhere') {
  return { 'x-needs': where === undefined ? role : `${role} ${where}` } as const;
}

export const TokenScope = z
  .enum(['read', 'operate', 'administer'])
  .openapi({ description: 'What a viewer, an operator or an administrator may' });
export type TokenScope = z.infer<typeof TokenScope>;

export const Token = z
  .object({
    name: Name,
    scope: TokenScope,
    group: Name.optional(),
    createdBy: z.string(),
    createdAt: z.string(),
    expiresAt: z.string().optional().openapi({ description: 'Absent: never' }),
    usedAt: z.string().optional().openapi({ description: 'To the minute; absent: never' }),
  })
  .openapi('Token');
export type Token = z.infer<typeof Token>;

export const TokenBody = z
  .strictObject({
    name: Name,
    scope: TokenScope,
    group: Name.optional().openapi({ description: 'Only in this group of integrations' }),
    expiresAt: z.iso
      .datetime({ offset: true })
      .or(z.iso.date())
      .optional()
      .openapi({ description: 'Absent: never' }),
  })
  .openapi('TokenBody');
export type TokenBody = z.infer<typeof TokenBody>;

export const FreshToken = Token.extend({
  token: z.string().openapi({ description: 'Told this once; only its hash is kept' }),
}).openapi('FreshToken');
export type FreshToken = z.infer<typeof FreshToken>;
