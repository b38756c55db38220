-- Events about a whole project are few, and what is kept in memory follows them by transaction.
create index event_log_of_projects on event_log (tenant_id, entity_id, type, tx_id) where entity_type = 'project';
