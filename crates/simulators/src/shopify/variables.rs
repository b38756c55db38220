//! Coerces the variables of a request, with Shopify's `INVALID_VARIABLE` envelope for what does not fit.

use apollo_compiler::ast::Type;
use apollo_compiler::executable::Operation;
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use serde_json::{Map, Value, json};

use super::executor::literal_to_json;
use super::gid::parse_gid;
use super::money::parse_amount;

/// One thing that is wrong with a variable's value.
struct Problem {
    path: Vec<Value>,
    explanation: String,
    /// Refusals by a scalar's own reader repeat the explanation as a message.
    by_scalar: bool,
}

/// The variables that the operation declares, coerced; undeclared ones are dropped, absent ones stay absent.
///
/// # Errors
/// The entries of `errors`, one per refused variable; there is no `data` then.
pub(crate) fn coerce(
    schema: &Valid<Schema>,
    document: &ExecutableDocument,
    operation: &Operation,
    given: &Map<String, Value>,
) -> Result<Map<String, Value>, Vec<Value>> {
    let mut coerced = Map::new();
    let mut errors = Vec::new();
    for declared in &operation.variables {
        let name = declared.name.as_str();
        let mut problems = Vec::new();
        match (given.get(name), &declared.default_value) {
            (None, Some(default)) => {
                coerced.insert(name.to_owned(), literal_to_json(default, &Map::new()));
            }
            (None, None) if !declared.ty.is_non_null() => {}
            (value, _) => {
                let value = value.unwrap_or(&Value::Null);
                let checked =
                    Coercion { schema, problems: &mut problems }.value(&declared.ty, value, &mut Vec::new());
                coerced.insert(name.to_owned(), checked);
            }
        }
        if !problems.is_empty() {
            let place = declared.location().and_then(|span| span.line_column(&document.sources));
            let (line, column) = place.map_or((1, 1), |place| (place.line, place.column));
            let location = json!({ "line": line, "column": column });
            errors.push(envelope(name, &declared.ty, given.get(name), &problems, &location));
        }
    }
    if errors.is_empty() { Ok(coerced) } else { Err(errors) }
}

fn envelope(name: &str, ty: &Type, value: Option<&Value>, problems: &[Problem], location: &Value) -> Value {
    let places: Vec<String> = problems
        .iter()
        .filter(|problem| !problem.path.is_empty())
        .map(|problem| {
            let dotted: Vec<String> =
                problem.path.iter().map(|part| part.to_string().replace('"', "")).collect();
            format!("{} ({})", dotted.join("."), problem.explanation)
        })
        .collect();
    let what = if places.is_empty() { String::new() } else { format!(" for {}", places.join(", ")) };
    let listed: Vec<Value> = problems.iter().map(problem_json).collect();
    json!({
        "message": format!("Variable ${name} of type {ty} was provided invalid value{what}"),
        "locations": [location],
        "extensions": { "code": "INVALID_VARIABLE", "value": value, "problems": listed },
    })
}

fn problem_json(problem: &Problem) -> Value {
    let mut listed = json!({ "path": problem.path, "explanation": problem.explanation });
    if problem.by_scalar {
        listed["message"] = problem.explanation.as_str().into();
    }
    listed
}

struct Coercion<'a> {
    schema: &'a Valid<Schema>,
    problems: &'a mut Vec<Problem>,
}

impl Coercion<'_> {
    fn value(&mut self, ty: &Type, value: &Value, path: &mut Vec<Value>) -> Value {
        if value.is_null() {
            if ty.is_non_null() {
                self.refuse(path, "Expected value to not be null".to_owned(), false);
            }
            return Value::Null;
        }
        match ty {
            Type::List(item) | Type::NonNullList(item) => match value {
                Value::Array(items) => items
                    .iter()
                    .enumerate()
                    .map(|(index, item_value)| self.below(index.into(), item, item_value, path))
                    .collect(),
                single => Value::Array(vec![self.value(item, single, path)]),
            },
            Type::Named(name) | Type::NonNullNamed(name) => match self.schema.types.get(name) {
                Some(ExtendedType::InputObject(kind)) => self.object(&kind.clone(), value, path),
                Some(ExtendedType::Enum(kind)) => {
                    if !value.as_str().is_some_and(|text| kind.values.contains_key(text)) {
                        let known: Vec<&str> = kind.values.keys().map(|name| name.as_str()).collect();
                        let explanation = format!("Expected {value} to be one of: {}", known.join(", "));
                        self.refuse(path, explanation, false);
                    }
                    value.clone()
                }
                _ => self.scalar(name, value, path),
            },
        }
    }

    fn below(&mut self, step: Value, ty: &Type, value: &Value, path: &mut Vec<Value>) -> Value {
        path.push(step);
        let coerced = self.value(ty, value, path);
        path.pop();
        coerced
    }

    fn object(&mut self, kind: &InputObjectType, value: &Value, path: &mut Vec<Value>) -> Value {
        let Some(given) = value.as_object() else {
            self.refuse(path, format!("Expected {value} to be a key-value object."), false);
            return Value::Null;
        };
        for key in given.keys().filter(|key| !kind.fields.contains_key(key.as_str())) {
            path.push(key.as_str().into());
            self.refuse(path, format!("Field is not defined on {}", kind.name), false);
            path.pop();
        }
        let mut coerced = Map::new();
        for (name, definition) in &kind.fields {
            match (given.get(name.as_str()), &definition.default_value) {
                (Some(value), _) => {
                    let value = self.below(name.as_str().into(), &definition.ty, value, path);
                    coerced.insert(name.to_string(), value);
                }
                (None, Some(default)) => {
                    coerced.insert(name.to_string(), literal_to_json(default, &Map::new()));
                }
                (None, None) if definition.ty.is_non_null() => {
                    self.below(name.as_str().into(), &definition.ty, &Value::Null, path);
                }
                (None, None) => {}
            }
        }
        Value::Object(coerced)
    }

    fn scalar(&mut self, name: &str, value: &Value, path: &[Value]) -> Value {
        let fits = match name {
            "Int" => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            "Float" => value.is_number(),
            "Boolean" => value.is_boolean(),
            "String" => value.is_string(),
            "ID" => return self.id(value, path),
            "Money" | "Decimal" => match value {
                Value::String(text) => parse_amount(text).is_some(),
                Value::Number(number) => parse_amount(&number.to_string()).is_some(),
                _ => false,
            },
            "JSON" => true,
            _ => value.is_string() || value.is_number(),
        };
        if !fits {
            self.refuse(path, format!("Could not coerce value {value} to {name}"), false);
        }
        value.clone()
    }

    fn id(&mut self, value: &Value, path: &[Value]) -> Value {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        if parse_gid(&text).is_none() {
            self.refuse(path, format!("Invalid global id '{text}'"), true);
        }
        value.clone()
    }

    fn refuse(&mut self, path: &[Value], explanation: String, by_scalar: bool) {
        self.problems.push(Problem { path: path.to_vec(), explanation, by_scalar });
    }
}
