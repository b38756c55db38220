//! Creating, changing and deleting price lists, catalogs and markets, with the recorded refusals.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::super::bulk_input::UserError;
use super::super::errors::{FieldError, Refusal};
use super::super::gid::{gid, parse_gid};
use super::super::simulation::State;
use super::super::stored::{Outcome, Stored};
use super::{Market, MarketCatalog, PriceList, fixed};

type Arguments = Map<String, Value>;

/// The kinds of gids that name a catalog.
pub(super) const CATALOGS: &[&str] = &["AppCatalog", "CompanyLocationCatalog", "MarketCatalog"];
const NAME_MAX: usize = 255;

/// Runs one of the mutations of price lists, catalogs and markets.
///
/// # Errors
/// A refusal of the whole field, or something that is not simulated.
pub(crate) fn run(state: &mut State, mutation: &str, arguments: &Arguments) -> Result<Outcome, FieldError> {
    let scope = if mutation.starts_with("market") { "write_markets" } else { "write_products" };
    state.settings.require(mutation, scope)?;
    let input = &arguments.get("input").cloned().unwrap_or_default();
    match mutation {
        "catalogCreate" => catalog_create(state, input),
        "catalogDelete" => catalog_delete(state, arguments),
        "marketCreate" => market_create(state, input),
        "marketDelete" => market_delete(state, arguments),
        "priceListCreate" => price_list_create(state, input),
        "priceListDelete" => price_list_delete(state, arguments),
        "priceListUpdate" => price_list_update(state, arguments, input),
        _ => Err(FieldError::Unsupported(format!("mutation {mutation}"))),
    }
}

/// The number in a gid of one of these kinds.
///
/// # Errors
/// It is of another kind, or none.
pub(super) fn number_of(id: &str, kinds: &[&str]) -> Result<u64, FieldError> {
    let parsed = parse_gid(id).filter(|parsed| kinds.contains(&parsed.kind));
    parsed.map(|parsed| parsed.number).ok_or_else(|| Refusal::invalid_id(id))
}

fn id_of(arguments: &Arguments, kinds: &[&str]) -> Result<u64, FieldError> {
    number_of(arguments.get("id").and_then(Value::as_str).unwrap_or_default(), kinds)
}

fn price_list_create(state: &mut State, input: &Value) -> Result<Outcome, FieldError> {
    let refused = |error| Ok(Outcome::new(vec![("priceList", Stored::null())], &[error]));
    let catalog = catalog_number(input)?;
    let complaint = name_complaint(state, input, None).or_else(|| catalog_complaint(state, catalog, None));
    if let Some(error) = complaint {
        return refused(error);
    }
    let Some(adjusted) = adjustment(&input["parent"])? else { return refused(wrong_adjustment()) };
    let markets = Arc::make_mut(&mut state.registry.markets);
    let id = markets.next_id(32_300_000_000);
    let text = |name: &str| input[name].as_str().unwrap_or_default().to_owned();
    let (name, currency) = (text("name"), text("currency"));
    let Adjusted { percent, decreases, nullifies_compare_at } = adjusted;
    let list = PriceList { id, name, currency, percent, decreases, nullifies_compare_at };
    markets.price_lists.insert(id, list);
    if let Some(catalog) = catalog.and_then(|id| markets.catalogs.get_mut(&id)) {
        catalog.price_list = Some(id);
    }
    Ok(Outcome::new(vec![("priceList", Stored::PriceList(id))], &[]))
}

fn price_list_update(state: &mut State, arguments: &Arguments, input: &Value) -> Result<Outcome, FieldError> {
    let id = id_of(arguments, &["PriceList"])?;
    let answer = |list: Stored, errors: &[UserError]| Outcome::new(vec![("priceList", list)], errors);
    let Some(list) = state.registry.markets.price_list(id) else {
        return Ok(answer(Stored::null(), &[no_price_list()]));
    };
    let mut after = list.clone();
    let catalog = catalog_number(input)?;
    let complaint =
        name_complaint(state, input, Some(id)).or_else(|| catalog_complaint(state, catalog, Some(id)));
    if let Some(error) = complaint {
        return Ok(answer(Stored::null(), &[error]));
    }
    if input["parent"].is_object() {
        let Some(adjusted) = adjustment(&input["parent"])? else {
            return Ok(answer(Stored::PriceList(id), &[wrong_adjustment()]));
        };
        (after.percent, after.decreases) = (adjusted.percent, adjusted.decreases);
        if input["parent"]["settings"].is_object() {
            after.nullifies_compare_at = adjusted.nullifies_compare_at;
        }
    }
    if let Some(name) = input["name"].as_str() {
        name.clone_into(&mut after.name);
    }
    let mut list_effects = Vec::new();
    if let Some(currency) = input["currency"].as_str().filter(|currency| *currency != after.currency) {
        currency.clone_into(&mut after.currency);
        list_effects = forget_fixed(state, id);
    }
    let markets = Arc::make_mut(&mut state.registry.markets);
    if let Some(chosen) = catalog {
        markets
            .catalogs
            .values_mut()
            .for_each(|one| one.price_list = one.price_list.filter(|list| *list != id));
        if let Some(catalog) = markets.catalogs.get_mut(&chosen) {
            catalog.price_list = Some(id);
        }
    }
    markets.price_lists.insert(id, after);
    Ok(Outcome { list_effects, ..answer(Stored::PriceList(id), &[]) })
}

