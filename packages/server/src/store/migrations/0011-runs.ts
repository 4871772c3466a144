import type { Migration } from './migration.ts';

/**
 * Of a run: who asked for it, what it found to do, how far it is; whose turn it is where one integration runs at a time; and
 * settings of the whole installation.
 */
export const runs: Migration = {
  number: 11,
  name: 'runs',
  sql: `
alter table run add column who text;
alter table run add column plan json;
alter table lease add column progress json;
create table turn (
  integration_id text primary key references integration on delete cascade,
  run_id text not null,
  sequence bigint generated always as identity,
  seen_at timestamptz not null default clock_timestamp()
);
create table setting (
  name text primary key,
  value json not null,
  at timestamptz not null default now()
);
create index conflict_run on conflict (run_id);
`,
};
