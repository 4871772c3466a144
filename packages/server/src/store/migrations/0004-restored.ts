import type { Migration } from './migration.ts';

/** When it came out of a backup: what was done between the backup and then is not remembered. */
export const restored: Migration = {
  number: 4,
  name: 'restored',
  sql: `
alter table integration add column restored_at timestamptz;
`,
};
