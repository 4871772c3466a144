import type { Migration } from './migration.ts';

/** When a pause began, what of pauses is left out, and who switched an integration on and off, when and why. */
export const status: Migration = {
  number: 5,
  name: 'status',
  sql: `
alter table integration add column paused_at timestamptz;
alter table integration add column left_out jsonb not null default '[]';
update integration set paused_at = updated_at where not enabled and enabled_at is not null;
create table status_change (
  id bigint generated always as identity primary key,
  integration_id text not null references integration (id) on delete cascade,
  at timestamptz not null default now(),
  enabled boolean not null,
  who text not null,
  why text not null,
  resume text,
  left_out_from timestamptz,
  left_out_until timestamptz
);
create index status_change_integration on status_change (integration_id, id);
`,
};
