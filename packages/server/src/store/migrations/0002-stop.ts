import type { Migration } from './migration.ts';

export const stop: Migration = {
  number: 2,
  name: 'stop',
  sql: `
alter table lease add column stop boolean not null default false;
`,
};
