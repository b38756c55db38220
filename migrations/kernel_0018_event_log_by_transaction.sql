-- Who keeps something current from the log asks what was committed since a snapshot.

create index event_log_by_transaction on event_log (tenant_id, tx_id);
