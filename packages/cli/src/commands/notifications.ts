import { type Client, faultsOf, NotificationDocument, NotificationEvent } from '@lockstep/api';
import type { NotificationInput, Notification } from '@lockstep/api';
import { resolveEnvironment } from '../document/environment.ts';
import { EXIT, Failure } from '../exit.ts';
import { table, when, type Output } from '../output.ts';

export interface AddOptions {
  readonly channel: 'mail' | 'relay' | 'slack' | 'webhook';
  readonly event?: readonly string[];
  readonly integration?: readonly string[];
  readonly group?: readonly string[];
  readonly to?: readonly string[];
  readonly subjectPrefix?: string;
  readonly host?: string;
  readonly port?: number;
  readonly security?: string;
  readonly authority?: string;
  readonly user?: string;
  readonly password?: string;
  readonly from?: string;
  readonly url?: string;
  readonly template?: string;
  readonly header?: readonly string[];
  readonly secretHeader?: readonly string[];
  readonly signingKey?: string;
  readonly remindAfter?: string;
  readonly perHour?: number;
  readonly disabled?: true;
  readonly json?: true;
}

export async function addNotification(
  client: Client,
  name: string,
  options: AddOptions,
  output: Output,
): Promise<void> {
  const saved = await client.putNotification(name, documentOf(options));
  output.line(
    `${name} is saved. Try it: lockstep notifications test ${name}${saved.enabled ? '' : ' (it is disabled)'}`,
  );
  output.result({ ok: true, ...saved });
}

/** Held against the form before any server is asked. */
export function documentOf(options: AddOptions, env: NodeJS.ProcessEnv = process.env): NotificationInput {
  const {
    channel: type,
    event,
    integration,
    group,
    remindAfter,
    perHour,
    disabled,
    json: _output,
    ...rest
  } = options;
  const { to: recipients, header, secretHeader, ...settings } = rest;
  const document = {
    enabled: disabled !== true,
    events: event ?? NotificationEvent.options,
    integrations: integration,
    groups: group,
    remindAfter,
    perHour,
    channel: {
      ...settings,
      type,
      recipients,
      headers: header && pairs(header),
      secretHeaders: secretHeader && pairs(secretHeader),
    },
  };
  // What was not given is left out.
  const plain: unknown = JSON.parse(JSON.stringify(document));
  const { value, faults: missing } = resolveEnvironment(plain, env);
  const read = NotificationDocument.safeParse(value);
  const faults = [...missing, ...(read.success ? [] : faultsOf(read.error))];
  if (faults.length > 0)
    throw new Failure(
      EXIT.input,
      'invalid-notification',
      faults.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'),
      faults[0]?.remedy,
    );
  return value as NotificationInput;
}

function pairs(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=');
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
      throw new Failure(EXIT.input, 'usage', 'a header is no “NAME=VALUE”', 'Write it as X-Team=support.');
    }),
  );
}

export async function listNotifications(client: Client, output: Output): Promise<void> {
  const { items } = await client.notifications();
  if (items.length === 0)
    output.line('Nobody is told of anything. Make one: lockstep notifications add --help');
  for (const line of table(items.map(row))) output.line(line);
  for (const { name, failure } of items)
    if (failure !== undefined) output.line(`${name}: ${failure.reason}. ${failure.remedy}`);
  output.result({ ok: true, items });
}

function row({
  name,
  enabled,
  channel,
  integrations,
  groups,
  waiting,
  lastSentAt,
  failure,
}: Notification): string[] {
  return [
    name,
    channel.type,
    integrations === undefined && groups === undefined
      ? 'all integrations'
      : [...(integrations ?? []), ...(groups ?? []).map((group) => `group ${group}`)].join(', '),
    enabled ? (failure === undefined ? 'works' : 'fails') : 'disabled',
    `last sent ${when(lastSentAt)}${waiting === 0 ? '' : `, ${waiting} waiting`}`,
  ];
}

/** Ends with a failure when the receiver did not take the message. */
export async function testNotification(client: Client, name: string, output: Output): Promise<void> {
  const { ok, message, remedy } = await client.testNotification(name);
  if (!ok) throw new Failure(EXIT.failed, 'not-delivered', `${name}: ${message}`, remedy);
  output.line(`${name}: ${message}`);
  output.result({ ok, message });
}

export async function notificationLog(
  client: Client,
  name: string | undefined,
  { status, limit }: { readonly status?: string; readonly limit: number },
  output: Output,
): Promise<void> {
  const page = await client.notificationLog({ notification: name, status, limit });
  if (page.items.length === 0) output.line('There is no such message.');
  for (const one of page.items) {
    const state = one.state === 'recovered' ? 'recovered: ' : '';
    output.line(
      `${when(one.createdAt)}  ${one.notification}  ${one.status}  ${one.subject}: ${state}${one.summary}`,
    );
    if (one.reason !== undefined)
      output.line(
        `    ${one.reason} (attempt ${one.attempts})${one.remedy === undefined ? '' : `. ${one.remedy}`}`,
      );
  }
  output.result({ ok: true, ...page });
}

export async function removeNotification(client: Client, name: string, output: Output): Promise<void> {
  const { deleted } = await client.deleteNotification(name);
  output.line(`${name} is deleted.`);
  output.result({ ok: true, deleted });
}
