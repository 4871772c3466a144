import type { Client } from '@lockstep/api';
import { Document, isPair, isScalar, visit } from 'yaml';
import type { Output } from '../output.ts';

/**
 * Connections and integrations as a file for `apply`, all or those chosen with what they use; each secret as a
 * reference to the environment.
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
  const all = { connections, integrations, ...(text === '' ? {} : { library: text }) };
  output.line(written(all));
  output.result({ ok: true, ...all, variables });
}

function connectionsOf(document: Readonly<Record<string, unknown>>): string[] {
  const sides = [document['left'], document['right']] as readonly { readonly connection?: string }[];
  return sides.flatMap((side) => side.connection ?? []);
}

/** Small lists and settings on one line, as people write them. */
function written(configuration: object): string {
  const document = new Document(configuration);
  visit(document, {
    Collection: (_, node) => {
      const small = node.items.every((item) => isScalar(item) || (isPair(item) && isScalar(item.value)));
      if (small && node.items.length > 0 && node.items.length < 4) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 110 }).trimEnd();
}

/** `support-redmine`, `apiKey` → `SUPPORT_REDMINE_API_KEY`. */
export function variableOf(connection: string, secret: string): string {
  const words = `${connection}_${secret.replaceAll(/([a-z])([A-Z])/g, '$1_$2')}`;
  const upper = words.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase();
  return /^[0-9]/.test(upper) ? `_${upper}` : upper;
}
