import type { Migration } from './migration.ts';

/**
 * The newest record of each item, found without reading the older ones; what people look for in records; and audits,
 * which compare all pairs with what the trackers have. `sync_latest` holds all that a list is filtered by: a filter that
 * few items meet reads the index and nothing else.
 */
export const items: Migration = {
  number: 10,
  name: 'items',
  sql: `
alter table sync add column latest boolean not null default true;
alter table sync add column failed boolean not null default false;
alter table sync add column left_type text;
alter table sync add column left_title text;
alter table sync add column right_type text;
alter table sync add column right_title text;
alter table sync add column remedy text;
alter table sync add column unmet json;
-- Keys and titles, folded and shortened, for the search.
alter table sync add column folded text not null default '';
alter table journal add column who text;
update sync set failed = outcome = 'parked', folded = left(lower(concat_ws(' ', left_key, right_key)), 400);
update sync set latest = false where exists (select 1 from sync as newer
  where newer.integration_id = sync.integration_id and newer.left_id = sync.left_id and newer.id > sync.id);
update sync set latest = false where latest and exists (select 1 from sync as newer
  where newer.integration_id = sync.integration_id and newer.right_id = sync.right_id and newer.id > sync.id);
create index sync_latest on sync (integration_id, id desc)
  include (folded, outcome, failed, at, origin, left_type, right_type) where latest;
create index sync_latest_left on sync (integration_id, left_id) where latest;
create index sync_latest_right on sync (integration_id, right_id) where latest;
create index sync_latest_left_key on sync (lower(left_key)) where latest;
create index sync_latest_right_key on sync (lower(right_key)) where latest;

create table drift_audit (
  id text primary key,
  integration_id text not null references integration (id) on delete cascade,
  state text not null check (state in ('running', 'stopped', 'done')),
  position json not null,
  who text not null,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  next_slice timestamptz not null default now(),
  failures integer not null default 0,
  message text,
  remedy text,
  -- The server that compares now, and until when it is believed to live.
  holder text,
  held_until timestamptz not null default now()
);
create unique index drift_audit_open on drift_audit (integration_id) where state = 'running';
create index drift_audit_integration on drift_audit (integration_id, id desc);
create table drift_finding (
  audit_id text not null references drift_audit (id) on delete cascade,
  pair_id text not null,
  result text not null check (result in ('differing', 'missing', 'undecided')),
  finding json not null,
  repair text,
  repaired_at timestamptz,
  sequence bigint generated always as identity,
  primary key (audit_id, pair_id)
);
create index drift_finding_sequence on drift_finding (audit_id, sequence);
`,
};
