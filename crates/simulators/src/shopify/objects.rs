//! What every object of the shop answers to every field: the resolvers, one function per kind of object.

use std::cell::RefCell;
use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::bulk::BulkOperation;
use super::connection::Page;
use super::errors::{FieldError, Refusal};
use super::gid::parse_gid;
use super::markets::{Market, MarketCatalog, MarketRegion, PriceList};
use super::product_writes::SetOperation;
use super::registry::Registry;
use super::settings::Settings;
use super::shop::{Product, Shop, Variant};
use super::simulation::State;
use super::stored::Outcome;
use super::webhooks::Subscription;
use super::{bulk, lists, product_objects, shop_object, webhooks};

/// An object of the answer.
#[derive(Debug, Clone)]
pub(crate) enum Object<'a> {
    Query,
    Mutation,
    Shop,
    Product(&'a Product),
    Variant(&'a Product, &'a Variant),
    Item(&'a Product, &'a Variant),
    BulkOperation(&'a BulkOperation),
    SetOperation(&'a SetOperation),
    Subscription(&'a Subscription),
    Market(&'a Market),
    /// The `RegionsCondition` of a market.
    RegionsCondition(&'a Market),
    MarketRegion(&'a Market, &'a MarketRegion),
    Catalog(&'a MarketCatalog),
    PriceList(&'a PriceList),
    /// The row of a variant in a price list.
    ListPrice(&'a PriceList, &'a Product, &'a Variant),
    /// Where webhooks go: the endpoint at this address.
    Endpoint(String),
    Connection(Page<Box<Object<'a>>>),
    /// A small value object whose fields are all known.
    Plain(Vec<(&'static str, Resolved<'a>)>),
}

/// The value of a field before its sub-selection is applied.
#[derive(Debug, Clone)]
pub(crate) enum Resolved<'a> {
    Json(Value),
    Object(Object<'a>),
    List(Vec<Resolved<'a>>),
}

pub(crate) type Resolution<'a> = Result<Resolved<'a>, FieldError>;

impl<'a> Object<'a> {
    /// The concrete type where the schema names an interface.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Object::Query => "QueryRoot",
            Object::Mutation => "Mutation",
            Object::Shop => "Shop",
            Object::Product(_) => "Product",
            Object::Variant(..) => "ProductVariant",
            Object::Item(..) => "InventoryItem",
            Object::BulkOperation(_) => "BulkOperation",
            Object::SetOperation(_) => "ProductSetOperation",
            Object::Subscription(_) => "WebhookSubscription",
            Object::Market(_) => "Market",
            Object::MarketRegion(..) => "MarketRegionCountry",
            Object::Catalog(catalog) => catalog.kind(),
            Object::PriceList(_) => "PriceList",
            Object::Endpoint(uri) => webhooks::endpoint_type(uri),
            Object::RegionsCondition(_)
            | Object::ListPrice(..)
            | Object::Connection(_)
            | Object::Plain(_) => "",
        }
    }

    /// How many nodes a connection has; 1 for any other object.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Object::Connection(page) => page.items.len() as u64,
            _ => 1,
        }
    }
}

impl<'a> Resolved<'a> {
    pub(crate) fn plain(fields: Vec<(&'static str, Resolved<'a>)>) -> Self {
        Resolved::Object(Object::Plain(fields))
    }

    pub(crate) fn null() -> Self {
        Resolved::Json(Value::Null)
    }
}

impl From<Value> for Resolved<'_> {
    fn from(value: Value) -> Self {
        Resolved::Json(value)
    }
}

/// The shop as one request sees it.
pub(crate) struct World<'a> {
    pub(crate) shop: &'a Shop,
    pub(crate) settings: &'a Settings,
    pub(crate) registry: &'a Registry,
    pub(crate) now_s: i64,
    /// Lists come whole, whatever the paging arguments say, as in a bulk query.
    pub(crate) whole_lists: bool,
    /// Outcomes of the mutations that ran, by response key.
    pub(crate) outcomes: HashMap<String, Result<Outcome, Refusal>>,
    pub(crate) search: RefCell<Vec<Value>>,
}

impl<'a> World<'a> {
    pub(crate) fn new(state: &'a State, now_s: i64) -> Self {
        let State { shop, settings, registry, .. } = state;
        Self {
            shop,
            settings,
            registry,
            now_s,
            whole_lists: false,
            outcomes: HashMap::new(),
            search: RefCell::default(),
        }
    }

    pub(crate) fn take_search_warnings(&self) -> Vec<Value> {
        self.search.take()
    }

    /// The value of `type_name.field`.
    pub(crate) fn resolve(
        &self,
        object: &Object<'a>,
        type_name: &str,
        field: &str,
        arguments: &Map<String, Value>,
        path: &[Value],
    ) -> Resolution<'a> {
        let resolved = match object {
            Object::Query => self.query(field, arguments, path)?,
            Object::Mutation => self.mutation(path)?,
            Object::Shop => shop_object::shop_field(self.settings, field),
            Object::Product(product) => self.product(product, field, arguments)?,
            Object::Variant(product, variant) => self.variant(product, variant, field, arguments)?,
            Object::Item(product, variant) => self.item(product, variant, field, arguments)?,
            Object::BulkOperation(operation) => operation.field(field),
            Object::SetOperation(operation) => self.set_operation(operation, field),
            Object::Subscription(subscription) => subscription.field(field),
            Object::Market(market) => self.market_field(market, field, arguments)?,
            Object::RegionsCondition(market) => self.regions_condition(market, field, arguments)?,
            Object::MarketRegion(market, region) => self.market_region(market, region, field)?,
            Object::Catalog(catalog) => self.catalog_field(catalog, field, arguments)?,
            Object::PriceList(list) => self.price_list_field(list, field, arguments, path)?,
            Object::ListPrice(list, product, variant) => self.list_price(list, product, variant, field),
            Object::Endpoint(uri) if field == "callbackUrl" => Some(json!(uri).into()),
            Object::Endpoint(uri) => webhooks::endpoint_field(uri, field),
            Object::Connection(page) => connection_field(page, field),
            Object::Plain(fields) => {
                fields.iter().find(|(name, _)| *name == field).map(|(_, value)| value.clone())
            }
        };
        resolved.ok_or_else(|| unsupported(type_name, field))
    }

    fn query(
        &self,
        field: &str,
        arguments: &Map<String, Value>,
        path: &[Value],
    ) -> Result<Option<Resolved<'a>>, FieldError> {
        if matches!(field, "products" | "product" | "productVariants" | "productVariant" | "productsCount")
            || field == "productVariantsCount"
        {
            self.settings.require(field, "read_products")?;
        }
        if let Some(resolved) = self.market_roots(field, arguments)? {
            return Ok(Some(resolved));
        }
        match field {
            "draftOrders" => self.settings.require(field, "read_draft_orders")?,
            "orders" => self.settings.require(field, "read_orders")?,
            _ => {}
        }
        let id = || arguments.get("id").and_then(Value::as_str).unwrap_or_default();
        Ok(Some(match field {
            "shop" => Resolved::Object(Object::Shop),
            "product" => self.node_of_kind(id(), "Product")?,
            "productVariant" => self.node_of_kind(id(), "ProductVariant")?,
            "inventoryItem" => self.node_of_kind(id(), "InventoryItem")?,
            "node" => self.node(id()),
            "nodes" => self.nodes(arguments)?,
            "products" => lists::products(self, arguments, path)?,
            "productVariants" => lists::variants(self, arguments, path)?,
            "productsCount" => lists::products_count(self, arguments, path)?,
            "productVariantsCount" => lists::variants_count(self, arguments, path),
            "bulkOperation" => self.node_of_kind(id(), "BulkOperation")?,
            "productOperation" => self.node_of_kind(id(), "ProductSetOperation")?,
            "bulkOperations" => bulk::list(self, arguments, path)?,
            "webhookSubscription" => self.node_of_kind(id(), "WebhookSubscription")?,
            "webhookSubscriptions" => webhooks::list(self, arguments)?,
            "webhookSubscriptionsCount" => webhooks::count(self, arguments)?,
            "currentAppInstallation" => shop_object::installation(self.settings),
            "draftOrders" | "orders" => product_objects::empty(arguments)?,
            "currentBulkOperation" => bulk::current(self, arguments),
            _ => return Ok(None),
        }))
    }

    fn mutation(&self, path: &[Value]) -> Result<Option<Resolved<'a>>, FieldError> {
        let key = path.first().and_then(Value::as_str).unwrap_or_default();
        match self.outcomes.get(key) {
            Some(Ok(outcome)) => Ok(Some(self.payload(outcome))),
            Some(Err(refusal)) => Err(FieldError::Refused(refusal.clone())),
            None => Ok(None),
        }
    }

    fn node_of_kind(&self, id: &str, kind: &str) -> Resolution<'a> {
        match parse_gid(id) {
            Some(parsed) if parsed.kind == kind => Ok(self.node(id)),
            _ => Err(Refusal::invalid_id(id)),
        }
    }

    fn nodes(&self, arguments: &Map<String, Value>) -> Resolution<'a> {
        let ids = arguments.get("ids").and_then(Value::as_array).cloned().unwrap_or_default();
        if ids.len() > 250 {
            return Err(FieldError::Refused(Refusal::array_too_long("ids", ids.len())));
        }
        let node = |id: &Value| self.node(id.as_str().unwrap_or_default());
        Ok(Resolved::List(ids.iter().map(node).collect()))
    }

    /// The object with this gid, null when the shop has none.
    fn node(&self, id: &str) -> Resolved<'a> {
        let Some(parsed) = parse_gid(id) else { return Resolved::null() };
        let object = match parsed.kind {
            "Product" => self.shop.product(parsed.number).map(Object::Product),
            "ProductVariant" => self.shop.variant(parsed.number).map(|(p, v)| Object::Variant(p, v)),
            "InventoryItem" => self.shop.variant_of_item(parsed.number).map(|(p, v)| Object::Item(p, v)),
            "BulkOperation" => self.registry.bulk.find(parsed.number).map(Object::BulkOperation),
            "ProductSetOperation" => {
                self.registry.set_operations.find(parsed.number).map(Object::SetOperation)
            }
            "WebhookSubscription" => {
                self.registry.subscriptions.find(parsed.number).map(Object::Subscription)
            }
            "Market" => self.registry.markets.market(parsed.number).map(Object::Market),
            "MarketCatalog" | "CompanyLocationCatalog" => {
                self.registry.markets.catalog(parsed.number).map(Object::Catalog)
            }
            "PriceList" => self.registry.markets.price_list(parsed.number).map(Object::PriceList),
            "Shop" if parsed.number == self.settings.shop_id() => Some(Object::Shop),
            _ => None,
        };
        object.map_or_else(Resolved::null, Resolved::Object)
    }
}

