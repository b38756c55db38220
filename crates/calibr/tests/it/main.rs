//! The application through its edge: the HTTP API on a real port, real Postgres, a simulated Shopify shop.

mod agreement;
mod analyse;
mod bad_input;
mod decisions;
mod diff;
mod facts;
mod faults;
mod guardrails;
mod history;
mod identity;
mod imports;
mod journey;
mod paging;
mod projects;
mod races;
mod reading;
mod repetition;
mod rules_in_git;
mod sales;
mod sessions;
mod simulate;
mod snapshot;
mod support;
mod tenancy;
mod unsure;
mod whole_plans;
