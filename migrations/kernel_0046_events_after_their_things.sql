-- A transaction may get its id, wait for a thing that a younger one holds, and tell of it after that one. Its event then
-- stands at the younger id, so that the log has the order in which the thing was told of.

alter table event_log
    -- The transaction that appended it; null where that is tx_id.
    add column written_by xid8;
