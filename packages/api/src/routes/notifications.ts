import { createRoute, z } from '@hono/zod-openapi';
import { needs } from '../access.ts';
import { Name } from '../name.ts';
import {
  Notification,
  NotificationDocument,
  NotificationMessage,
  NotificationTest,
} from '../notification.ts';
import { PageQuery, pageOf } from '../page.ts';
import { answers, json, NameParameter } from './answers.ts';

const one = '/api/notifications/{name}';
const tags = ['notifications'];

export const listNotifications = createRoute({
  method: 'get',
  path: '/api/notifications',
  ...needs('viewer'),
  tags,
  summary: 'All notifications',
  responses: answers(z.object({ items: z.array(Notification) }), 'All notifications, secrets left out'),
});

export const getNotification = createRoute({
  method: 'get',
  path: one,
  ...needs('viewer'),
  tags,
  summary: 'One notification, with how its deliveries stand',
  request: { params: NameParameter },
  responses: answers(Notification, 'The notification, secrets left out'),
});

export const putNotification = createRoute({
  method: 'put',
  path: one,
  ...needs('administrator'),
  tags,
  summary: 'Make or change a notification; nothing is sent',
  description: 'A secret left out keeps its stored value, as long as the receiver stays the same.',
  request: { params: NameParameter, body: json(NotificationDocument) },
  responses: answers(Notification, 'As saved'),
});

export const deleteNotification = createRoute({
  method: 'delete',
  path: one,
  ...needs('administrator'),
  tags,
  summary: 'Delete a notification with its delivery log; what still waited is not sent',
  request: { params: NameParameter },
  responses: answers(z.object({ deleted: z.boolean() }), 'Deleted'),
});

export const testNotification = createRoute({
  method: 'post',
  path: `${one}/test`,
  ...needs('operator'),
  tags,
  summary: 'Send a message now, and tell what the receiver said',
  request: { params: NameParameter },
  responses: answers(NotificationTest, 'What came of it'),
});

export const listMessages = createRoute({
  method: 'get',
  path: '/api/notification-log',
  ...needs('viewer'),
  tags,
  summary: 'Messages sent, waiting and failed, newest first',
  request: {
    query: PageQuery.extend({
      notification: Name.optional(),
      status: z.enum(['waiting', 'sent', 'failed']).optional(),
    }),
  },
  responses: answers(pageOf(NotificationMessage), 'A page'),
});
