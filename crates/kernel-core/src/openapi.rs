//! How ids, roles, currencies and money look in the OpenAPI document.

use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{RefOr, schema::AdditionalProperties};
use utoipa::{PartialSchema, ToSchema};

use crate::{Currency, FieldError, Money, Role};

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String))
}

/// The schema of an id with `prefix`.
#[doc(hidden)]
#[must_use]
pub fn id_schema(prefix: &str, what: &str) -> RefOr<Schema> {
    text()
        .description(Some(format!("Id of {what}")))
        .pattern(Some(format!("^{prefix}_[0-9a-hjkmnp-tv-z]{{26}}$")))
        .into()
}

impl PartialSchema for Currency {
    fn schema() -> RefOr<Schema> {
        text().description(Some("ISO 4217 code")).pattern(Some("^[A-Z]{3}$")).into()
    }
}

impl ToSchema for Currency {}

impl PartialSchema for Money {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .description(Some("An exact amount of money"))
            .property(
                "amount",
                text()
                    .description(Some("Plain decimal with all minor digits of the currency"))
                    .pattern(Some(r"^-?[0-9]+(\.[0-9]+)?$")),
            )
            .property("currency", Currency::schema())
            .required("amount")
            .required("currency")
            .additional_properties(Some(AdditionalProperties::FreeForm(false)))
            .into()
    }
}

impl ToSchema for Money {}

impl PartialSchema for Role {
    fn schema() -> RefOr<Schema> {
        text().enum_values(Some(["viewer", "editor", "approver", "admin"])).into()
    }
}

impl ToSchema for Role {}

impl PartialSchema for FieldError {
    fn schema() -> RefOr<Schema> {
        let fields = ["pointer", "code", "detail"];
        let object = fields.iter().fold(ObjectBuilder::new(), |o, f| o.property(*f, text()).required(*f));
        object.description(Some("One fault in the input: where, what, and how to mend it")).into()
    }
}

impl ToSchema for FieldError {}
