import type { Attachment, Comment, Item } from '@lockstep/sdk';
import type { Direction, Side } from '../configuration/integration.ts';
import { other } from '../configuration/integration.ts';
import { canonicalOf } from '../mapping/canonical.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import type { Intent, Pair, PartPair } from '../ports/records.ts';
import { commentBody } from './comment-body.ts';
import { hash, partIntentId } from './intents.ts';
import { park } from './park.ts';
import { intend, isPartUnanswered } from './unanswered.ts';
import type { Work } from './work.ts';

/** Sends comments and files of one side that have no counterpart yet, oldest first, each at most once (P1). */
export async function carryParts(work: Work, type: CompiledType, from: Side, item: Item): Promise<void> {
  const pair = work.pair as Pair;
  const { comments, attachments } = type.mapping;
  const wantsComments = comments !== undefined && carries(comments.direction, other(from));
  const wantsFiles = attachments !== undefined && carries(attachments.direction, other(from));
  if (!wantsComments && !wantsFiles) {
    work.lookedThrough.add(from);
    return;
  }
  const known = await work.context.store.parts(pair.id);
  const isKnown = (kind: PartPair['kind'], id: string): boolean =>
    known.some((part) => part.kind === kind && part[from].id === id);
  const tracker = work.context.trackers[from];
  const unanswered = (['comment', 'attachment'] as const).filter((kind) =>
    isPartUnanswered(work.context, kind, from, item.id),
  );
  if (unanswered.length > 0) {
    const kinds = unanswered.map((kind) => (kind === 'comment' ? 'comment' : 'file')).join(' and ');
    park(
      work,
      'ambiguous',
      `${item.key}: its comments and files wait until it is known whether our own ${kinds} arrived`,
      {
        notBefore: work.context.clock.now(),
        remedy: 'Nothing to do: the next run looks for it.',
      },
    );
    return;
  }
  if (wantsComments && tracker.connector.comments !== undefined) {
    const facet = tracker.connector.comments;
    const all = item.comments ?? (await tracker.call((signal) => facet.list(item.id, signal)));
    for (const comment of all) {
      if (!isKnown('comment', comment.id))
        await carryComment(work, pair, from, comment, item, comments.internal === 'private');
    }
  }
  if (wantsFiles && tracker.connector.attachments !== undefined) {
    const facet = tracker.connector.attachments;
    const all = item.attachments ?? (await tracker.call((signal) => facet.list(item.id, signal)));
    for (const attachment of all) {
      if (!isKnown('attachment', attachment.id))
        await carryAttachment(work, pair, from, attachment, attachments.maxSize);
    }
  }
  work.lookedThrough.add(from);
}

export function carries(direction: Direction, to: Side): boolean {
  return direction === 'both' || direction === `to-${to}`;
}

export function partOf(
  kind: PartPair['kind'],
  from: Side,
  source: { id: string; hash: string },
  target: { id: string; hash: string },
): PartPair {
  return from === 'left' ? { kind, left: source, right: target } : { kind, left: target, right: source };
}

async function carryComment(
  work: Work,
  pair: Pair,
  from: Side,
  given: Comment,
  item: Item,
  privateToo: boolean,
): Promise<void> {
  const to = other(from);
  const source = work.context.trackers[from].connector;
  const target = work.context.trackers[to];
  const facet = target.connector.comments;
  if (facet === undefined) return;
  if (given.visibility === 'unknown') {
    work.tell('warn', `comment ${given.id} is not sent: its visibility is unknown`);
    return;
  }
  if (given.visibility === 'private' && !(privateToo && facet.private)) return;
  const comment = await scriptedComment(work, to, item, given);
  if (comment === undefined) return;
  const isDated = work.terms !== undefined;
  const body = commentBody(comment, source.richText, target.connector.richText, isDated);
  if (body === undefined) return;
  const id = partIntentId('comment', to, pair[to].id, comment.id);
  const sent = hash(canonicalOf(target.connector.richText, body));
  const intent: Omit<Intent, 'sentAt'> = {
    id,
    kind: 'comment',
    side: to,
    source: pair[from].id,
    target: pair[to].id,
    part: comment.id,
    fingerprint: sent,
  };
  const { visibility } = given;
  const created = await intend(work.context, intent, (signal) =>
    facet.create(pair[to].id, { body, visibility }, signal),
  );
  work.context.counts[to].comments += 1;
  work.parts.push(`comment of ${comment.author.name ?? comment.author.id} to the ${to} side`);
  if (work.outcome === 'unchanged') work.outcome = 'updated';
  await work.step({
    closed: [id],
    pair: work.pair as Pair,
    parts: [
      partOf('comment', from, { id: comment.id, hash: hash(comment.body) }, { id: created.id, hash: sent }),
    ],
  });
}

/** As the script wants it; undefined when it keeps the comment back. */
async function scriptedComment(
  work: Work,
  to: Side,
  source: Item,
  comment: Comment,
): Promise<Comment | undefined> {
  const { body, visibility } = comment;
  const author = comment.author.name ?? comment.author.id;
  const wanted = await work.context.script.beforeComment({ to, source, body, author, visibility }, (text) =>
    work.tell('info', text),
  );
  return wanted === undefined ? undefined : { ...comment, body: wanted };
}

async function carryAttachment(
  work: Work,
  pair: Pair,
  from: Side,
  file: Attachment,
  ownLimit: number | undefined,
): Promise<void> {
  const to = other(from);
  const source = work.context.trackers[from];
  const target = work.context.trackers[to];
  const facet = target.connector.attachments;
  const reader = source.connector.attachments;
  if (facet === undefined || reader === undefined) return;
  if (file.visibility === 'private' || file.visibility === 'unknown') {
    work.tell('info', `file ${file.name} is not sent: it is not public`);
    return;
  }
  const limit = Math.min(ownLimit ?? Number.POSITIVE_INFINITY, facet.maxSize);
  if (file.size > limit) {
    work.tell('warn', `file ${file.name} is not sent: ${file.size} bytes, and the ${to} side takes ${limit}`);
    work.parts.push(`file ${file.name} left out: too large for the ${to} side`);
    return;
  }
  const id = partIntentId('attachment', to, pair[to].id, file.id);
  const fingerprint = hash(`${file.name}\n${file.size}`);
  const intent: Omit<Intent, 'sentAt'> = {
    id,
    kind: 'attachment',
    side: to,
    source: pair[from].id,
    target: pair[to].id,
    part: file.id,
    fingerprint,
  };
  const { name, size, contentType = 'application/octet-stream' } = file;
  let content: AsyncIterable<Uint8Array>;
  const created = await intend(
    work.context,
    intent,
    (signal) => facet.create(pair[to].id, { name, size, contentType, content }, signal),
    async () => {
      content = await source.call((signal) => reader.read(pair[from].id, file.id, signal));
    },
  );
  work.context.counts[to].attachments += 1;
  work.parts.push(`file ${file.name} to the ${to} side`);
  if (work.outcome === 'unchanged') work.outcome = 'updated';
  await work.step({
    closed: [id],
    pair: work.pair as Pair,
    parts: [
      partOf('attachment', from, { id: file.id, hash: fingerprint }, { id: created.id, hash: fingerprint }),
    ],
  });
}