fn price_list_delete(state: &mut State, arguments: &Arguments) -> Result<Outcome, FieldError> {
    let id = id_of(arguments, &["PriceList"])?;
    if state.registry.markets.price_list(id).is_none() {
        return Ok(deleted(Stored::null(), &[no_price_list()]));
    }
    let list_effects = remove_price_list(state, id);
    Ok(Outcome { list_effects, ..deleted(Stored::Json(json!(gid("PriceList", id))), &[]) })
}

fn remove_price_list(state: &mut State, id: u64) -> Vec<super::super::journal::ListEffect> {
    let effects = forget_fixed(state, id);
    let markets = Arc::make_mut(&mut state.registry.markets);
    markets.price_lists.remove(&id);
    for catalog in markets.catalogs.values_mut() {
        catalog.price_list = catalog.price_list.filter(|list| *list != id);
    }
    effects
}

fn forget_fixed(state: &mut State, list: u64) -> Vec<super::super::journal::ListEffect> {
    let rows = state.registry.markets.fixed.get(&list);
    let rows = rows.into_iter().flat_map(|rows| rows.keys()).map(|variant| (*variant, None)).collect();
    fixed::put(state, list, rows)
}

fn catalog_create(state: &mut State, input: &Value) -> Result<Outcome, FieldError> {
    let strange = |what: &str| FieldError::Unsupported(format!("a catalog with {what}"));
    let context = &input["context"];
    if context["companyLocationIds"].is_array() || input["publicationId"].is_string() {
        return Err(strange("company locations or a publication"));
    }
    let ids = context["marketIds"].as_array().cloned().unwrap_or_default();
    let numbers = ids.iter().map(|id| number_of(id.as_str().unwrap_or_default(), &["Market"]));
    let served = numbers.collect::<Result<Vec<u64>, _>>()?;
    if served.is_empty() || served.iter().any(|id| state.registry.markets.market(*id).is_none()) {
        return Err(strange("no market or one that the shop does not have"));
    }
    let price_list = match input["priceListId"].as_str() {
        Some(id) => Some(number_of(id, &["PriceList"])?),
        None => None,
    };
    let markets = Arc::make_mut(&mut state.registry.markets);
    if price_list.is_some_and(|id| markets.price_list(id).is_none() || markets.catalog_of(id).is_some()) {
        return Err(strange("a price list that is not there or taken"));
    }
    let id = markets.next_id(154_600_000_000);
    let text = |name: &str| input[name].as_str().unwrap_or_default().to_owned();
    let fresh = MarketCatalog::new(id, &text("title"));
    let catalog = MarketCatalog { status: text("status"), markets: served, price_list, ..fresh };
    markets.catalogs.insert(id, catalog);
    Ok(Outcome::new(vec![("catalog", Stored::Catalog(id))], &[]))
}

fn catalog_delete(state: &mut State, arguments: &Arguments) -> Result<Outcome, FieldError> {
    let id = id_of(arguments, CATALOGS)?;
    let Some(catalog) = state.registry.markets.catalog(id).cloned() else {
        let gone = UserError::new(&["id"], Some("CATALOG_NOT_FOUND"), "Catalog does not exist.");
        return Ok(deleted(Stored::null(), &[gone]));
    };
    let with_all = arguments.get("deleteDependentResources") == Some(&Value::Bool(true));
    let dependent = catalog.price_list.filter(|_| with_all);
    let list_effects = dependent.map(|list| remove_price_list(state, list)).unwrap_or_default();
    Arc::make_mut(&mut state.registry.markets).catalogs.remove(&id);
    Ok(Outcome { list_effects, ..deleted(Stored::Json(json!(gid(catalog.kind(), id))), &[]) })
}

