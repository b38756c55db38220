//! The client against the simulated shop, which knows nothing of it but the vendor's protocol.

mod asking_again;
mod bulk;
mod catalogue;
mod currencies;
mod faults;
mod oauth;
mod pacing;
mod price_lists;
mod prices;
mod strange_answers;
mod support;
mod unknown_words;
