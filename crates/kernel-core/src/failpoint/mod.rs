//! Failpoints: named moments, each at the boundary of a transaction or of a call outwards, at which a test may hurt us.
//! Without the feature `failpoints`, and in every build without debug assertions, reaching one is nothing at all.

#[cfg(all(feature = "failpoints", debug_assertions))]
mod armed;
#[cfg(not(all(feature = "failpoints", debug_assertions)))]
mod disarmed;

#[cfg(all(feature = "failpoints", debug_assertions))]
pub use armed::{Injector, Reached, carry, failpoint, install, within};
#[cfg(not(all(feature = "failpoints", debug_assertions)))]
pub use disarmed::{carry, failpoint};
