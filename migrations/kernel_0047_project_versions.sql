-- The settings of a project in versions, so that a change over another one is told of it.

alter table projects
    add column version bigint not null default 1,
    -- Who made that version, and when; null until somebody sets anything.
    add column changed_by text,
    add column changed_at timestamptz;
