import { z } from 'zod';

/** RT writes ids now as numbers, now as texts. */
const id = z.union([z.string(), z.number()]).transform(String);

/** RT names a person inside a record by their login. */
const person = z.object({ id });

/** An unset column comes as an empty text, in some records not at all. */
const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? '' : String(value)));

const customFieldValue = z.object({
  id,
  name: z.string(),
  values: z.array(z.union([z.string(), z.null(), z.record(z.string(), z.unknown())])),
});

/** A row of `tickets?fields=…`; `ticket/N` holds the same and more. */
export const ticket = z.object({
  id,
  Type: text,
  Queue: z.object({ id }),
  Subject: text,
  Status: z.string(),
  Owner: person,
  Requestor: z.array(person).default([]),
  Cc: z.array(person).default([]),
  Priority: text,
  Created: z.string(),
  LastUpdated: z.string(),
  Creator: person.nullish().catch(null),
  LastUpdatedBy: person.nullish().catch(null),
  Due: text,
  Starts: text,
  Started: text,
  Resolved: text,
  TimeWorked: text,
  TimeEstimated: text,
  TimeLeft: text,
  CustomFields: z
    .union([z.array(customFieldValue), z.literal('')])
    .transform((value) => (value === '' ? [] : value)),
  _hyperlinks: z
    .array(z.object({ ref: z.string().optional(), _url: z.string().optional(), type: z.string().optional() }))
    .default([]),
});
export type Ticket = z.output<typeof ticket>;

const page = <T extends z.ZodType>(row: T) =>
  z.object({
    /** Null where RT takes out rows after the search: then a page may be short without being the last. */
    total: z.number().nullable(),
    count: z.number(),
    items: z.array(row),
  });

export const ticketPage = page(ticket);
export const positionPage = page(z.object({ id, LastUpdated: z.string() }));
export const statusPage = page(z.object({ id, Status: z.string() }));

export const transaction = z.object({
  id,
  ObjectId: id,
  Type: z.string(),
  Field: text,
  OldValue: text,
  Created: z.string(),
  Creator: person,
});
export type Transaction = z.output<typeof transaction>;
export const transactionPage = page(transaction);

export const attachment = z.object({
  id,
  TransactionId: id,
  Filename: text,
  ContentType: text,
  Content: text,
});
export type AttachmentText = z.output<typeof attachment>;
export const attachmentTextPage = page(attachment);

export const attachmentFile = z.object({
  id,
  TransactionId: id,
  Filename: text,
  ContentType: text,
  ContentLength: text,
  Created: z.string(),
  Creator: person,
});
export type AttachmentFile = z.output<typeof attachmentFile>;
export const attachmentFilePage = page(attachmentFile);

export const queue = z.object({
  id,
  Name: z.string(),
  Lifecycle: text,
  Disabled: text,
  _hyperlinks: z.array(z.object({ ref: z.string().optional() })).default([]),
});
export type Queue = z.output<typeof queue>;

export const customField = z.object({
  id,
  Name: z.string(),
  Type: z.string(),
  MaxValues: text,
  UniqueValues: text,
});
export type CustomField = z.output<typeof customField>;
export const customFieldPage = page(customField);
export const customFieldDetail = z.object({ Values: z.array(z.string()).default([]) });

/** Of another user than oneself RT may show no more than a summary. */
export const user = z.object({
  Name: text,
  RealName: text,
  EmailAddress: text,
  Timezone: text,
  Disabled: text,
  Privileged: text,
});
export type RtUser = z.output<typeof user>;
export const idPage = page(z.object({ id }));

export const version = z.object({ Version: z.string() });
export const created = z.object({ id });
/** What RT says to a write: one text for each part, taken or refused; the status is 200 either way. */
export const messages = z.array(z.string().nullable()).transform((all) => all.filter((one) => one !== null));
