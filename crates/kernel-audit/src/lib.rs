//! Placeholder, filled by its first feature.
