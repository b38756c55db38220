//! The event log and its delivery against real Postgres, with sinks that fail on purpose and a clock that stands still.

mod dead_letters;
mod hanging;
mod keep;
mod leases;
mod order;
mod rates;
mod replay;
mod restore;
mod retries;
mod support;
mod upgrade;
