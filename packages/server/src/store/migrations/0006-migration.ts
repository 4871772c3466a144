import type { Migration } from './migration.ts';

/** Items that predate an integration and are moved on request; of one integration one migration at a time. */
export const migration: Migration = {
  number: 6,
  name: 'migration',
  sql: `
create table migration (
  id text primary key,
  integration_id text not null references integration (id) on delete cascade,
  request json not null,
  state text not null check (state in ('running', 'paused', 'stopped', 'done')),
  position json not null,
  who text not null,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  next_slice timestamptz not null default now(),
  failures integer not null default 0,
  message text,
  remedy text
);
create unique index migration_open on migration (integration_id) where state in ('running', 'paused');
create index migration_integration on migration (integration_id, id desc);
create table migration_item (
  migration_id text not null references migration (id) on delete cascade,
  integration_id text not null,
  side text not null,
  item_id text not null,
  key text not null,
  was_paired boolean not null,
  outcome text,
  message text,
  at timestamptz not null default now(),
  sequence bigint generated always as identity,
  primary key (migration_id, item_id)
);
create index migration_item_item on migration_item (integration_id, side, item_id);
create index migration_item_sequence on migration_item (migration_id, sequence desc);
create index migration_item_outcome on migration_item (migration_id, outcome, sequence desc);
`,
};
