import type { Migration } from './migration.ts';

export const budget: Migration = {
  number: 3,
  name: 'budget',
  sql: `
alter table connection add column budget json;
`,
};
