import type { Migration } from './migration.ts';

/** What people want of a pair, kept until a run has answered it; and why a resolution was refused. */
export const recovery: Migration = {
  number: 9,
  name: 'recovery',
  sql: `
create table wish (
  integration_id text not null,
  pair_id text not null,
  -- An equal wish replaces the one before.
  about text not null,
  id bigint generated always as identity unique,
  who text not null,
  wanted json not null,
  asked_at timestamptz not null default clock_timestamp(),
  primary key (integration_id, pair_id, about),
  foreign key (integration_id, pair_id) references pair on delete cascade
);

alter table conflict add column refused text;
create index conflict_standing on conflict (integration_id, pair_id) where outcome = 'open' and resolved_at is null;
`,
};
