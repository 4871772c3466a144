import type { FieldId, FieldValue, Item } from '@lockstep/sdk';
import { other } from '../configuration/integration.ts';
import type { CompiledType } from '../mapping/compiled.ts';
import type { Intent, Tried } from '../ports/records.ts';
import { isStoredForm } from './stored-form.ts';

type Sent = NonNullable<Intent['sent']>;

/** Tries remembered with a create that goes unanswered again and again; each holds a whole item. */
const REMEMBERED = 8;

/** What a new try of a create sends, with what is known of the tries before it. */
export function sentAgain(present: Tried, unanswered: Intent | undefined): Sent {
  const sent = unanswered?.sent;
  if (sent === undefined) return present;
  const { target, source, earlier = [], since = unanswered?.sentAt } = sent;
  return {
    ...present,
    earlier: [...earlier, { target, source }].slice(-REMEMBERED),
    ...(since === undefined ? {} : { since }),
  };
}

/** What its tries sent, oldest first. */
export function triesOf(intent: Intent): readonly Tried[] {
  return intent.sent === undefined ? [] : [...(intent.sent.earlier ?? []), intent.sent];
}

/**
 * Which of several tries made the copy may never be known: a value that one of them sent, in the words at least,
 * counts as sent by it, the latest first; one that none of them sent is somebody's edit of what they all sent, or nothing that is known.
 */
export function sentTo(type: CompiledType, intent: Intent, copy: Item): Tried {
  const tries = triesOf(intent).toReversed();
  const target: Record<FieldId, FieldValue> = {};
  const source: Record<FieldId, FieldValue> = {};
  for (const field of type.fields) {
    const there = field.mapping[intent.side];
    const here = field.mapping[other(intent.side)];
    const sent = (one: Tried): FieldValue => one.target[there] ?? null;
    const [latest] = tries;
    const known =
      tries.find((one) => field.same(intent.side, sent(one), copy.fields[there])) ??
      tries.find((one) => isStoredForm(field, intent.side, sent(one), copy.fields[there] ?? null)) ??
      (latest !== undefined && tries.every((one) => field.same(intent.side, sent(one), sent(latest)))
        ? latest
        : undefined);
    if (known === undefined || !(there in known.target || tries.length > 1)) continue;
    target[there] = sent(known);
    source[here] = known.source[here] ?? null;
  }
  return { target, source };
}
