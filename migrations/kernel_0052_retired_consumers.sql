-- A consumer that no server runs any more can be forgotten, so that the log need not be kept for it.

alter table event_consumers
    -- When a server last took or prolonged its lease.
    add column heard_at timestamptz;
-- In the transaction that tells the audit.
create policy event_consumers_forget on event_consumers for delete to calibr_app using (true);
grant delete on event_consumers to calibr_app;
