//! Price surfaces: where prices are shown. The shop's base price is one, and each price list of a connected shop.
//! A row of a list has a price of its own, or it follows the base price; both are kept as the shop shows them.

mod api;
mod store;
mod take;

use jiff::Timestamp;
use kernel_core::{Currency, Error, Result};
use kernel_db::TenantTx;
use pricing::PricingContext;

pub(super) use self::api::routes;
pub use self::store::{list_after, list_of, relative_on};
use super::BASE;
use crate::accounts::{self, dto::Project};
use crate::ids::VariantId;

/// A price surface of a project.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Surface {
    /// What prices, rules and plans call it.
    pub name: String,
    /// The currency of its prices.
    pub currency: Currency,
}

impl Surface {
    /// The shop's base prices.
    #[must_use]
    pub fn base(project: &Project) -> Self {
        Self { name: BASE.to_owned(), currency: project.currency }
    }

    /// Whether these are the shop's base prices.
    #[must_use]
    pub fn is_base(&self) -> bool {
        self.name == BASE
    }

    /// Where and when prices of this surface are computed. Country and tax are the project's.
    #[must_use]
    pub fn context(&self, project: &Project, instant: Timestamp) -> PricingContext {
        let context = accounts::pricing_context(project, instant);
        if self.is_base() {
            return context;
        }
        let (surface, market) = (self.name.clone(), Some(self.name.clone()));
        PricingContext { surface, market, currency: self.currency, ..context }
    }
}

/// The surface of a project with this name; the base prices if none is told.
///
/// # Errors
/// `surface.unknown` (422): there is none; `surface.gone` (409): the shop has its list no more.
pub async fn surface_named(tx: &TenantTx, project: &Project, name: Option<&str>) -> Result<Surface> {
    let name = match name {
        None | Some(BASE) => return Ok(Surface::base(project)),
        Some(name) => name,
    };
    let Some(found) = store::surface_find(tx, project.id, name).await? else { return Err(unknown(name)) };
    if found.gone_at.is_some() {
        let detail = format!("The shop has the price list {} no more.", found.title);
        return Err(Error::conflict("surface.gone", detail));
    }
    Ok(Surface { name: found.name, currency: found.currency })
}

/// The surface with this name of the project that a variant belongs to, also if its list is gone by now; the base prices
/// if none is told.
///
/// # Errors
/// `surface.unknown` (422): there is none.
pub async fn surface_of_variant<'n>(
    tx: &TenantTx,
    variant: VariantId,
    name: Option<&'n str>,
) -> Result<&'n str> {
    match name {
        None | Some(BASE) => Ok(BASE),
        Some(name) if store::surface_has(tx, variant, name).await? => Ok(name),
        Some(name) => Err(unknown(name)),
    }
}

fn unknown(name: &str) -> Error {
    let name: String = name.chars().take(64).collect();
    let detail = format!("The project has no price surface `{name}`. List them with GET /api/v1/surfaces.");
    Error::unprocessable("surface.unknown", detail.clone()).at("/surface", "unknown", detail)
}

/// A name for the list that a merchant called `title`: small letters, digits and dashes.
fn name_for(title: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let plain = title.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), " ");
    let words: Vec<&str> = plain.split_whitespace().collect();
    let mut name = words.join("-");
    name.truncate(NAME_MAX);
    let name = if name.is_empty() { "list" } else { name.trim_end_matches('-') };
    let numbered = (2_u32..).map(|number| format!("{name}-{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| name != BASE && !is_taken(name)).unwrap_or_default()
}

/// Leaves room for a number within what a surface may be called.
const NAME_MAX: usize = 48;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_called_by_its_words_and_no_two_alike() {
        let taken = ["usa", "usa-2", "list"];
        let named = |title: &str| name_for(title, |name| taken.contains(&name));
        assert_eq!(named("Europe & Überseh (B2B)"), "europe-berseh-b2b");
        assert_eq!(named("USA"), "usa-3");
        assert_eq!(named("Base"), "base-2");
        assert_eq!(named("日本"), "list-2");
        assert_eq!(named(&"x".repeat(200)).len(), NAME_MAX);
        assert_eq!(named(&format!("{} y", "x".repeat(47))), "x".repeat(47));
    }
}
