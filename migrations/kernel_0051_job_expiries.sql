-- A job that kills its process is given back by its lease each time, and would never end.

alter table jobs
    -- How many leases in a row ran out with nobody putting the job down.
    add column expiries integer not null default 0;
