-- Has Postgres count a table anew after a great many rows were added. Whoever adds them may not do that, and until the
-- next automatic count the planner would take them for a few. Skipped while somebody else counts.
create function calibr_analyze(name regclass) returns void
language plpgsql security definer set search_path = pg_catalog as $$
begin
    execute format('analyze (skip_locked) %s', name);
end
$$;
revoke execute on function calibr_analyze(regclass) from public;
grant execute on function calibr_analyze(regclass) to calibr_app;
