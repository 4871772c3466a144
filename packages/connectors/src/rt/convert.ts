import { ConnectorError } from '@lockstep/sdk';
import type {
  Comment,
  FieldDefinition,
  FieldId,
  FieldKind,
  FieldValue,
  Instant,
  Item,
  Visibility,
} from '@lockstep/sdk';
import { htmlToText } from './html.ts';
import type { AttachmentText, CustomField, Ticket, Transaction } from './wire.ts';

/** What converting needs to know of a queue. */
export interface Model {
  readonly webUrl: string;
  readonly queueId: string;
  readonly customFields: readonly CustomField[];
  /** Id of the custom field that holds the marker. */
  readonly markerField: string | undefined;
  /** From a priority's name to the least number that has it; empty: priorities are numbers. */
  readonly priorities: readonly Priority[];
}

export interface Priority {
  readonly name: string;
  readonly from: number;
}

const NOBODY = 'Nobody';
export const TICKET_FIELDS =
  'Type,Queue,Subject,Status,Owner,Requestor,Cc,Priority,Created,Creator,LastUpdated,LastUpdatedBy,Due,Starts,Started,Resolved,TimeWorked,TimeEstimated,TimeLeft,CustomFields';

/** A text inside TicketSQL or TransactionSQL, with its quotes. RT unescapes a backslash before any character. */
export function quote(value: string): string {
  return `'${value.replaceAll(/['\\]/g, (character) => `\\${character}`)}'`;
}

/** RT's own form of times in queries and writes; no zone, in whole seconds. */
export function sqlTime(instant: Instant): string {
  return instant.slice(0, 19).replace('T', ' ');
}

/** RT gives `2026-01-02T03:04:05Z`, and 1970 for a time that is not set. */
export function instantOf(text: string): Instant | null {
  const time = Date.parse(text);
  return Number.isNaN(time) || time === 0 ? null : new Date(time).toISOString();
}

export function requiredInstant(text: string): Instant {
  return instantOf(text) ?? new Date(0).toISOString();
}

/** `Low=0, Medium=50, High=100`, ascending. */
export function parsePriorities(text: string): readonly Priority[] {
  const entries = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const parsed = entries.map((entry) => {
    const match = /^(.*\S)\s*=\s*(\d+)$/.exec(entry);
    if (match === null)
      throw new ConnectorError('config', `priorities: "${entry}" is not of the form Name=Number`);
    return { name: match[1] ?? '', from: Number(match[2]) };
  });
  return parsed.toSorted((a, b) => a.from - b.from);
}

/** `new, open, resolved*`: a star tells that work is over there. */
export function parseStatuses(text: string): readonly { readonly id: string; readonly closed: boolean }[] {
  const entries = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return entries.map((entry) => ({ id: entry.replace(/\s*\*$/, ''), closed: entry.endsWith('*') }));
}

export function priorityOf(text: string, priorities: readonly Priority[]): FieldValue {
  if (text === '') return null;
  const number = Number(text);
  if (priorities.length === 0) return number;
  return (priorities.findLast((one) => one.from <= number) ?? priorities[0])?.name ?? null;
}

export function customFieldKind(field: CustomField): FieldKind | undefined {
  const single = field.MaxValues === '1';
  switch (field.Type) {
    case 'Select':
      return single ? 'option' : 'multi-option';
    case 'Date':
      return single ? 'date' : 'tags';
    case 'DateTime':
      return single ? 'date-time' : 'tags';
    case 'Text':
    case 'Wikitext':
      return single ? 'rich-text' : 'tags';
    case 'Image':
    case 'Binary':
      return undefined;
    default:
      return single ? 'text' : 'tags';
  }
}

export function customFieldValue(kind: FieldKind, values: readonly unknown[]): FieldValue {
  const texts = values.filter((value): value is string => typeof value === 'string' && value !== '');
  if (kind === 'multi-option' || kind === 'tags') return texts;
  const first = texts[0];
  if (first === undefined) return null;
  if (kind === 'date-time') return instantOf(first);
  return kind === 'date' ? first.slice(0, 10) : first;
}

