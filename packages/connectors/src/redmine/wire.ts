import { z } from 'zod';

/** What is read of Redmine's answers, and nothing else; versions 4.2 to 6. */

const named = z.object({ id: z.number(), name: z.string().default('') });
const time = z.iso.datetime();

export const customValue = z.object({
  id: z.number(),
  name: z.string(),
  multiple: z.boolean().optional(),
  value: z.union([z.string(), z.array(z.string())]).nullish(),
});

export const journalDetail = z.object({
  /** `attr`, `cf`, `attachment`, `relation`. */
  property: z.string(),
  name: z.string(),
  old_value: z.string().nullish(),
  new_value: z.string().nullish(),
});

export const journal = z.object({
  id: z.number(),
  user: named.optional(),
  notes: z.string().nullish(),
  created_on: time,
  /** Since 5.1. */
  updated_on: time.nullish(),
  private_notes: z.boolean().optional(),
  details: z.array(journalDetail).default([]),
});

export const attachment = z.object({
  id: z.number(),
  filename: z.string(),
  filesize: z.number(),
  content_type: z.string().nullish(),
  author: named.optional(),
  created_on: time,
});

export const issue = z.object({
  id: z.number(),
  project: named,
  tracker: named,
  status: named,
  priority: named.optional(),
  author: named,
  assigned_to: named.optional(),
  category: named.optional(),
  fixed_version: named.optional(),
  subject: z.string(),
  description: z.string().nullish(),
  start_date: z.string().nullish(),
  due_date: z.string().nullish(),
  done_ratio: z.number().nullish(),
  is_private: z.boolean().optional(),
  estimated_hours: z.number().nullish(),
  custom_fields: z.array(customValue).default([]),
  created_on: time,
  updated_on: time,
  attachments: z.array(attachment).default([]),
  journals: z.array(journal).default([]),
  allowed_statuses: z.array(named).optional(),
});

export const issueAnswer = z.object({ issue });
export const createdAnswer = z.object({ issue: z.object({ id: z.number() }) });

/** A row of a list; only what tells which issues to read, and where the list goes on. */
export const issueRow = z.object({
  id: z.number(),
  updated_on: time,
  custom_fields: z.array(customValue).default([]),
});
export const issueList = z.object({ issues: z.array(issueRow), total_count: z.number() });

export const user = z.object({
  id: z.number(),
  login: z.string().optional(),
  firstname: z.string().default(''),
  lastname: z.string().default(''),
  mail: z.string().nullish(),
  admin: z.boolean().optional(),
  /** 1 active, 2 registered, 3 locked; administrators only. */
  status: z.number().optional(),
  memberships: z.array(z.object({ project: named, roles: z.array(named) })).default([]),
});
export const userAnswer = z.object({ user });
export const userList = z.object({ users: z.array(user), total_count: z.number() });

export const projectAnswer = z.object({
  project: z.object({
    id: z.number(),
    name: z.string(),
    identifier: z.string(),
    /** 1 active, 5 closed, 9 archived. */
    status: z.number().optional(),
    trackers: z.array(named).default([]),
    issue_categories: z.array(named).default([]),
    enabled_modules: z.array(z.object({ name: z.string() })).optional(),
    /** Only those chosen for the project; fields for all projects are not in it. */
    issue_custom_fields: z.array(named).default([]),
  }),
});

export const trackerList = z.object({
  trackers: z.array(
    z.object({ id: z.number(), name: z.string(), enabled_standard_fields: z.array(z.string()).optional() }),
  ),
});
export const statusList = z.object({
  issue_statuses: z.array(
    z.object({ id: z.number(), name: z.string(), is_closed: z.boolean().default(false) }),
  ),
});
export const priorityList = z.object({
  issue_priorities: z.array(
    z.object({ id: z.number(), name: z.string(), active: z.boolean().default(true) }),
  ),
});
export const versionList = z.object({
  versions: z.array(z.object({ id: z.number(), name: z.string(), status: z.string().optional() })),
});
export const roleAnswer = z.object({ role: z.object({ permissions: z.array(z.string()).default([]) }) });
export const memberList = z.object({
  memberships: z.array(z.object({ user: named.optional() })),
  total_count: z.number(),
});

export const customField = z.object({
  id: z.number(),
  name: z.string(),
  customized_type: z.string().optional(),
  field_format: z.string(),
  max_length: z.number().nullish(),
  is_required: z.boolean().default(false),
  is_filter: z.boolean().default(false),
  multiple: z.boolean().default(false),
  possible_values: z.array(z.object({ value: z.string(), label: z.string().nullish() })).default([]),
  trackers: z.array(named).default([]),
});
export const customFieldList = z.object({ custom_fields: z.array(customField) });

export const uploadAnswer = z.object({ upload: z.object({ id: z.number().optional(), token: z.string() }) });

export type WireIssue = z.output<typeof issue>;
export type WireJournal = z.output<typeof journal>;
export type WireAttachment = z.output<typeof attachment>;
export type WireUser = z.output<typeof user>;
export type WireCustomField = z.output<typeof customField>;
export type WireProject = z.output<typeof projectAnswer>['project'];
