import { ConnectorError } from '@lockstep/sdk';
import type { Comment, FieldValue, Item } from '@lockstep/sdk';
import type { IntegrationConfiguration, Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import { idsOf, isNamed } from '../migration/request.ts';
import { planCreate } from '../plan/plan-create.ts';
import { carries } from '../run/carry-parts.ts';
import { contextOf } from '../run/context.ts';
import type { RunContext, RunOptions, RunPorts } from '../run/context.ts';
import { inWords } from './words.ts';

/** What a script would make of one item, were all of it written to the other side. */
export interface ScriptTrial {
  /** The side that the item is on. */
  readonly side: Side;
  readonly key: string;
  readonly url: string;
  /** Is there no counterpart yet? */
  readonly isNew: boolean;
  /** By the names of the other side's fields: as mapped, and as the script wants them; absent: taken out. */
  readonly fields: readonly {
    readonly name: string;
    readonly mapped?: FieldValue;
    readonly wanted?: FieldValue;
  }[];
  /** Comments that the mapping carries, and what the script makes of them; `null`: kept back. */
  readonly comments: readonly {
    readonly id: string;
    readonly body: string;
    readonly wanted: string | null;
  }[];
  readonly log: readonly string[];
  /** Why nothing is written: the item's type is not mapped, or the script went wrong, with its line. */
  readonly failure?: string;
}

/** Comments played; a trial is to be read. */
const MOST_COMMENTS = 20;

/** Plays the script of an integration on the items of that name, on either side. Writes nothing. */
export async function tryScript(
  configuration: IntegrationConfiguration,
  ports: RunPorts,
  options: RunOptions,
  name: string,
): Promise<readonly ScriptTrial[]> {
  const context = contextOf(configuration, ports, options);
  const trials: ScriptTrial[] = [];
  for (const side of SIDES) {
    const tracker = context.trackers[side];
    const found = await tracker.call((signal) => tracker.connector.items.get(idsOf(name), signal));
    for (const item of found.filter((one) => isNamed(one, name)))
      trials.push(await tryOn(context, side, item));
  }
  return trials;
}

async function tryOn(context: RunContext, side: Side, item: Item): Promise<ScriptTrial> {
  const to = other(side);
  const log: string[] = [];
  const tell = (text: string): void => void log.push(text);
  const pair = (await context.store.pairs(side, [item.id])).get(item.id);
  const known = { side, key: item.key, url: item.url, isNew: pair === undefined, log };
  const type =
    pair === undefined
      ? context.compiled.typeFor(side, item)
      : context.compiled.typeOf(pair.left.type, pair.right.type);
  const shape = context.trackers[to].schema.types.find(({ id }) => id === type?.mapping[to]);
  if (type === undefined || shape === undefined)
    return { ...known, fields: [], comments: [], failure: context.compiled.whyNoType(side, item) };
  await context.directory.prepare(type, side, item.fields);
  const mapped = planCreate(type, side, item, context.directory).fields;
  const target = pair === undefined ? undefined : await context.trackers[to].read(pair[to].id);
  try {
    const wanted = await context.script.beforeWrite(
      { to, source: item, type: shape.id, fields: mapped, ...(target === undefined ? {} : { target }) },
      tell,
    );
    const [before, after] = [inWords(shape, mapped), inWords(shape, wanted)];
    const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].map((name) => ({
      name,
      ...(name in before ? { mapped: before[name] ?? null } : {}),
      ...(name in after ? { wanted: after[name] ?? null } : {}),
    }));
    const comments: ScriptTrial['comments'][number][] = [];
    for (const { id, body, visibility, author } of await commentsOf(
      context,
      type.mapping.comments,
      side,
      item,
    )) {
      const comment = { to, source: item, body, visibility, author: author.name ?? author.id };
      comments.push({ id, body, wanted: (await context.script.beforeComment(comment, tell)) ?? null });
    }
    return { ...known, fields, comments };
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'rejected') throw error;
    return { ...known, fields: [], comments: [], failure: error.message };
  }
}

async function commentsOf(
  context: RunContext,
  mapping: { readonly direction: 'both' | 'to-right' | 'to-left'; readonly internal?: string } | undefined,
  side: Side,
  item: Item,
): Promise<readonly Comment[]> {
  const tracker = context.trackers[side];
  const facet = tracker.connector.comments;
  if (mapping === undefined || facet === undefined || !carries(mapping.direction, other(side))) return [];
  const all = item.comments ?? (await tracker.call((signal) => facet.list(item.id, signal)));
  return all
    .filter(
      ({ visibility }) =>
        visibility === 'public' || (visibility === 'private' && mapping.internal === 'private'),
    )
    .slice(-MOST_COMMENTS);
}
