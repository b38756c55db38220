//! Vendor servers that behave like the real ones, faults included, for tests and for the demo shop.
//!
//! They are written from the vendor's schema and recorded answers, never from our connectors' types, so that a
//! misunderstanding in a connector is not mirrored here. Nothing in this crate depends on the rest of Calibr.

pub mod shopify;
