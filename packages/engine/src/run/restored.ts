import type { Attachment, Comment, Item } from '@lockstep/sdk';
import type { Side } from '../configuration/integration.ts';
import { other, SIDES } from '../configuration/integration.ts';
import { canonicalOf } from '../mapping/canonical.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import { planCreate } from '../plan/plan-create.ts';
import type { Intent, Pair, PartPair } from '../ports/records.ts';
import type { DetectedChange } from '../ports/store.ts';
import { partOf } from './carry-parts.ts';
import { commentBody } from './comment-body.ts';
import type { RunContext } from './context.ts';
import { createIntentId, hash } from './intents.ts';
import type { Work } from './work.ts';

/*
 * The store came out of a backup: what runs wrote between the backup and its return is in the trackers and not in the
 * store. Whatever is older than the return may therefore be there already, and is looked for before it is made (P1).
 */

/** Is it old enough that a forgotten run may have carried it? */
function isOlder(context: RunContext, side: Side, createdAt: string | undefined): boolean {
  const { restoredAt } = context.options;
  if (restoredAt === undefined) return false;
  const { timestampStep } = context.trackers[side].connector.limits;
  const limit = context.trackers[side].itsTime(Date.parse(restoredAt)) + timestampStep;
  return createdAt === undefined || Date.parse(createdAt) <= limit;
}

/** Which item it is a copy of, or which is a copy of it, only their contents tell: such items go one after the other. */
export function isToldByContent(context: RunContext, { side, item }: DetectedChange): boolean {
  if (!isOlder(context, side, item?.createdAt)) return false;
  return SIDES.some((one) => context.trackers[one].connector.items.find === undefined);
}

/** The create that a forgotten run may have sent for this item: what to look for. */
export async function forgottenCreate(
  context: RunContext,
  type: CompiledType,
  origin: Side,
  item: Item,
): Promise<Intent | undefined> {
  if (!isOlder(context, origin, item.createdAt)) return undefined;
  const side = other(origin);
  const intent = {
    id: createIntentId(context.options.id, origin, item.id),
    kind: 'create',
    side,
    source: item.id,
    fingerprint: '',
    sentAt: item.createdAt,
  } as const;
  if (context.trackers[side].connector.items.find !== undefined) return intent;
  await context.directory.prepare(type, origin, item.fields);
  return {
    ...intent,
    sent: { target: planCreate(type, origin, item, context.directory).fields, source: {} },
  };
}

/** Pairs comments and files with the copies that forgotten runs made of them, in either direction. */
export async function recallParts(work: Work, type: CompiledType, from: Side, item: Item): Promise<void> {
  const { context } = work;
  const pair = work.pair as Pair;
  if (context.options.restoredAt === undefined) return;
  const known = await context.store.parts(pair.id);
  const found: PartPair[] = [];
  for (const kind of ['comment', 'attachment'] as const) {
    const isNew = (side: Side, part: Part): boolean =>
      !known.some((one) => one.kind === kind && one[side].id === part.id) &&
      isOlder(context, side, part.createdAt);
    const here = (await partsOf(context, type, kind, from, pair[from].id, item)).filter((one) =>
      isNew(from, one),
    );
    if (here.length === 0) continue;
    const there = (await partsOf(context, type, kind, other(from), pair[other(from)].id)).filter((one) =>
      isNew(other(from), one),
    );
    const both = from === 'left' ? { left: here, right: there } : { left: there, right: here };
    for (const side of SIDES)
      found.push(...(await copiesOf(context, kind, side, both[side], both[other(side)])));
  }
  if (found.length === 0) return;
  work.tell(
    'info',
    `${found.length} comments and files, carried before the backup was restored, are known again`,
  );
  await work.step({ pair, parts: found });
}

interface Part {
  readonly id: string;
  /** Of what it says, in its own side's form. */
  readonly hash: string;
  /** Of its copy on the other side, in whichever way it was made. */
  readonly copied: readonly string[];
  readonly author: string | undefined;
  readonly createdAt: string | undefined;
}

async function copiesOf(
  context: RunContext,
  kind: PartPair['kind'],
  from: Side,
  originals: readonly Part[],
  copies: readonly Part[],
): Promise<readonly PartPair[]> {
  const self = await context.trackers[other(from)].self();
  const left = copies.filter(
    (one) => self === undefined || one.author === undefined || one.author === self.id,
  );
  return originals.flatMap((original) => {
    const at = left.findIndex((copy) => original.copied.includes(copy.hash));
    const [copy] = at < 0 ? [] : left.splice(at, 1);
    if (copy === undefined) return [];
    const source = { id: original.id, hash: original.hash };
    return [partOf(kind, from, source, { id: copy.id, hash: copy.hash })];
  });
}

async function partsOf(
  context: RunContext,
  type: CompiledType,
  kind: PartPair['kind'],
  side: Side,
  id: string,
  item?: Item,
): Promise<readonly Part[]> {
  const tracker = context.trackers[side];
  const { comments, attachments, richText } = tracker.connector;
  if (kind === 'comment') {
    if (comments === undefined || type.mapping.comments === undefined) return [];
    const there = context.trackers[other(side)].connector.richText;
    const canonical = (body: string): string => hash(canonicalOf(there, body));
    const all: readonly Comment[] =
      item?.comments ?? (await tracker.call((signal) => comments.list(id, signal)));
    return all.map((one) => {
      const copied = [false, true].flatMap((isDated) => {
        const body = commentBody(one, richText, there, isDated);
        return body === undefined ? [] : [canonical(body)];
      });
      const own = hash(canonicalOf(richText, one.body));
      return { id: one.id, hash: own, copied, author: one.author.id, createdAt: one.createdAt };
    });
  }
  if (attachments === undefined || type.mapping.attachments === undefined) return [];
  const all: readonly Attachment[] =
    item?.attachments ?? (await tracker.call((signal) => attachments.list(id, signal)));
  return all.map((one) => {
    const same = hash(`${one.name}\n${one.size}`);
    return { id: one.id, hash: same, copied: [same], author: one.author?.id, createdAt: one.createdAt };
  });
}
