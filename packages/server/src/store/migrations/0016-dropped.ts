import type { Migration } from './migration.ts';

/** What people asked for and a pause took from them; so a mark tells who made it, and what for. */
export const dropped: Migration = {
  number: 16,
  name: 'dropped',
  sql: `
-- Null: the mark only brings a wish of the pair into the next run.
alter table resync add column asked text;
alter table resync add column who text;

create table dropped_wish (
  id bigint generated always as identity primary key,
  integration_id text not null references integration on delete cascade,
  side text not null,
  item_id text not null,
  asked text not null,
  who text not null,
  asked_at timestamptz not null,
  dropped_at timestamptz not null default now(),
  dropped_by text not null
);
create index dropped_wish_item on dropped_wish (integration_id, item_id, id desc);

alter table status_change add column dropped integer not null default 0;
`,
};
