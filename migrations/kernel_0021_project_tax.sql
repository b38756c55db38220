-- What the law on price reductions and the tax on prices need to know of a project.

alter table projects
    add column country text constraint projects_country_code check (country ~ '^[A-Z]{2}$'),
    add column tax_rate_pct text constraint projects_tax_rate_decimal check (tax_rate_pct ~ '^[0-9]{1,3}(\.[0-9]{1,9})?$'),
    add column prices_include_tax boolean not null default true;
