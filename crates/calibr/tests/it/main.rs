//! The application through its edge: the HTTP API on a real port, real Postgres, a simulated Shopify shop.

mod faults;
mod journey;
mod paging;
mod races;
mod repetition;
mod support;
mod tenancy;
