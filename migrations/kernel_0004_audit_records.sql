-- Who changed what and why; append-only.

create table audit_records (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    recorded_at timestamptz not null,
    actor_user_id uuid,
    actor text not null,
    action text not null,
    entity_type text not null,
    entity_id text not null,
    before jsonb,
    after jsonb,
    reason text,
    request_id uuid not null,
    correlation_id uuid not null,
    primary key (tenant_id, id)
);
create index audit_records_by_entity on audit_records (tenant_id, entity_type, entity_id, id);
create index audit_records_by_correlation on audit_records (tenant_id, correlation_id, id);
select calibr_protect_append_only('audit_records');
