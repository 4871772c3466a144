import type { Migration } from './migration.ts';

/** Who is told of what; what is wrong now, so that it is told once; messages still to be sent, and what became of them. */
export const notifications: Migration = {
  number: 8,
  name: 'notifications',
  sql: `
create table notification (
  id text primary key,
  name text not null unique,
  enabled boolean not null,
  events text[] not null,
  -- Names; null: all.
  integrations text[],
  channel json not null,
  secrets text,
  secret_names text[] not null default '{}',
  -- Seconds.
  remind_after double precision not null,
  per_hour integer not null,
  last_sent_at timestamptz,
  -- Of the latest attempt, if it failed.
  failed_at timestamptz,
  reason text,
  remedy text,
  failures integer not null default 0,
  next_try timestamptz not null default now(),
  claimed_by text,
  claimed_until timestamptz
);

create table trouble (
  id bigint generated always as identity primary key,
  event text not null,
  integration_id text references integration on delete cascade,
  connection_id text references connection on delete cascade,
  since timestamptz not null default clock_timestamp(),
  count integer not null,
  summary text not null,
  check (num_nonnulls(integration_id, connection_id) = 1),
  unique nulls not distinct (event, integration_id, connection_id)
);
create index on trouble (integration_id);
create index on trouble (connection_id);

create table trouble_told (
  trouble_id bigint not null references trouble on delete cascade,
  notification_id text not null references notification on delete cascade,
  told_at timestamptz not null default clock_timestamp(),
  primary key (trouble_id, notification_id)
);
create index on trouble_told (notification_id);

create table notification_message (
  sequence bigint generated always as identity primary key,
  id text not null unique,
  notification_id text not null references notification on delete cascade,
  event text not null,
  state text not null check (state in ('raised', 'recovered')),
  subject text not null,
  message json not null,
  status text not null default 'waiting' check (status in ('waiting', 'sent', 'failed')),
  attempts integer not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  due_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  said text,
  reason text,
  remedy text
);
create index on notification_message (notification_id, sequence desc);
create index on notification_message (notification_id, event, subject, sequence desc);
create index on notification_message (notification_id, due_at) where status = 'waiting';
create index on notification_message (notification_id, ended_at desc) where status = 'sent';
create index on notification_message (ended_at) where status <> 'waiting';

create index on conflict (integration_id) where outcome = 'open' and resolved_at is null;
create index on log (run_id, id) where level = 'warn';
`,
};
