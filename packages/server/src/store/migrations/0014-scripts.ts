import type { Migration } from './migration.ts';

/** What the scripts of all integrations share: one text for the whole installation. */
export const scripts: Migration = {
  number: 14,
  name: 'scripts',
  sql: `
create table script_library (
  one boolean primary key default true check (one),
  text text not null
);
`,
};
