import { createRoute, z } from '@hono/zod-openapi';
import { needs } from '../access.ts';
import { FreshUser, Login, User, UserBody, UserChange } from '../user.ts';
import { answers, json } from './answers.ts';

const tags = ['access'];
const params = z.object({ login: Login });

export const listUsers = createRoute({
  method: 'get',
  path: '/api/users',
  ...needs('administrator'),
  tags,
  summary: 'All users, with their roles',
  responses: answers(z.object({ items: z.array(User) }), 'All users'),
});

export const addUser = createRoute({
  method: 'post',
  path: '/api/users',
  ...needs('administrator'),
  tags,
  summary: 'Add a user; the one-time password is told in this answer and never again',
  request: { body: json(UserBody) },
  responses: answers(FreshUser, 'The user'),
});

export const changeUser = createRoute({
  method: 'patch',
  path: '/api/users/{login}',
  ...needs('administrator'),
  tags,
  summary: 'Change a user: roles, name, e-mail, and whether the user may sign in',
  request: { params, body: json(UserChange) },
  responses: answers(User, 'The user'),
});

export const resetPassword = createRoute({
  method: 'post',
  path: '/api/users/{login}/password',
  ...needs('administrator'),
  tags,
  summary: 'Give a user a new one-time password; all sessions of the user end',
  request: { params },
  responses: answers(FreshUser, 'The user'),
});
