import { createRoute, z } from '@hono/zod-openapi';
import { needs } from '../access.ts';
import { Me, PasswordChange, SignIn } from '../user.ts';
import { answers, json } from './answers.ts';

const path = '/api/session';
const tags = ['session'];

export const signIn = createRoute({
  method: 'post',
  path,
  ...needs('anybody'),
  tags,
  summary: 'Sign in; the session is in a cookie that scripts cannot read',
  request: { body: json(SignIn) },
  responses: answers(Me, 'Who signed in'),
});

export const getSession = createRoute({
  method: 'get',
  path,
  ...needs('signed-in'),
  tags,
  summary: 'Who sends this request, and what they may do',
  responses: answers(Me, 'Whoever that is'),
});

export const signOut = createRoute({
  method: 'delete',
  path,
  ...needs('signed-in'),
  tags,
  summary: 'Sign out: this session ends',
  responses: answers(z.object({ signedOut: z.boolean() }), 'Whether there was a session'),
});

export const changePassword = createRoute({
  method: 'put',
  path: `${path}/password`,
  ...needs('signed-in'),
  tags,
  summary: 'Change one’s own password; all sessions end, and this one goes on under a new cookie',
  request: { body: json(PasswordChange) },
  responses: answers(Me, 'Changed'),
});
