import { createRoute, z } from '@hono/zod-openapi';
import { needs } from '../access.ts';
import { Connection, ConnectionCheck, Tracker } from '../connection.ts';
import { ConnectionDocument } from '../document/document.ts';
import { answers, json, NameParameter } from './answers.ts';

const one = '/api/connections/{name}';
const tags = ['connections'];

export const listTrackers = createRoute({
  method: 'get',
  path: '/api/trackers',
  ...needs('viewer', 'somewhere'),
  tags,
  summary: 'The trackers this server can connect to, with the forms of their configuration',
  responses: answers(z.object({ items: z.array(Tracker) }), 'All trackers'),
});

export const listConnections = createRoute({
  method: 'get',
  path: '/api/connections',
  ...needs('viewer'),
  tags,
  summary: 'All connections',
  responses: answers(z.object({ items: z.array(Connection) }), 'All connections, secrets left out'),
});

export const getConnection = createRoute({
  method: 'get',
  path: one,
  ...needs('viewer'),
  tags,
  summary: 'One connection',
  request: { params: NameParameter },
  responses: answers(Connection, 'The connection, secrets left out'),
});

export const putConnection = createRoute({
  method: 'put',
  path: one,
  ...needs('administrator'),
  tags,
  summary: 'Make or change a connection; it is tried before it is saved',
  description: 'A secret left out keeps its stored value, as long as the address stays the same.',
  request: { params: NameParameter, body: json(ConnectionDocument) },
  responses: answers(Connection, 'As saved'),
});

export const deleteConnection = createRoute({
  method: 'delete',
  path: one,
  ...needs('administrator'),
  tags,
  summary: 'Delete a connection that no integration uses',
  request: { params: NameParameter },
  responses: answers(z.object({ deleted: z.boolean() }), 'Deleted'),
});

export const checkConnection = createRoute({
  method: 'post',
  path: `${one}/check`,
  ...needs('operator'),
  tags,
  summary: 'Try a saved connection now',
  request: { params: NameParameter },
  responses: answers(ConnectionCheck, 'What was found'),
});
