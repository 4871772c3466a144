import type { Client, Notification } from '@lockstep/api';
import { written } from '../document/written.ts';
import type { Output } from '../output.ts';

/**
 * Connections, integrations and notifications as a file for `apply`, or the integrations chosen with what they use; each
 * secret as a reference to the environment.
 */
export async function exportAll(client: Client, chosen: readonly string[], output: Output): Promise<void> {
  const exported =
    chosen.length === 0
      ? (await client.integrations()).items
      : await Promise.all(chosen.map((name) => client.integration(name)));
  const used = new Set(exported.flatMap(({ document }) => connectionsOf(document)));
  const connections: Record<string, unknown> = {};
  const variables: string[] = [];
  for (const { name, tracker, config, budget, secrets } of (await client.connections()).items) {
    if (chosen.length > 0 && !used.has(name)) continue;
    const references: Record<string, string> = {};
    for (const secret of secrets) {
      const variable = variableOf(name, secret);
      variables.push(variable);
      references[secret] = `\${env:${variable}}`;
    }
    connections[name] = {
      tracker,
      config: { ...config, ...references },
      ...(budget === undefined ? {} : { budget }),
    };
  }
  const integrations = Object.fromEntries(exported.map((one) => [one.name, one.document]));
  const { text } = chosen.length === 0 ? await client.scriptLibrary() : { text: '' };
  const notifications: Record<string, unknown> = {};
  for (const one of chosen.length === 0 ? (await client.notifications()).items : [])
    notifications[one.name] = notificationDocument(one, variables);
  const all = {
    connections,
    integrations,
    ...(Object.keys(notifications).length === 0 ? {} : { notifications }),
    ...(text === '' ? {} : { library: text }),
  };
  output.line(written(all));
  output.result({ ok: true, ...all, variables });
}

/** As `apply` takes it; the variables that its secrets come from are added to `variables`. */
function notificationDocument(one: Notification, variables: string[]): object {
  const { name, secrets, waiting: _waiting, lastSentAt: _sent, failure: _failure, channel, ...rest } = one;
  const single: Record<string, string> = {};
  const secretHeaders: Record<string, string> = {};
  for (const secret of secrets) {
    const variable = variableOf(`notification-${name}`, secret);
    variables.push(variable);
    const header = /^secretHeaders\.(.+)$/.exec(secret)?.[1];
    if (header === undefined) single[secret] = `\${env:${variable}}`;
    else secretHeaders[header] = `\${env:${variable}}`;
  }
  const headers = Object.keys(secretHeaders).length === 0 ? {} : { secretHeaders };
  return { ...rest, channel: { ...channel, ...single, ...headers } };
}

function connectionsOf(document: Readonly<Record<string, unknown>>): string[] {
  const sides = [document['left'], document['right']] as readonly { readonly connection?: string }[];
  return sides.flatMap((side) => side.connection ?? []);
}

/** `support-redmine`, `apiKey` → `SUPPORT_REDMINE_API_KEY`. */
export function variableOf(connection: string, secret: string): string {
  const words = `${connection}_${secret.replaceAll(/([a-z])([A-Z])/g, '$1_$2')}`;
  const upper = words.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase();
  return /^[0-9]/.test(upper) ? `_${upper}` : upper;
}
