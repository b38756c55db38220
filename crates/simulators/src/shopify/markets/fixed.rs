//! Fixed prices of a price list: set, or taken away, which makes them relative again. All rows of a call or none.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::super::bulk_input::UserError;
use super::super::edit::VariantEdit;
use super::super::errors::FieldError;
use super::super::gid::{gid, parse_gid};
use super::super::journal::ListEffect;
use super::super::money::{parse_amount, to_stored};
use super::super::shop::Variant;
use super::super::simulation::State;
use super::super::stored::{Outcome, Stored};
use super::check::{Check, items};
use super::{FixedPrice, Markets};

type Arguments = Map<String, Value>;
/// What becomes of each variant, in the order in which they were named; `None` makes it relative.
type Rows = Vec<(u64, Option<FixedPrice>)>;

/// Runs one of the `priceListFixedPrices…` mutations.
///
/// # Errors
/// A refusal of the whole field, or something that is not simulated.
pub(crate) fn run(state: &mut State, mutation: &str, arguments: &Arguments) -> Result<Outcome, FieldError> {
    state.settings.require(mutation, "write_products")?;
    let named = Named::of(mutation);
    let id = arguments.get("priceListId").and_then(Value::as_str).unwrap_or_default();
    let list = super::write::number_of(id, &["PriceList"])?;
    let Some(found) = state.registry.markets.price_list(list) else {
        let gone = UserError::new(&["priceListId"], Some(named.no_list), "Price list does not exist.");
        return Ok(Outcome::new(named.nulls(), &[gone]));
    };
    let currency = found.currency.clone();
    let check = Check { state, list, currency: &currency };
    let by_product = mutation == "priceListFixedPricesByProductUpdate";
    let mut errors = Vec::new();
    let (set, gone) = if by_product {
        (check.products_to_add(arguments, &mut errors)?, check.products_to_delete(arguments, &mut errors)?)
    } else {
        (
            check.rows_to_add(named.add, arguments, &mut errors)?,
            check.rows_to_delete(named.delete, arguments, &mut errors)?,
        )
    };
    if !errors.is_empty() {
        return Ok(Outcome::new(if by_product { named.nulls() } else { named.empty(list) }, &errors));
    }
    let mut rows: Rows = Vec::new();
    for (variant, price) in &set {
        rows.retain(|(known, _)| known != variant);
        rows.push((*variant, Some(price.clone())));
    }
    rows.extend(gone.iter().map(|variant| (*variant, None)));
    let added: Vec<u64> = rows.iter().filter(|(_, price)| price.is_some()).map(|(id, _)| *id).collect();
    let list_effects = put(state, list, rows);
    let payload =
        if by_product { named.products(state, list, arguments) } else { named.rows(list, &added, &gone) };
    Ok(Outcome { list_effects, ..Outcome::new(payload, &[]) })
}

/// Puts rows in place and tells what they were before.
pub(crate) fn put(state: &mut State, list: u64, rows: Rows) -> Vec<ListEffect> {
    let markets = Arc::make_mut(&mut state.registry.markets);
    let fixed = markets.fixed.entry(list).or_default();
    let mut effects = Vec::with_capacity(rows.len());
    for (variant, after) in rows {
        let before = fixed.get(&variant).cloned();
        match &after {
            Some(price) => drop(fixed.insert(variant, price.clone())),
            None => drop(fixed.remove(&variant)),
        }
        effects.push(ListEffect::new(list, variant, before.as_ref(), after.as_ref()));
    }
    if fixed.is_empty() {
        markets.fixed.remove(&list);
    }
    effects
}

