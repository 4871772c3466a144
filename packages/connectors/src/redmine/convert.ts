import type { FieldId, FieldValue, Item, User } from '@lockstep/sdk';
import type { CustomFieldShape } from './fields.ts';
import { attachmentsOf, commentsOf, fieldTimesOf } from './history.ts';
import { customValueOf, instantOf, person, versionOf } from './values.ts';
import type { WireIssue, WireUser } from './wire.ts';

export interface IssueContext {
  readonly baseUrl: string;
  /** Number of the custom field that holds the marker. */
  readonly markerField: number;
  readonly customFields: readonly CustomFieldShape[];
}

/** An issue read with its journals, attachments and allowed statuses. */
export function itemOf(issue: WireIssue, context: IssueContext): Item {
  const last = issue.journals.at(-1);
  const marker = issue.custom_fields.find((one) => one.id === context.markerField)?.value;
  return {
    id: String(issue.id),
    key: `#${issue.id}`,
    url: `${context.baseUrl}/issues/${issue.id}`,
    type: String(issue.tracker.id),
    version: versionOf(issue),
    createdAt: instantOf(issue.created_on),
    updatedAt: instantOf(issue.updated_on),
    createdBy: person(issue.author),
    updatedBy: person(last?.user ?? issue.author),
    visibility: issue.is_private === undefined ? 'unknown' : issue.is_private ? 'private' : 'public',
    fields: fieldsOf(issue, context.customFields),
    fieldTimes: fieldTimesOf(issue),
    ...(issue.allowed_statuses === undefined
      ? {}
      : { allowedStatuses: issue.allowed_statuses.map((status) => String(status.id)) }),
    ...(typeof marker === 'string' && marker !== '' ? { marker } : {}),
    comments: commentsOf(issue),
    attachments: attachmentsOf(issue),
  };
}

function fieldsOf(issue: WireIssue, custom: readonly CustomFieldShape[]): Record<FieldId, FieldValue> {
  const id = (it: { readonly id: number } | undefined): string | null =>
    it === undefined ? null : String(it.id);
  const fields: Record<FieldId, FieldValue> = {
    subject: issue.subject,
    description: emptyToNull(issue.description),
    status_id: id(issue.status),
    priority_id: id(issue.priority),
    assigned_to_id: id(issue.assigned_to),
    author_id: id(issue.author),
    category_id: id(issue.category),
    fixed_version_id: id(issue.fixed_version),
    start_date: emptyToNull(issue.start_date),
    due_date: emptyToNull(issue.due_date),
    done_ratio: issue.done_ratio ?? null,
    estimated_hours: issue.estimated_hours ?? null,
    is_private: issue.is_private ?? null,
  };
  for (const { id: number, value } of issue.custom_fields) {
    const shape = custom.find((one) => one.id === number);
    fields[`cf_${number}`] = customValueOf(value, shape);
  }
  return fields;
}

export function userOf(user: WireUser): User {
  const name = `${user.firstname} ${user.lastname}`.trim();
  return {
    id: String(user.id),
    ...(name === '' ? {} : { name }),
    ...(user.login === undefined ? {} : { login: user.login }),
    ...(user.mail === undefined || user.mail === null || user.mail === '' ? {} : { email: user.mail }),
    active: user.status === undefined || user.status === 1,
  };
}

function emptyToNull(text: string | null | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
