//! Calibr, the application: one folder per feature, `app.rs` with the lists, one binary (server and command line).

pub mod accounts;
pub mod app;
pub mod audit;
pub mod catalog;
pub mod channels;
pub mod cli;
mod console_assets;
pub mod drifts;
pub mod events;
pub mod explain;
pub mod guardrails;
pub mod health;
pub mod home;
pub mod ids;
pub mod integrations;
pub mod jobs;
pub mod notifications;
pub mod price_changes;
pub mod rules;
pub mod runs;
pub mod server;
pub mod state;
pub mod views;
pub mod webhooks;