/// Understands a merchant's edit of a row: the list by gid, number or name.
///
/// # Errors
/// A sentence for whoever sent it.
pub(crate) fn plan_list_edit(
    markets: &Markets,
    variant: &Variant,
    edit: &VariantEdit,
) -> Result<(u64, Option<FixedPrice>), String> {
    let name = edit.price_list.as_deref().unwrap_or_default();
    let number = parse_gid(name).map(|parsed| parsed.number).or_else(|| name.parse().ok());
    let by_name = || markets.price_lists.values().find(|list| list.name == name);
    let found = number.and_then(|number| markets.price_list(number)).or_else(by_name);
    let list = found.ok_or_else(|| format!("no price list {name:?} in the shop"))?;
    if edit.delete {
        return Ok((list.id, None));
    }
    let amount = |text: &str| -> Result<Decimal, String> {
        parse_amount(text).map(to_stored).ok_or_else(|| format!("{text:?} is not an amount"))
    };
    let relative = || list.relative(variant.price, None);
    let mut after = markets.fixed_price(list.id, variant.id).cloned().unwrap_or_else(relative);
    if let Some(price) = &edit.price {
        after.price = amount(price)?;
    }
    if let Some(compare_at) = &edit.compare_at_price {
        after.compare_at = compare_at.as_deref().map(amount).transpose()?;
    }
    Ok((list.id, Some(after)))
}

/// How a mutation calls its arguments and the fields of its payload.
struct Named {
    add: &'static str,
    delete: &'static str,
    added: Option<&'static str>,
    deleted: Option<&'static str>,
    list: bool,
    no_list: &'static str,
}

impl Named {
    fn of(mutation: &str) -> Self {
        let deleted = Some("deletedFixedPriceVariantIds");
        let no_list = "PRICE_LIST_NOT_FOUND";
        match mutation {
            "priceListFixedPricesAdd" => {
                Self { add: "prices", delete: "", added: Some("prices"), deleted: None, list: false, no_list }
            }
            "priceListFixedPricesDelete" => {
                Self { add: "", delete: "variantIds", added: None, deleted, list: false, no_list }
            }
            "priceListFixedPricesUpdate" => {
                let (add, delete) = ("pricesToAdd", "variantIdsToDelete");
                Self { add, delete, added: Some("pricesAdded"), deleted, list: true, no_list }
            }
            _ => Self {
                add: "pricesToAdd",
                delete: "pricesToDeleteByProductIds",
                added: Some("pricesToAddProducts"),
                deleted: Some("pricesToDeleteProducts"),
                list: true,
                no_list: "PRICE_LIST_DOES_NOT_EXIST",
            },
        }
    }

    fn payload(&self, list: Stored, added: Stored, deleted: Stored) -> Vec<(&'static str, Stored)> {
        let list = self.list.then_some(("priceList", list));
        let added = self.added.map(|name| (name, added));
        list.into_iter().chain(added).chain(self.deleted.map(|name| (name, deleted))).collect()
    }

    fn nulls(&self) -> Vec<(&'static str, Stored)> {
        self.payload(Stored::null(), Stored::null(), Stored::null())
    }

    fn empty(&self, list: u64) -> Vec<(&'static str, Stored)> {
        self.payload(Stored::PriceList(list), Stored::List(Vec::new()), Stored::List(Vec::new()))
    }

    fn rows(&self, list: u64, added: &[u64], gone: &[u64]) -> Vec<(&'static str, Stored)> {
        let rows = added.iter().map(|variant| Stored::ListPrice(list, *variant)).collect();
        let ids = gone.iter().map(|variant| Stored::Json(json!(gid("ProductVariant", *variant)))).collect();
        self.payload(Stored::PriceList(list), Stored::List(rows), Stored::List(ids))
    }

    fn products(&self, state: &State, list: u64, arguments: &Arguments) -> Vec<(&'static str, Stored)> {
        let product = |id: &Value| {
            let number = parse_gid(id.as_str().unwrap_or_default()).map(|parsed| parsed.number);
            number.filter(|number| state.shop.product(*number).is_some()).map(Stored::Product)
        };
        let added = items(arguments, self.add).iter().filter_map(|row| product(&row["productId"])).collect();
        let deleted = items(arguments, self.delete).iter().filter_map(product).collect();
        self.payload(Stored::PriceList(list), Stored::List(added), Stored::List(deleted))
    }
}
