//! Placeholder front door.
pub mod dto;
