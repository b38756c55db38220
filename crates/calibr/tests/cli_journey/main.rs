//! The journey through the real command line on the demo shop: what a person types, what comes out, what the shop has.

mod demo;
mod journey;
mod shop;
mod starts;
