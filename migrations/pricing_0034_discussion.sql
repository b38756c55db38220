-- What people say of a price change before it is decided.

create table price_change_comments (
    tenant_id uuid not null,
    id uuid not null,
    price_change_id uuid not null,
    kind text not null constraint price_change_comments_kind_known check (kind in (
        'comment', 'review_requested', 'changes_asked')),
    body text,
    author_id uuid not null,
    author text not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, price_change_id) references price_changes (tenant_id, id),
    foreign key (tenant_id, author_id) references users (tenant_id, id)
);
create index price_change_comments_by_price_change on price_change_comments (tenant_id, price_change_id, id);
select calibr_protect_append_only('price_change_comments');