fn market_create(state: &mut State, input: &Value) -> Result<Outcome, FieldError> {
    let given = input.as_object().into_iter().flatten().find(|(name, _)| *name != "name");
    if let Some((name, _)) = given {
        return Err(FieldError::Unsupported(format!("input field MarketCreateInput.{name}")));
    }
    let markets = Arc::make_mut(&mut state.registry.markets);
    let id = markets.next_id(98_800_000_000);
    let fresh = Market::new(id, input["name"].as_str().unwrap_or_default());
    markets.markets.insert(id, Market { status: "DRAFT".to_owned(), ..fresh });
    Ok(Outcome::new(vec![("market", Stored::Market(id))], &[]))
}

fn market_delete(state: &mut State, arguments: &Arguments) -> Result<Outcome, FieldError> {
    let id = id_of(arguments, &["Market"])?;
    let markets = Arc::make_mut(&mut state.registry.markets);
    if markets.markets.remove(&id).is_none() {
        return Err(FieldError::Unsupported("deleting a market that is not there".to_owned()));
    }
    markets.catalogs.values_mut().for_each(|catalog| catalog.markets.retain(|market| *market != id));
    Ok(deleted(Stored::Json(json!(gid("Market", id))), &[]))
}

fn deleted(id: Stored, errors: &[UserError]) -> Outcome {
    Outcome::new(vec![("deletedId", id)], errors)
}

fn no_price_list() -> UserError {
    UserError::new(&["id"], Some("PRICE_LIST_NOT_FOUND"), "Price list does not exist.")
}

fn catalog_number(input: &Value) -> Result<Option<u64>, FieldError> {
    input["catalogId"].as_str().map(|id| number_of(id, CATALOGS)).transpose()
}

fn catalog_complaint(state: &State, catalog: Option<u64>, list: Option<u64>) -> Option<UserError> {
    let about = |code, message: &str| Some(UserError::new(&["input", "catalogId"], Some(code), message));
    match state.registry.markets.catalog(catalog?) {
        None => about("CATALOG_DOES_NOT_EXIST", "Catalog does not exist."),
        Some(found) if found.price_list.is_some() && found.price_list != list => {
            about("CATALOG_TAKEN", "Catalog has a price list already assigned.")
        }
        Some(_) => None,
    }
}

fn name_complaint(state: &State, input: &Value, list: Option<u64>) -> Option<UserError> {
    let name = input["name"].as_str()?;
    let about = |code, message: &str| Some(UserError::new(&["input", "name"], Some(code), message));
    if name.trim().is_empty() {
        return about("BLANK", "Name can't be blank");
    }
    if name.chars().count() > NAME_MAX {
        return about("TOO_LONG", "Name is too long (maximum is 255 characters)");
    }
    let mut others = state.registry.markets.price_lists.values().filter(|one| Some(one.id) != list);
    if others.any(|one| one.name == name) {
        return about("TAKEN", "Name has already been taken");
    }
    None
}

struct Adjusted {
    percent: Decimal,
    decreases: bool,
    nullifies_compare_at: bool,
}

/// The adjustment of a parent; `None` when it is out of bounds.
fn adjustment(parent: &Value) -> Result<Option<Adjusted>, FieldError> {
    let given = parent["adjustment"]["value"].to_string();
    let value: Decimal =
        given.parse().map_err(|_| FieldError::Unsupported(format!("an adjustment by {given}")))?;
    let decreases = parent["adjustment"]["type"] == "PERCENTAGE_DECREASE";
    let most = if decreases { Decimal::ONE_HUNDRED } else { Decimal::ONE_THOUSAND };
    if value.is_sign_negative() || value > most {
        return Ok(None);
    }
    let percent = if decreases { -value } else { value };
    let nullifies_compare_at = parent["settings"]["compareAtMode"] == "NULLIFY";
    Ok(Some(Adjusted { percent, decreases, nullifies_compare_at }))
}

fn wrong_adjustment() -> UserError {
    let field = ["input", "parent", "adjustment", "value"];
    let message = "The adjustment value must be a positive value and not be greater than 100% for \
                   PERCENTAGE_DECREASE and not be greater than 1000% for PERCENTAGE_INCREASE.";
    UserError::new(&field, Some("INVALID_ADJUSTMENT_VALUE"), message)
}
