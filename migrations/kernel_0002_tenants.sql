-- Tenants, their projects, people and credentials.

create table tenants (
    id uuid primary key,
    slug text not null constraint tenants_slug_unique unique,
    name text not null,
    created_at timestamptz not null
);
alter table tenants enable row level security;
alter table tenants force row level security;
create policy tenants_tenant on tenants
    using (id = (select nullif(current_setting('calibr.tenant_id', true), '')::uuid));
grant select, insert on tenants to calibr_app;

create table projects (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    slug text not null,
    name text not null,
    currency text not null,
    time_zone text not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    constraint projects_slug_unique unique (tenant_id, slug)
);
select calibr_protect('projects');

create table users (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    email text not null,
    password_hash text not null,
    role text not null constraint users_role_known check (role in ('viewer', 'editor', 'approver', 'admin')),
    created_at timestamptz not null,
    disabled_at timestamptz,
    primary key (tenant_id, id),
    constraint users_email_unique unique (tenant_id, email)
);
-- One address signs in to one tenant, since signing in names no tenant.
create unique index users_email_everywhere on users (email);
select calibr_protect('users');
create policy users_sign_in on users for select to calibr_app
    using (email = (select current_setting('calibr.sign_in_email', true)));

create table sessions (
    tenant_id uuid not null,
    credential_hash text not null,
    user_id uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (tenant_id, credential_hash),
    foreign key (tenant_id, user_id) references users (tenant_id, id)
);
create index sessions_by_credential on sessions (credential_hash);
select calibr_protect('sessions');
create policy sessions_sign_in on sessions for select to calibr_app
    using (credential_hash = (select current_setting('calibr.credential_hash', true)));

create table api_tokens (
    tenant_id uuid not null,
    id uuid not null,
    credential_hash text not null,
    user_id uuid not null,
    name text not null,
    scopes text[] not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    primary key (tenant_id, id),
    constraint api_tokens_credential_unique unique (tenant_id, credential_hash),
    foreign key (tenant_id, user_id) references users (tenant_id, id)
);
create index api_tokens_by_credential on api_tokens (credential_hash);
select calibr_protect('api_tokens');
create policy api_tokens_sign_in on api_tokens for select to calibr_app
    using (credential_hash = (select current_setting('calibr.credential_hash', true)));
