import { z } from '@hono/zod-openapi';
import { RequestBudget } from '../connection.ts';
import { Name } from '../name.ts';
import { NotificationDocument } from '../notification.ts';
import { IntegrationDocument } from './integration.ts';

export const ConnectionDocument = z
  .strictObject({
    tracker: z.string().min(1).openapi({ example: 'redmine' }),
    config: z.record(z.string(), z.unknown()).default({}),
    budget: RequestBudget.optional(),
  })
  .openapi('ConnectionDocument');
export type ConnectionDocument = z.output<typeof ConnectionDocument>;

/** The whole configuration as one file. */
export const ConfigurationDocument = z
  .strictObject({
    connections: z.record(Name, ConnectionDocument).default({}),
    integrations: z.record(Name, IntegrationDocument).default({}),
    notifications: z.record(Name, NotificationDocument).default({}),
    library: z.string().max(100_000).optional(),
  })
  .openapi('ConfigurationDocument');
export type ConfigurationInput = z.input<typeof ConfigurationDocument>;
export type ConfigurationDocument = z.output<typeof ConfigurationDocument>;
