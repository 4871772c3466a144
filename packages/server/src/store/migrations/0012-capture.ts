import type { Migration } from './migration.ts';

/** Requests to a tracker in full, for a limited time and without secrets; and of a log line the request before it. */
export const capture: Migration = {
  number: 12,
  name: 'capture',
  sql: `
alter table log add column request json;
create table capture (
  connection_id text primary key references connection on delete cascade,
  until timestamptz not null,
  who text not null,
  at timestamptz not null default now()
);
create table captured_request (
  id text primary key,
  connection_id text not null references connection on delete cascade,
  run_id text,
  side text,
  item_id text,
  at timestamptz not null,
  method text not null,
  url text not null,
  status integer,
  milliseconds integer not null,
  exchange json not null
);
create index captured_request_connection on captured_request (connection_id, id desc);
create index captured_request_run on captured_request (run_id, id);
create index captured_request_item on captured_request (item_id, id);
`,
};
