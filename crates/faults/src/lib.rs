//! The fault harness: hurts Calibr at every boundary and judges what is left by the shop's journal, the database and the
//! audit alone. A dev-tool: no part of the product knows it.

mod collect;
pub mod driver;
pub mod history;
pub mod judge;
pub mod model;
pub mod points;
pub mod real;
