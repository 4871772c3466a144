import type { Migration } from './migration.ts';

/** Notifications of groups of integrations, whichever are in them. */
export const groups: Migration = {
  number: 17,
  name: 'groups',
  sql: `
-- With \`integrations\`: told of what is in either; both null: of all.
alter table notification add column groups text[];
`,
};
