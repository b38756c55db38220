-- Helpers for migrations: how a table becomes safe to share between tenants.

-- Puts a table under forced row-level security with the tenant policy, and lets the application read and write it.
-- An unset tenant gives null, which matches no row; the sub-select is evaluated once per statement, not per row.
create function calibr_protect(target regclass) returns void
language plpgsql set search_path = pg_catalog, public as $$
begin
    execute format('alter table %s enable row level security', target);
    execute format('alter table %s force row level security', target);
    execute format(
        'create policy tenant on %s
             using (tenant_id = (select nullif(current_setting(''calibr.tenant_id'', true), '''')::uuid))
             with check (tenant_id = (select nullif(current_setting(''calibr.tenant_id'', true), '''')::uuid))',
        target);
    execute format('grant select, insert, update, delete on %s to calibr_app', target);
end
$$;

-- The same for a table whose rows are never changed.
create function calibr_protect_append_only(target regclass) returns void
language plpgsql set search_path = pg_catalog, public as $$
begin
    perform public.calibr_protect(target);
    execute format('revoke update, delete on %s from calibr_app', target);
end
$$;

-- Lets the job runner and the event relay use a table across tenants with `privileges`, such as 'select, update'.
create function calibr_grant_dispatch(target regclass, privileges text) returns void
language plpgsql set search_path = pg_catalog, public as $$
begin
    execute format('create policy dispatch on %s to calibr_dispatch using (true) with check (true)', target);
    execute format('grant %s on %s to calibr_dispatch', privileges, target);
end
$$;

revoke execute on function calibr_protect(regclass) from public;
revoke execute on function calibr_protect_append_only(regclass) from public;
revoke execute on function calibr_grant_dispatch(regclass, text) from public;
