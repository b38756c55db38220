//! The client against the simulated shop, which knows nothing of it but the vendor's protocol.

mod catalogue;
mod faults;
mod pacing;
mod prices;
mod strange_answers;
mod support;
