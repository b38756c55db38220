//! The EU's law of announced price reductions: Directive 98/6/EC Article 6a, as the Court reads it in C-330/23.
//! From the history of a price, what may be announced at an instant: the prior price, the reduction counted from it,
//! and a verdict with its reason. The guide with all sources is `docs/omnibus.md`.

mod assess;
mod country;
mod reduction;
mod settings;
mod verdict;
mod window;

pub use assess::{Assessment, Law, Planned};
pub use country::{COUNTRIES, Country, NewArrivals, Perishables, Progressive};
pub use settings::{CountryCode, Mode, Settings, Unknown};
pub use verdict::{Action, Reason, Verdict};
