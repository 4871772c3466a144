import type { Migration } from './migration.ts';

/** Who may do what, how they prove who they are, and what they changed. Passwords and tokens are kept as hashes. */
export const access: Migration = {
  number: 7,
  name: 'access',
  sql: `
create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  who text not null,
  action text not null,
  kind text not null,
  name text not null,
  note text,
  changes json not null
);
create index audit_subject on audit (kind, name, id desc);
create index audit_who on audit (who, id desc);
create index audit_at on audit (at);

create table lockstep_user (
  id text primary key,
  login text not null unique,
  name text not null,
  email text unique,
  password text,
  must_change boolean not null default false,
  active boolean not null default true,
  grants json not null default '[]',
  issuer text,
  subject text,
  created_at timestamptz not null default now(),
  signed_in_at timestamptz,
  unique (issuer, subject),
  check ((issuer is null) = (subject is null))
);

create table session (
  hash text primary key,
  user_id text not null references lockstep_user (id) on delete cascade,
  created_at timestamptz not null default now(),
  used_at timestamptz not null default now()
);
create index session_user_id on session (user_id);

create table api_token (
  id text primary key,
  name text not null unique,
  hash text not null unique,
  role text not null check (role in ('viewer', 'operator', 'administrator')),
  group_name text,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  used_at timestamptz
);

create table sign_in_limit (
  key text primary key,
  attempts integer not null,
  since timestamptz not null default now()
);
create index sign_in_limit_since on sign_in_limit (since);

create table oidc_sign_in (
  hash text primary key,
  state text not null,
  nonce text not null,
  verifier text not null,
  return_to text not null,
  created_at timestamptz not null default now()
);
`,
};
