//! The guardrails: what each stops, what it lets pass, and what it says of it.

mod baseline;
mod document;
mod incidents;
mod plans;
mod rows;
mod safety;
mod support;
mod waivers;
