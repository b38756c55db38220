-- Consents that were asked for and did not come back yet. Each is good once.

create table shop_consents (
    tenant_id uuid not null,
    -- Digest of the state that travels through the browser.
    state_digest bytea not null,
    project_id uuid not null,
    shop_domain text not null,
    base_url text not null,
    client_id text not null,
    -- The client secret, sealed with the tenant's data key.
    sealed_secret bytea not null,
    asked_by uuid not null,
    asked_by_label text not null,
    asked_at timestamptz not null,
    primary key (tenant_id, state_digest),
    foreign key (tenant_id, project_id) references projects (tenant_id, id)
);
select calibr_protect('shop_consents');

-- When a channel's access token ends, if it does.
alter table channels add column token_ends_at timestamptz, add column client_id text;
