import type { Migration } from './migration.ts';

/** A connection that fails is told of by its runs, and not switched off. */
export const connections: Migration = {
  number: 18,
  name: 'connections',
  sql: `
alter table connection drop column state, drop column reason;
`,
};