export function toItem(ticket: Ticket, version: string, description: string | undefined, model: Model): Item {
  const fields: Record<FieldId, FieldValue> = {
    subject: ticket.Subject === '' ? null : ticket.Subject,
    description: description ?? null,
    status: ticket.Status,
    owner: ticket.Owner.id === NOBODY ? null : ticket.Owner.id,
    requestors: ticket.Requestor.map((person) => person.id).toSorted(),
    cc: ticket.Cc.map((person) => person.id).toSorted(),
    priority: priorityOf(ticket.Priority, model.priorities),
    due: instantOf(ticket.Due),
    starts: instantOf(ticket.Starts),
    started: instantOf(ticket.Started),
    resolved: instantOf(ticket.Resolved),
    time_worked: Number(ticket.TimeWorked),
    time_estimated: Number(ticket.TimeEstimated),
    time_left: Number(ticket.TimeLeft),
  };
  let marker: string | undefined;
  for (const field of model.customFields) {
    const values = ticket.CustomFields.find((one) => one.id === field.id)?.values ?? [];
    const kind = customFieldKind(field);
    if (field.id === model.markerField)
      marker = values.find((value) => typeof value === 'string' && value !== '') as string | undefined;
    else if (kind !== undefined) fields[`cf_${field.id}`] = customFieldValue(kind, values);
  }
  return {
    id: ticket.id,
    key: `#${ticket.id}`,
    url: `${model.webUrl}/Ticket/Display.html?id=${ticket.id}`,
    type: 'ticket',
    version,
    createdAt: requiredInstant(ticket.Created),
    updatedAt: requiredInstant(ticket.LastUpdated),
    ...(ticket.Creator ? { createdBy: { id: ticket.Creator.id } } : {}),
    ...(ticket.LastUpdatedBy ? { updatedBy: { id: ticket.LastUpdatedBy.id } } : {}),
    visibility: 'public',
    fields,
    ...(marker === undefined ? {} : { marker }),
  };
}

const COLUMNS: Readonly<Record<FieldId, string>> = {
  subject: 'Subject',
  status: 'Status',
  owner: 'Owner',
  requestors: 'Requestor',
  cc: 'Cc',
  priority: 'Priority',
  due: 'Due',
  starts: 'Starts',
  started: 'Started',
  time_worked: 'TimeWorked',
  time_estimated: 'TimeEstimated',
  time_left: 'TimeLeft',
};
const TIMES = new Set(['due', 'starts', 'started']);
const NUMBERS = new Set(['time_worked', 'time_estimated', 'time_left']);

/** The body of a create or an update, without queue, description and marker. */
export function toBody(fields: Readonly<Record<FieldId, FieldValue>>, model: Model): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  const custom: Record<string, unknown> = {};
  for (const [id, value] of Object.entries(fields)) {
    if (id === 'description') continue;
    const field = model.customFields.find((one) => `cf_${one.id}` === id);
    const column = COLUMNS[id];
    if (field !== undefined && field.id !== model.markerField)
      custom[field.id] = customFieldBody(field, value);
    else if (column !== undefined) body[column] = columnBody(id, value, model);
    else
      throw new ConnectorError('unsupported', `Request Tracker: the field "${id}" cannot be written`, {
        field: id,
      });
  }
  if (Object.keys(custom).length > 0) body['CustomFields'] = custom;
  return body;
}

function columnBody(id: FieldId, value: FieldValue, model: Model): unknown {
  if (id === 'owner') return value ?? NOBODY;
  if (id === 'requestors' || id === 'cc') return value ?? [];
  // RT joins lines without a space.
  if (id === 'subject') return String(value ?? '').replaceAll(/\s*[\r\n]+\s*/g, ' ');
  // With a trailing Z an update stores "not set"; these columns are UTC whatever the account's zone is.
  if (TIMES.has(id)) return value === null ? '' : sqlTime(String(value));
  if (NUMBERS.has(id)) return Number(value ?? 0);
  if (id !== 'priority' || model.priorities.length === 0) return value ?? '';
  const priority = model.priorities.find((one) => one.name === value);
  if (value !== null && priority === undefined) {
    throw new ConnectorError('rejected', `Request Tracker: there is no priority "${value}"`, {
      field: id,
      remedy:
        'Add it to the priorities of the queue in this side’s settings, or map it to one that is there.',
    });
  }
  return priority?.from ?? 0;
}

function customFieldBody(field: CustomField, value: FieldValue): unknown {
  if (field.MaxValues !== '1') return value ?? [];
  if (value === null || value === '') return null;
  return field.Type === 'DateTime' ? sqlTime(String(value)) : value;
}

/** Fields that were asked for and are not so afterwards. */
export function notTaken(
  asked: Readonly<Record<FieldId, FieldValue>>,
  item: Item,
  definitions: (id: FieldId) => string,
): readonly string[] {
  return Object.entries(asked)
    .filter(([id, value]) => !same(value, item.fields[id] ?? null))
    .map(
      ([id, value]) =>
        `${definitions(id)}: asked for ${show(value)}, Request Tracker has ${show(item.fields[id] ?? null)}`,
    );
}