fn connection_field<'a>(page: &Page<Box<Object<'a>>>, field: &str) -> Option<Resolved<'a>> {
    let node = |object: &Object<'a>| Resolved::Object(object.clone());
    match field {
        "nodes" => Some(Resolved::List(page.items.iter().map(|(object, _)| node(object)).collect())),
        "edges" => {
            let edge = |(object, cursor): &(Box<Object<'a>>, String)| {
                Resolved::plain(vec![("node", node(object)), ("cursor", json!(cursor).into())])
            };
            Some(Resolved::List(page.items.iter().map(edge).collect()))
        }
        "pageInfo" => Some(Resolved::plain(vec![
            ("hasNextPage", json!(page.has_next).into()),
            ("hasPreviousPage", json!(page.has_previous).into()),
            ("startCursor", json!(page.items.first().map(|(_, cursor)| cursor)).into()),
            ("endCursor", json!(page.items.last().map(|(_, cursor)| cursor)).into()),
        ])),
        _ => None,
    }
}

/// A `Count`.
pub(crate) fn count<'a>(number: u64, precision: &str) -> Resolved<'a> {
    Resolved::plain(vec![("count", json!(number).into()), ("precision", json!(precision).into())])
}

pub(crate) fn texts<'a>(values: &[String]) -> Resolved<'a> {
    Resolved::List(values.iter().map(|value| json!(value).into()).collect())
}

/// A `DateTime` scalar: UTC, whole seconds.
pub(crate) fn date_time(epoch_s: i64) -> String {
    jiff::Timestamp::from_second(epoch_s).unwrap_or_default().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

pub(crate) fn unsupported(type_name: &str, field: &str) -> FieldError {
    FieldError::Unsupported(format!("field {type_name}.{field}"))
}
