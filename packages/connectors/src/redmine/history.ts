import type { Attachment, Comment, FieldId, FieldValue, Instant } from '@lockstep/sdk';
import { customFieldNumber, customValueOf, instantOf, person } from './values.ts';
import type { CustomFieldShape } from './fields.ts';
import type { WireIssue, WireJournal } from './wire.ts';

/** Journals are Redmine's history: who changed which field when, from what to what. */

export function commentsOf(issue: Pick<WireIssue, 'journals'>): readonly Comment[] {
  return issue.journals.flatMap((one): Comment[] => {
    if (one.notes === undefined || one.notes === null || one.notes === '') return [];
    return [
      {
        id: String(one.id),
        body: one.notes,
        author: one.user === undefined ? { id: 'unknown' } : person(one.user),
        createdAt: instantOf(one.created_on),
        ...(one.updated_on === undefined || one.updated_on === null
          ? {}
          : { updatedAt: instantOf(one.updated_on) }),
        visibility: one.private_notes === undefined ? 'unknown' : one.private_notes ? 'private' : 'public',
      },
    ];
  });
}

/** A file that came with a private note was not meant for everybody, even where Redmine lists it. */
export function attachmentsOf(
  issue: Pick<WireIssue, 'attachments' | 'journals' | 'is_private'>,
): readonly Attachment[] {
  const confidential = new Set(
    issue.journals
      .filter((one, index) => one.private_notes === true || isSplit(one, issue.journals[index + 1]))
      .flatMap((one) =>
        one.details.filter((detail) => detail.property === 'attachment').map((detail) => detail.name),
      ),
  );
  return issue.attachments.map((file) => ({
    id: String(file.id),
    name: file.filename,
    size: file.filesize,
    ...(file.content_type === undefined || file.content_type === null || file.content_type === ''
      ? {}
      : { contentType: file.content_type }),
    ...(file.author === undefined ? {} : { author: person(file.author) }),
    createdAt: instantOf(file.created_on),
    visibility: issue.is_private === true || confidential.has(String(file.id)) ? 'private' : 'public',
  }));
}

/** What comes with a private note Redmine enters by itself, for everybody, right before the note. */
function isSplit(one: WireJournal, next: WireJournal | undefined): boolean {
  const isSilent = one.notes === undefined || one.notes === null || one.notes === '';
  const isSame = next?.user?.id === one.user?.id && next?.created_on === one.created_on;
  return isSilent && isSame && next?.private_notes === true;
}

export function fieldTimesOf(issue: WireIssue): Readonly<Record<FieldId, Instant>> {
  const created = instantOf(issue.created_on);
  const times: Record<FieldId, Instant> = {};
  for (const id of ATTRIBUTES) times[id] = created;
  for (const { id } of issue.custom_fields) times[`cf_${id}`] = created;
  for (const one of issue.journals) {
    for (const detail of one.details) {
      const id = fieldOf(detail);
      if (id !== undefined) times[id] = instantOf(one.created_on);
    }
  }
  return times;
}

/**
 * What a write of ours replaced: the old values that Redmine noted in our own journals behind the version that the
 * write expected. A field that is in no such journal was not changed by us.
 */
export function replacedBy(
  issue: WireIssue,
  written: readonly FieldId[],
  ours: { readonly user: string; readonly after: number },
  shapes: readonly CustomFieldShape[],
): Readonly<Record<FieldId, FieldValue>> {
  const replaced: Record<FieldId, FieldValue> = {};
  const mine = issue.journals.filter(
    (one) => one.id > ours.after && String(one.user?.id ?? '') === ours.user,
  );
  for (const id of written) {
    const last = mine.findLast((one) => one.details.some((detail) => fieldOf(detail) === id));
    if (last !== undefined) replaced[id] = oldValue(issue, last, id, shapes);
  }
  return replaced;
}

function oldValue(
  issue: WireIssue,
  one: WireJournal,
  id: FieldId,
  shapes: readonly CustomFieldShape[],
): FieldValue {
  const details = one.details.filter((detail) => fieldOf(detail) === id);
  const number = customFieldNumber(id);
  if (number !== undefined) {
    const shape = shapes.find((candidate) => candidate.id === number);
    if (shape?.multiple !== true) return customValueOf(details[0]?.old_value, shape);
    // A list is noted value by value: take away what came and put back what went.
    const now = issue.custom_fields.find((value) => value.id === number)?.value ?? [];
    const came = details
      .map((detail) => detail.new_value)
      .filter((value) => value !== null && value !== undefined);
    const went = details.flatMap((detail) => (detail.old_value ? [detail.old_value] : []));
    const present = typeof now === 'string' ? [now] : now;
    return [
      ...new Set([...present.filter((value) => value !== '' && !came.includes(value)), ...went]),
    ].toSorted();
  }
  const old = details[0]?.old_value;
  if (old === undefined || old === null || old === '') return null;
  if (id === 'done_ratio' || id === 'estimated_hours') return Number(old);
  if (id === 'is_private') return old === '1' || old === 'true' || old === 't';
  return old;
}

function fieldOf(detail: WireJournal['details'][number]): FieldId | undefined {
  if (detail.property === 'cf') return `cf_${detail.name}`;
  return detail.property === 'attr' && (ATTRIBUTES as readonly string[]).includes(detail.name)
    ? detail.name
    : undefined;
}

const ATTRIBUTES = [
  'subject',
  'description',
  'status_id',
  'priority_id',
  'assigned_to_id',
  'category_id',
  'fixed_version_id',
  'start_date',
  'due_date',
  'done_ratio',
  'estimated_hours',
  'is_private',
] as const;
