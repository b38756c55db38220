//! Checks literals in a document against the type that their argument wants.

use apollo_compiler::Schema;
use apollo_compiler::ast::{Type, Value as Literal};
use apollo_compiler::schema::ExtendedType;
use serde_json::{Value, json};

use super::gid::parse_gid;
use super::money::parse_amount;

/// What is wrong with a literal, and where below the field.
pub(crate) struct LiteralComplaint {
    pub(crate) path: Vec<String>,
    pub(crate) message: String,
    pub(crate) extensions: Value,
}

/// Complaints about one argument's literal; empty when it fits. Variables are judged by their own types.
pub(crate) fn literal_complaints(
    schema: &Schema,
    ty: &Type,
    literal: &Literal,
    field: &str,
    argument: &str,
) -> Vec<LiteralComplaint> {
    let mut found = Vec::new();
    let owner = Owner { kind: "Field", name: field, argument };
    check(schema, ty, literal, &owner, &[argument.to_owned()], &mut found);
    found
}

/// Whose argument it is: a field's, or an input object's.
struct Owner<'a> {
    kind: &'static str,
    name: &'a str,
    argument: &'a str,
}

fn check(
    schema: &Schema,
    ty: &Type,
    literal: &Literal,
    owner: &Owner<'_>,
    path: &[String],
    found: &mut Vec<LiteralComplaint>,
) {
    match (ty, literal) {
        (_, Literal::Variable(_)) => {}
        (_, Literal::Null) if !ty.is_non_null() => {}
        (Type::List(item) | Type::NonNullList(item), Literal::List(values)) => {
            values.iter().for_each(|value| check(schema, item, value, owner, path, found));
        }
        (Type::List(item) | Type::NonNullList(item), single) if !single.is_null() => {
            check(schema, item, single, owner, path, found);
        }
        (Type::Named(name) | Type::NonNullNamed(name), _) => match (schema.types.get(name), literal) {
            (Some(ExtendedType::InputObject(kind)), Literal::Object(fields)) => {
                for (key, value) in fields {
                    let mut below = path.to_vec();
                    below.push(key.to_string());
                    match kind.fields.get(key) {
                        Some(definition) => {
                            let owner = Owner { kind: "InputObject", name, argument: key };
                            check(schema, &definition.ty, value, &owner, &below, found);
                        }
                        None => found.push(not_accepted(name, key, below)),
                    }
                }
            }
            (Some(_), _) if name == "ID" => check_id(ty, literal, owner, path, found),
            (Some(kind), _) if fits(kind, literal) => {}
            _ => found.push(incompatible(ty, literal, owner, path)),
        },
        _ => found.push(incompatible(ty, literal, owner, path)),
    }
}

fn check_id(
    ty: &Type,
    literal: &Literal,
    owner: &Owner<'_>,
    path: &[String],
    found: &mut Vec<LiteralComplaint>,
) {
    let text = match literal {
        Literal::String(text) => text.clone(),
        Literal::Int(number) => number.as_str().to_owned(),
        _ => return found.push(incompatible(ty, literal, owner, path)),
    };
    if parse_gid(&text).is_none() {
        found.push(LiteralComplaint {
            path: path.to_vec(),
            message: format!("Invalid global id '{text}'"),
            extensions: json!({ "code": "argumentLiteralsIncompatible", "typeName": "CoercionError" }),
        });
    }
}

fn fits(kind: &ExtendedType, literal: &Literal) -> bool {
    match (kind, literal) {
        (ExtendedType::Enum(kind), Literal::Enum(value)) => kind.values.contains_key(value),
        (ExtendedType::Scalar(kind), _) => match (kind.name.as_str(), literal) {
            ("Int", Literal::Int(number)) => number.try_to_i32().is_ok(),
            ("Float", Literal::Int(_) | Literal::Float(_)) => true,
            ("Boolean", Literal::Boolean(_)) => true,
            ("String", Literal::String(_)) => true,
            ("Int" | "Float" | "Boolean" | "String", _) => false,
            ("Money" | "Decimal", Literal::String(text)) => parse_amount(text).is_some(),
            ("Money" | "Decimal", Literal::Int(_) | Literal::Float(_)) => true,
            ("Money" | "Decimal", _) => false,
            _ => !matches!(literal, Literal::Null | Literal::Enum(_)),
        },
        _ => false,
    }
}

fn not_accepted(input: &str, key: &str, path: Vec<String>) -> LiteralComplaint {
    LiteralComplaint {
        path,
        message: format!("InputObject '{input}' doesn't accept argument '{key}'"),
        extensions: json!({
            "code": "argumentNotAccepted", "name": input, "typeName": "InputObject", "argumentName": key,
        }),
    }
}

fn incompatible(ty: &Type, literal: &Literal, owner: &Owner<'_>, path: &[String]) -> LiteralComplaint {
    let Owner { kind, name, argument } = owner;
    LiteralComplaint {
        path: path.to_vec(),
        message: format!(
            "Argument '{argument}' on {kind} '{name}' has an invalid value ({literal}). Expected type '{}'.",
            ty
        ),
        extensions: json!({ "code": "argumentLiteralsIncompatible", "typeName": kind, "argumentName": argument }),
    }
}
