import type { FieldDefinition, OptionDefinition, Schema } from '@lockstep/sdk';

const always = { onCreate: true, onUpdate: true } as const;

export const STATUSES: readonly OptionDefinition[] = [
  { id: 'open', title: 'Open' },
  { id: 'doing', title: 'In progress' },
  { id: 'done', title: 'Done', closed: true },
  { id: 'rejected', title: 'Rejected', closed: true },
];

export const WORKFLOW: Readonly<Record<string, readonly string[]>> = {
  open: ['doing', 'rejected'],
  doing: ['open', 'done'],
  done: ['open'],
  rejected: ['open'],
};

const options = (...titles: string[]): readonly OptionDefinition[] =>
  titles.map((title) => ({ id: title.toLowerCase(), title }));

export const FIELDS: readonly FieldDefinition[] = [
  { id: 'title', title: 'Title', kind: 'text', required: true, maxLength: 255, ...always },
  { id: 'description', title: 'Description', kind: 'rich-text', ...always },
  { id: 'status', title: 'Status', kind: 'status', options: STATUSES, ...always },
  {
    id: 'priority',
    title: 'Priority',
    kind: 'option',
    options: options('Low', 'Normal', 'High', 'Urgent'),
    ...always,
  },
  {
    id: 'severity',
    title: 'Severity',
    kind: 'option',
    options: options('Minor', 'Major', 'Critical'),
    ...always,
  },
  { id: 'assignee', title: 'Assignee', kind: 'user', ...always },
  {
    id: 'reporter',
    title: 'Reporter',
    kind: 'user',
    onCreate: true,
    onUpdate: { reason: 'who reported an item is fixed when it is made' },
  },
  { id: 'due', title: 'Due', kind: 'date', ...always },
  { id: 'labels', title: 'Labels', kind: 'tags', ...always },
  { id: 'reference', title: 'Reference', kind: 'url', ...always },
];

export function schemaOf(name: string, workflow: boolean, more: readonly FieldDefinition[] = []): Schema {
  return {
    scope: { id: name, title: name, url: `memory://${name}/` },
    types: [
      {
        id: 'task',
        title: 'Task',
        fields: [...FIELDS, ...more],
        ...(workflow ? { workflow: WORKFLOW } : {}),
      },
    ],
  };
}
