-- What the guardrails said of each row and of the whole plan, and the trace in few bytes: a row stores its explain trace as the number of a template and the bytes that fill it; the templates of a plan are few.

create table price_change_traces (
    tenant_id uuid not null,
    price_change_id uuid not null,
    template bigint not null,
    -- Filled with the row's arguments it is the trace as it was decided, byte for byte.
    text text not null,
    primary key (tenant_id, price_change_id, template),
    foreign key (tenant_id, price_change_id) references price_changes (tenant_id, id)
);

alter table price_change_rows no force row level security;
alter table price_changes no force row level security;

-- Traces of earlier plans become templates with nothing to fill.
alter table price_change_rows add column trace_template bigint, add column trace_arguments bytea,
    add column violated text[], add column near text[], add column waived text[],
    -- The lowest price of the last 30 days, where the law on price reductions asks for it.
    add column prior_minor bigint,
    -- The sales that make the price what it is and the price without them, before and after; null where none runs.
    add column base_before_minor bigint, add column sales_before text[],
    add column base_after_minor bigint, add column sales_after text[];
-- What the rows to apply put at risk: units sold in the last 30 days at the price before, and rows nobody knows it of.
alter table price_changes add column verdicts jsonb not null default '[]',
    add column revenue_minor bigint not null default 0, add column rows_without_sales bigint not null default 0;
update price_change_rows r set trace_template = t.template, trace_arguments = ''
from (select tenant_id, price_change_id, row,
        dense_rank() over (partition by tenant_id, price_change_id order by trace) - 1 as template
      from price_change_rows) t
where (r.tenant_id, r.price_change_id, r.row) = (t.tenant_id, t.price_change_id, t.row);
insert into price_change_traces
select distinct tenant_id, price_change_id, trace_template, trace from price_change_rows;
alter table price_change_rows
    alter column trace_template set not null, alter column trace_arguments set not null, drop column trace;

-- Their hashes were made over other bytes, so those not yet applied must be planned again.
update price_changes set state = 'stale' where state in ('pending_approval', 'approved');

alter table price_change_rows force row level security;
alter table price_changes force row level security;
select calibr_protect_append_only('price_change_traces');
