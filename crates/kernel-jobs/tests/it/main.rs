//! The queue against real Postgres: leases, lines, several workers, schedules, and what people may do.

mod control;
mod leases;
mod lines;
mod schedules;
mod support;
mod workers;
