import type { Migration } from './migration.ts';

/*
 * Opaque values are `json`, not `jsonb`: trackers' texts may hold \u0000, which jsonb refuses.
 * Trackers' own instants are text, so that they come back byte for byte.
 */
export const first: Migration = {
  number: 1,
  name: 'first',
  sql: `
create table key_check (
  one boolean primary key default true check (one),
  key_id text not null,
  sealed text not null
);

create table connection (
  id text primary key,
  name text not null unique,
  connector text not null,
  config json not null,
  secrets text,
  secret_names text[] not null default '{}',
  state text not null default 'active' check (state in ('active', 'paused')),
  reason text,
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table integration (
  id text primary key,
  name text not null unique,
  left_connection text not null references connection,
  right_connection text not null references connection,
  configuration json not null,
  enabled boolean not null default false,
  enabled_at timestamptz,
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index on integration (left_connection);
create index on integration (right_connection);

create table run (
  id text primary key,
  integration_id text not null references integration on delete cascade,
  trigger text not null,
  holder text not null,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  outcome text,
  message text,
  remedy text,
  counts json
);
create index on run (integration_id, id desc);

create table lease (
  integration_id text primary key references integration on delete cascade,
  run_id text not null,
  holder text not null,
  expires_at timestamptz not null
);

create table cursor (
  integration_id text not null references integration on delete cascade,
  side text not null check (side in ('left', 'right')),
  fingerprint text not null,
  since text not null,
  primary key (integration_id, side)
);

create table pair (
  integration_id text not null references integration on delete cascade,
  id text not null,
  state text not null,
  created_at text not null,
  streak integer not null,
  last_written text,
  left_id text not null,
  left_item json not null,
  right_id text not null,
  right_item json not null,
  primary key (integration_id, id),
  constraint pair_left unique (integration_id, left_id),
  constraint pair_right unique (integration_id, right_id)
);

create table part (
  integration_id text not null,
  pair_id text not null,
  kind text not null check (kind in ('comment', 'attachment')),
  left_id text not null,
  left_hash text not null,
  right_id text not null,
  right_hash text not null,
  primary key (integration_id, pair_id, kind, left_id, right_id),
  foreign key (integration_id, pair_id) references pair on delete cascade
);

create table ledger (
  integration_id text not null references integration on delete cascade,
  side text not null,
  item_id text not null,
  version text not null,
  firm boolean not null,
  skipped text,
  primary key (integration_id, side, item_id)
);

create table intent (
  integration_id text not null references integration on delete cascade,
  id text not null,
  run_id text not null,
  kind text not null,
  side text not null,
  source text not null,
  target text,
  part text,
  fingerprint text not null,
  sent json,
  sent_at timestamptz not null,
  primary key (integration_id, id)
);

create table parked (
  integration_id text not null references integration on delete cascade,
  side text not null,
  item_id text not null,
  key text not null,
  kind text not null,
  reason text not null,
  remedy text,
  field text,
  attempts integer not null,
  next_try timestamptz,
  parked_at timestamptz not null default now(),
  primary key (integration_id, side, item_id)
);
create index on parked (integration_id, next_try);

create table resync (
  integration_id text not null references integration on delete cascade,
  side text not null,
  item_id text not null,
  marked_at timestamptz not null default clock_timestamp(),
  taken_by text,
  primary key (integration_id, side, item_id)
);

create table spool (
  run_id text not null,
  position bigint generated always as identity,
  side text not null,
  item_id text not null,
  why text not null,
  item json,
  primary key (run_id, side, item_id)
);
create index on spool (run_id, position);

create table conflict (
  integration_id text not null references integration on delete cascade,
  id text not null,
  pair_id text not null,
  run_id text not null,
  recorded_at timestamptz not null default now(),
  outcome text not null,
  record json not null,
  resolved_at timestamptz,
  resolved_by text,
  sequence bigint generated always as identity,
  primary key (integration_id, id)
);
create index on conflict (integration_id, sequence desc);

create table sync (
  id bigint generated always as identity primary key,
  integration_id text not null references integration on delete cascade,
  run_id text not null,
  origin text not null,
  outcome text not null,
  at timestamptz not null,
  left_id text,
  left_key text,
  left_url text,
  right_id text,
  right_key text,
  right_url text,
  parts jsonb not null,
  message text
);
create unique index on sync (run_id, origin, (case origin when 'left' then left_id else right_id end));
create index on sync (integration_id, id desc);
create index on sync (run_id, id);
create index on sync (integration_id, left_id, id desc);
create index on sync (integration_id, right_id, id desc);

create table journal (
  id bigint generated always as identity primary key,
  sync_id bigint not null references sync on delete cascade,
  side text not null,
  field text not null,
  before json not null,
  after json not null,
  reason text not null
);
create index on journal (sync_id);

create table log (
  id bigint generated always as identity primary key,
  integration_id text not null references integration on delete cascade,
  run_id text not null,
  level text not null,
  at timestamptz not null,
  text text not null,
  side text,
  item_id text,
  item_key text
);
create index on log (run_id, id);
create index on log (integration_id, id desc);

-- Milliseconds since 1970 by the database's clock, the one clock all workers share.
create table budget (
  connection_id text primary key,
  -- The theoretical arrival time of GCRA.
  tat double precision not null,
  penalised_until double precision not null default 0
);

create table budget_slot (
  connection_id text not null,
  number integer not null,
  holder text,
  expires_at double precision not null default 0,
  primary key (connection_id, number)
);
`,
};
