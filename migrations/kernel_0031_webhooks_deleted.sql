-- A webhook that somebody deleted stays for the log of what was sent to it; what was on its way is dropped with a note.

alter table webhook_endpoints
    drop constraint webhook_endpoints_state_known,
    add constraint webhook_endpoints_state_known check (state in ('enabled', 'disabled', 'deleted'));

alter table webhook_deliveries
    drop constraint webhook_deliveries_state_known,
    add constraint webhook_deliveries_state_known check (state in ('pending', 'delivered', 'failed', 'dropped')),
    -- Why it was dropped.
    add column note text;
