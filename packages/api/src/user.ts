import { z } from '@hono/zod-openapi';
import { Grant } from './access.ts';

/** Any spelling of a login: case and forms of letters do not matter. */
export const Login = z.string().min(1).max(200).openapi({ example: 'ada' });

export const User = z
  .object({
    login: z.string(),
    name: z.string(),
    email: z.string().optional(),
    active: z.boolean(),
    mustChange: z.boolean().openapi({ description: 'Has a one-time password and has to choose another' }),
    signsInBy: z.array(z.enum(['password', 'oidc'])),
    grants: z.array(Grant),
    createdAt: z.string(),
    signedInAt: z.string().optional(),
  })
  .openapi('User');
export type User = z.infer<typeof User>;

const Grants = z.array(Grant).max(100);
const Email = z
  .string()
  .max(254)
  .regex(/^[^\s@]+@[^\s@]+$/, 'it is no e-mail address');
const PersonName = z.string().trim().min(1).max(200);

export const UserBody = z
  .strictObject({
    login: Login,
    name: PersonName.optional(),
    email: Email.optional(),
    grants: Grants.default([]),
    withoutPassword: z.boolean().default(false).openapi({ description: 'Signs in by OpenID Connect only' }),
  })
  .openapi('UserBody');
export type UserBody = z.output<typeof UserBody>;
export type UserInput = z.input<typeof UserBody>;

export const UserChange = z
  .strictObject({
    name: PersonName.optional(),
    email: Email.nullable().optional(),
    active: z.boolean().optional().openapi({ description: 'False ends all sessions of the user' }),
    grants: Grants.optional().openapi({ description: 'In place of all that the user has' }),
  })
  .openapi('UserChange');
export type UserChange = z.infer<typeof UserChange>;

export const FreshUser = User.extend({
  oneTimePassword: z
    .string()
    .optional()
    .openapi({ description: 'Told this once; to be changed at the first sign-in' }),
}).openapi('FreshUser');
export type FreshUser = z.infer<typeof FreshUser>;

const Password = z.string().max(2_000);

export const SignIn = z.strictObject({ login: Login, password: Password }).openapi('SignIn');
export type SignIn = z.infer<typeof SignIn>;

export const PasswordChange = z
  .strictObject({ currentPassword: Password, newPassword: Password })
  .openapi('PasswordChange');
export type PasswordChange = z.infer<typeof PasswordChange>;

/** Whoever sends the request, and what they may do. */
export const Me = z
  .object({
    name: z.string().openapi({ description: 'As records keep it' }),
    kind: z.enum(['installation', 'user', 'token']),
    grants: z.array(Grant),
    mustChange: z
      .boolean()
      .openapi({ description: 'Nothing else is allowed before the password is changed' }),
    csrf: z
      .string()
      .optional()
      .openapi({ description: 'Of a session: what changes things needs it in the header x-csrf-token' }),
  })
  .openapi('Me');
export type Me = z.infer<typeof Me>;
