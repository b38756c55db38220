-- What belongs to one person: up to when they read their notifications, and lists as they like to see them.

create table notification_marks (
    tenant_id uuid not null,
    user_id uuid not null,
    project_id uuid not null,
    read_until timestamptz not null,
    primary key (tenant_id, user_id, project_id),
    foreign key (tenant_id, user_id) references users (tenant_id, id),
    foreign key (tenant_id, project_id) references projects (tenant_id, id)
);
select calibr_protect('notification_marks');

create table saved_views (
    tenant_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    project_id uuid not null,
    list text not null,
    name text not null,
    query text not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    constraint saved_views_name_once unique (tenant_id, user_id, project_id, list, name),
    foreign key (tenant_id, user_id) references users (tenant_id, id),
    foreign key (tenant_id, project_id) references projects (tenant_id, id)
);
select calibr_protect('saved_views');
