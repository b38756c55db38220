-- Versions of guardrails of a tenant or one of its projects, and waivers of soft ones.

create table guardrail_versions (
    tenant_id uuid not null,
    id uuid not null,
    -- Null: for every project of the tenant.
    project_id uuid,
    version bigint not null,
    content_hash text not null,
    document jsonb not null,
    created_by text not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    constraint guardrail_versions_number_unique unique nulls not distinct (tenant_id, project_id, version),
    foreign key (tenant_id, project_id) references projects (tenant_id, id)
);
select calibr_protect_append_only('guardrail_versions');

create table guardrail_waivers (
    tenant_id uuid not null,
    id uuid not null,
    project_id uuid not null,
    guardrail text not null,
    -- Null: for every rule. The name is the rule's, which never changes.
    rule_id uuid,
    rule_name text,
    reason text not null,
    valid_until timestamptz not null,
    state text not null check (state in ('requested', 'approved', 'ended')),
    requested_by_id uuid not null,
    requested_by text not null,
    requested_at timestamptz not null,
    approved_by text,
    approved_at timestamptz,
    ended_by text,
    ended_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, project_id) references projects (tenant_id, id),
    foreign key (tenant_id, rule_id) references rules (tenant_id, id),
    check ((rule_id is null) = (rule_name is null)),
    check ((approved_by is null) = (approved_at is null)),
    check (state <> 'approved' or approved_by is not null)
);
create index guardrail_waivers_project on guardrail_waivers (tenant_id, project_id, id desc);
select calibr_protect('guardrail_waivers');
