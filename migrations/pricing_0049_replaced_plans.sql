-- A plan that takes the place of another, which nobody can approve or apply any more.

alter table price_changes
    add column replaces uuid,
    add foreign key (tenant_id, replaces) references price_changes (tenant_id, id);
create index price_changes_by_replaced on price_changes (tenant_id, replaces) where replaces is not null;