function same(a: FieldValue, b: FieldValue): boolean {
  if (Array.isArray(a) || Array.isArray(b)) {
    const sorted = (value: FieldValue): string =>
      JSON.stringify(Array.isArray(value) ? value.map(String).toSorted() : []);
    return sorted(a) === sorted(b);
  }
  if (typeof a === 'string' && typeof b === 'string') return normal(a) === normal(b);
  return (a === '' ? null : a) === (b === '' ? null : b);
}

/** What RT changes by itself: line ends; parts of a second; a line break in a subject. */
function normal(value: string): string {
  const time = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? value.replace(/\.\d+Z$/, 'Z') : value;
  return time.replaceAll(/\s*[\r\n]+\s*/g, ' ').trim();
}

function show(value: FieldValue): string {
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}

/** The text of a transaction: its first plain part that is not a file, else its first HTML part as plain text. */
export function bodyOf(parts: readonly AttachmentText[]): string | undefined {
  const texts = parts.filter((part) => part.Filename === '' && part.Content !== '');
  const plain = texts.find((part) => part.ContentType === 'text/plain');
  if (plain !== undefined) return plain.Content.replaceAll(/\r\n?/g, '\n');
  const html = texts.find((part) => part.ContentType === 'text/html');
  return html === undefined ? undefined : htmlToText(html.Content);
}

export function visibilityOf(transactionType: string | undefined): Visibility {
  if (transactionType === 'Comment') return 'private';
  return transactionType === 'Correspond' || transactionType === 'Create' ? 'public' : 'unknown';
}

export function toComment(transaction: Transaction, body: string): Comment {
  return {
    id: transaction.id,
    body,
    author: { id: transaction.Creator.id },
    createdAt: requiredInstant(transaction.Created),
    visibility: visibilityOf(transaction.Type),
  };
}

const READ_ONLY = { reason: 'Request Tracker sets it by itself.' };

export function fieldDefinitions(
  model: Model,
  statuses: FieldDefinition['options'],
  optionsOf: (customField: string) => readonly string[],
): readonly FieldDefinition[] {
  const both = { onCreate: true, onUpdate: true } as const;
  const custom = model.customFields.flatMap((field): FieldDefinition[] => {
    const kind = customFieldKind(field);
    if (kind === undefined || field.id === model.markerField) return [];
    const options =
      field.Type === 'Select' ? { options: optionsOf(field.id).map((id) => ({ id, title: id })) } : {};
    return [{ id: `cf_${field.id}`, title: field.Name, kind, ...both, ...options }];
  });
  const priority: FieldDefinition =
    model.priorities.length === 0
      ? { id: 'priority', title: 'Priority', kind: 'number', ...both }
      : {
          id: 'priority',
          title: 'Priority',
          kind: 'option',
          ...both,
          options: model.priorities.map(({ name }) => ({ id: name, title: name })),
        };
  return [
    { id: 'subject', title: 'Subject', kind: 'text', required: true, maxBytes: 200, ...both },
    {
      id: 'description',
      title: 'Description',
      kind: 'rich-text',
      onCreate: true,
      onUpdate: {
        reason: 'In Request Tracker it is the first message of the ticket, and messages cannot be changed.',
      },
    },
    {
      id: 'status',
      title: 'Status',
      kind: 'status',
      ...both,
      ...(statuses === undefined ? {} : { options: statuses }),
    },
    { id: 'owner', title: 'Owner', kind: 'user', ...both },
    { id: 'requestors', title: 'Requestors', kind: 'multi-user', ...both },
    { id: 'cc', title: 'Cc', kind: 'multi-user', ...both },
    priority,
    { id: 'due', title: 'Due', kind: 'date-time', ...both },
    { id: 'starts', title: 'Starts', kind: 'date-time', ...both },
    { id: 'started', title: 'Started', kind: 'date-time', ...both },
    { id: 'resolved', title: 'Resolved', kind: 'date-time', onCreate: READ_ONLY, onUpdate: READ_ONLY },
    { id: 'time_worked', title: 'Time worked (minutes)', kind: 'duration', unit: 'minutes', ...both },
    { id: 'time_estimated', title: 'Time estimated (minutes)', kind: 'duration', unit: 'minutes', ...both },
    { id: 'time_left', title: 'Time left (minutes)', kind: 'duration', unit: 'minutes', ...both },
    ...custom,
  ];
}
