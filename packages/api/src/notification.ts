import { z } from '@hono/zod-openapi';
import { Interval } from './document/interval.ts';
import { Name } from './name.ts';

/** What people can be told of. */
export const NotificationEvent = z
  .enum([
    'run-failed',
    'sync-failed',
    'warning',
    'missing-option',
    'configuration-changed',
    'integration-late',
    'connection-broken',
    'conflict-waiting',
    'brake-pulled',
  ])
  .openapi('NotificationEvent');
export type NotificationEvent = z.infer<typeof NotificationEvent>;

const line = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[ -~\u00a0-\uffff]*$/, 'it is one line, without control characters');
const secret = (longest: number) =>
  line(longest)
    .optional()
    .openapi({ description: 'A secret: never answered; left out, the stored one is kept' });
const recipients = z.array(z.email().max(320)).min(1).max(50);
const subjectPrefix = line(60).optional().openapi({ example: '[Lockstep]' });
const url = z.url({ protocol: /^https?$/ }).max(2_000);
const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}$/, 'this is no name of a header');
const headers = z
  .record(headerName, line(4_000))
  .refine((all) => Object.keys(all).length <= 20, 'there are at most 20 headers');

export const MailChannel = z
  .strictObject({
    type: z.literal('mail'),
    host: line(255),
    port: z.number().int().min(1).max(65_535).default(587),
    security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
    authority: z
      .string()
      .max(20_000)
      .optional()
      .openapi({ description: 'The certificate, in PEM, of an authority of your own' }),
    user: line(320).optional(),
    password: secret(1_000),
    from: z.email().max(320),
    recipients,
    subjectPrefix,
  })
  .openapi('MailChannel');

export const RelayChannel = z
  .strictObject({ type: z.literal('relay'), recipients, subjectPrefix })
  .openapi('RelayChannel', { description: 'Mail by the sender that the operator of the server has set up' });

export const SlackChannel = z
  .strictObject({
    type: z.literal('slack'),
    url: url.optional().openapi({
      description: 'Of the incoming webhook. A secret: never answered; left out, the stored one is kept',
    }),
  })
  .openapi('SlackChannel');

export const WebhookChannel = z
  .strictObject({
    type: z.literal('webhook'),
    url,
    template: z
      .string()
      .max(20_000)
      .optional()
      .openapi({ description: 'JSON whose texts may hold ${summary} and the like' }),
    headers: headers.optional(),
    secretHeaders: headers
      .optional()
      .openapi({ description: 'Secrets: never answered; left out, the stored ones are kept' }),
    signingKey: secret(1_000),
  })
  .openapi('WebhookChannel');

export const Channel = z.discriminatedUnion('type', [
  MailChannel,
  RelayChannel,
  SlackChannel,
  WebhookChannel,
]);
export type Channel = z.output<typeof Channel>;

/** Who is told of what, and by which way. */
export const NotificationDocument = z
  .strictObject({
    enabled: z.boolean().default(true),
    events: z
      .array(NotificationEvent)
      .min(1)
      .transform((all) => [...new Set(all)]),
    integrations: z
      .array(Name)
      .min(1)
      .max(1_000)
      .optional()
      .openapi({ description: 'Only of these and of those in `groups`; of all if both are left out' }),
    groups: z
      .array(Name)
      .min(1)
      .max(1_000)
      .optional()
      .openapi({ description: 'Of the integrations in these groups, whichever those are' }),
    channel: Channel,
    remindAfter: Interval.default(86_400).openapi({
      description: 'While trouble lasts it is told again after this long',
      example: '1d',
    }),
    perHour: z
      .number()
      .int()
      .min(1)
      .max(1_000)
      .default(60)
      .openapi({ description: 'Messages an hour at most; more wait' }),
  })
  .openapi('NotificationDocument');
export type NotificationInput = z.input<typeof NotificationDocument>;
export type NotificationDocument = z.output<typeof NotificationDocument>;

/** A notification as shown: its secrets are named, never told. */
export const Notification = z
  .object({
    name: Name,
    enabled: z.boolean(),
    events: z.array(NotificationEvent),
    integrations: z.array(Name).optional(),
    groups: z.array(Name).optional(),
    channel: Channel,
    remindAfter: z.number().openapi({ description: 'Seconds' }),
    perHour: z.number().int(),
    secrets: z.array(z.string()).openapi({ description: 'Names of the secrets stored' }),
    waiting: z.number().int().openapi({ description: 'Messages still to be delivered' }),
    lastSentAt: z.string().optional(),
    failure: z
      .object({ at: z.string(), reason: z.string(), remedy: z.string() })
      .optional()
      .openapi({ description: 'Why the latest attempt failed; absent once one succeeds' }),
  })
  .openapi('Notification');
export type Notification = z.infer<typeof Notification>;

/** What the receiver said to a message sent to try it. */
export const NotificationTest = z
  .object({
    ok: z.boolean(),
    message: z.string().openapi({ description: 'What the receiver said, or why it has no message' }),
    remedy: z.string().optional(),
  })
  .openapi('NotificationTest');
export type NotificationTest = z.infer<typeof NotificationTest>;

/** One message in the delivery log. */
export const NotificationMessage = z
  .object({
    id: z.string().openapi({ description: 'The receiver got it too, the same for every attempt' }),
    notification: Name,
    event: z.union([NotificationEvent, z.literal('test')]),
    state: z.enum(['raised', 'recovered']),
    subject: z.string(),
    summary: z.string(),
    count: z.number().int(),
    status: z.enum(['waiting', 'sent', 'failed']),
    attempts: z.number().int(),
    createdAt: z.string(),
    endedAt: z.string().optional(),
    said: z.string().optional(),
    reason: z.string().optional(),
    remedy: z.string().optional(),
  })
  .openapi('NotificationMessage');
export type NotificationMessage = z.infer<typeof NotificationMessage>;
