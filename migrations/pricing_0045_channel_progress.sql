-- How far work at a shop is that takes long, for those who wait for it. Told in commits of its own, and gone when the work ends.

create table channel_progress (
    tenant_id uuid not null,
    channel_id uuid not null,
    -- `catalogue`, or the id of a run, whose batches are its parts.
    work text not null,
    part bigint not null default 0,
    stage text not null,
    done bigint not null,
    expected bigint,
    noted_at timestamptz not null,
    primary key (tenant_id, channel_id, work, part),
    foreign key (tenant_id, channel_id) references channels (tenant_id, id)
);
select calibr_protect('channel_progress');
