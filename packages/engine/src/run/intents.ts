import { hash as digest } from 'node:crypto';
import type { ItemId } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import type { IntentKind } from '../ports/records.ts';

/**
 * An intent's id names the work itself, so that two runs can never hold two intents for one piece of work (P1).
 * For a create it is the marker stored in the remote item: `ls:<integration>:<source side>:<source id>`.
 */
export function createIntentId(integration: string, source: Side, id: ItemId): string {
  return `ls:${integration}:${source === 'left' ? 'l' : 'r'}:${safe(id)}`;
}

/** What a marker says about the item that carries it; undefined when it is none of this integration's. */
export function readMarker(
  integration: string,
  marker: string | undefined,
): { readonly source: Side; readonly id: ItemId } | undefined {
  const prefix = `ls:${integration}:`;
  if (marker === undefined || !marker.startsWith(prefix)) return undefined;
  const rest = marker.slice(prefix.length);
  const source = rest.startsWith('l:') ? 'left' : rest.startsWith('r:') ? 'right' : undefined;
  return source === undefined ? undefined : { source, id: rest.slice(2) };
}

export function partIntentId(
  kind: Exclude<IntentKind, 'create'>,
  target: Side,
  id: ItemId,
  part = '',
): string {
  return `${kind}:${target}:${id}${part === '' ? '' : `:${part}`}`;
}

export function hash(text: string): string {
  return digest('sha256', text, 'base64url');
}

/** Markers hold `[A-Za-z0-9:._-]` only; other ids are told by their hash. */
function safe(id: ItemId): string {
  return /^[A-Za-z0-9._-]{1,120}$/.test(id) ? id : `h.${hash(id)}`;
}
