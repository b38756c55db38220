//! Executes a validated operation over the shop and checks every value against the official schema on its way out.

use apollo_compiler::Node;
use apollo_compiler::ast::{Type, Value as Literal};
use apollo_compiler::executable::{Field, Selection, SelectionSet};
use apollo_compiler::schema::{ExtendedType, FieldDefinition};
use serde_json::{Map, Value, json};

use super::connection::WHOLE_LIST;
use super::cost::{Observed, Priced};
use super::errors::{FieldError, location_of};
use super::objects::{Object, Resolved, World};

/// A field could not be given a value of its type and its type is non-null: the parent becomes null.
struct Nulled;

/// One running operation.
pub(crate) struct Executor<'a> {
    priced: Priced<'a>,
    world: World<'a>,
    errors: Vec<Value>,
    unsupported: Option<String>,
    /// Sizes met on the way, for the actual cost.
    pub(crate) observed: Observed,
}

/// What an execution leaves: `data`, `errors`, and what belongs into `extensions.search`.
pub(crate) struct Executed {
    pub(crate) data: Value,
    pub(crate) errors: Vec<Value>,
    pub(crate) search: Vec<Value>,
}

type Groups<'a> = Vec<(&'a str, Vec<&'a Field>)>;

impl<'a> Executor<'a> {
    pub(crate) fn new(priced: Priced<'a>, world: World<'a>) -> Self {
        Self { priced, world, errors: Vec::new(), unsupported: None, observed: Observed::default() }
    }

    /// Executes the operation from its root object.
    ///
    /// # Errors
    /// A sentence naming what the document asks for and the simulator does not have.
    pub(crate) fn run(&mut self, root: &Object<'a>) -> Result<Executed, String> {
        let set = &self.priced.operation.selection_set;
        let data = self.object(root, set.ty.as_str(), &[set], &mut Vec::new());
        if let Some(what) = self.unsupported.take() {
            return Err(what);
        }
        Ok(Executed {
            data: data.unwrap_or(Value::Null),
            errors: std::mem::take(&mut self.errors),
            search: self.world.take_search_warnings(),
        })
    }

    fn object(
        &mut self,
        object: &Object<'a>,
        type_name: &str,
        sets: &[&'a SelectionSet],
        path: &mut Vec<Value>,
    ) -> Result<Value, Nulled> {
        let mut groups = Groups::new();
        for set in sets {
            self.collect(set, type_name, &mut groups);
        }
        let mut answer = Map::new();
        for (key, fields) in groups {
            path.push(key.into());
            let value = self.field(object, type_name, &fields, path);
            path.pop();
            answer.insert(key.to_owned(), value?);
        }
        Ok(Value::Object(answer))
    }

    fn collect(&self, set: &'a SelectionSet, type_name: &str, groups: &mut Groups<'a>) {
        for selection in &set.selections {
            if is_left_out(selection, self.priced.variables) {
                continue;
            }
            match selection {
                Selection::Field(field) => {
                    let key = field.response_key().as_str();
                    match groups.iter_mut().find(|(known, _)| *known == key) {
                        Some((_, fields)) => fields.push(field),
                        None => groups.push((key, vec![field])),
                    }
                }
                Selection::InlineFragment(inline) => {
                    let applies =
                        inline.type_condition.as_ref().is_none_or(|kind| self.is_a(type_name, kind));
                    if applies {
                        self.collect(&inline.selection_set, type_name, groups);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = self.priced.document.fragments.get(&spread.fragment_name);
                    if let Some(fragment) = fragment.filter(|f| self.is_a(type_name, f.type_condition())) {
                        self.collect(&fragment.selection_set, type_name, groups);
                    }
                }
            }
        }
    }

    fn is_a(&self, type_name: &str, condition: &str) -> bool {
        type_name == condition || self.priced.schema.is_subtype(condition, type_name)
    }

    fn field(
        &mut self,
        object: &Object<'a>,
        type_name: &str,
        fields: &[&'a Field],
        path: &mut Vec<Value>,
    ) -> Result<Value, Nulled> {
        let field = fields[0];
        if field.name == "__typename" {
            return Ok(type_name.into());
        }
        let mut arguments = arguments_of(&field.definition, field, self.priced.variables);
        if self.world.whole_lists {
            arguments.insert(WHOLE_LIST.to_owned(), true.into());
        }
        let resolved = match self.world.resolve(object, type_name, &field.name, &arguments, path) {
            Ok(resolved) => resolved,
            Err(FieldError::Unsupported(what)) => {
                self.unsupported.get_or_insert(what);
                return Err(Nulled);
            }
            Err(FieldError::Refused(refusal)) => {
                self.errors
                    .push(refusal.to_json(location_of(field.response_key(), self.priced.document), path));
                return or_null(field.ty(), Err(Nulled));
            }
        };
        self.complete(field.ty(), resolved, fields, path)
    }

    fn complete(
        &mut self,
        ty: &Type,
        resolved: Resolved<'a>,
        fields: &[&'a Field],
        path: &mut Vec<Value>,
    ) -> Result<Value, Nulled> {
        let done = match (ty, resolved) {
            (_, Resolved::Json(Value::Null)) => {
                self.note(fields, 0);
                if ty.is_non_null() { Err(self.mistyped("null", ty, path)) } else { Ok(Value::Null) }
            }
            (Type::List(item) | Type::NonNullList(item), Resolved::List(items)) => {
                let mut list = Vec::with_capacity(items.len());
                for (position, value) in items.into_iter().enumerate() {
                    path.push(position.into());
                    let value = self.complete(item, value, fields, path);
                    path.pop();
                    match value {
                        Ok(value) => list.push(value),
                        Err(Nulled) => return or_null(ty, Err(Nulled)),
                    }
                }
                Ok(Value::Array(list))
            }
            (Type::Named(name) | Type::NonNullNamed(name), Resolved::Object(object)) => {
                self.note(fields, object.size());
                let kind = match self.priced.schema.types.get(name) {
                    Some(ExtendedType::Object(_)) => name.as_str(),
                    _ => object.type_name(),
                };
                let sets: Vec<&SelectionSet> = fields.iter().map(|field| &field.selection_set).collect();
                self.object(&object, kind, &sets, path)
            }
            (Type::Named(name) | Type::NonNullNamed(name), Resolved::Json(value)) => {
                if self.is_leaf_value(name, &value) {
                    Ok(value)
                } else {
                    Err(self.mistyped("leaf", ty, path))
                }
            }
            (_, _) => Err(self.mistyped("shape", ty, path)),
        };
        or_null(ty, done)
    }

    fn note(&mut self, fields: &[&'a Field], size: u64) {
        for field in fields {
            self.observed.note(field, size);
        }
    }

    /// The simulator itself is wrong; say so instead of answering what Shopify never would.
    fn mistyped(&mut self, what: &str, ty: &Type, path: &[Value]) -> Nulled {
        let place = json!(path);
        self.unsupported.get_or_insert_with(|| format!("a {what} at {place} where the schema has {ty}"));
        Nulled
    }

    fn is_leaf_value(&self, name: &str, value: &Value) -> bool {
        match self.priced.schema.types.get(name) {
            Some(ExtendedType::Enum(kind)) => {
                value.as_str().is_some_and(|text| kind.values.contains_key(text))
            }
            Some(ExtendedType::Scalar(_)) => match name {
                "Int" => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
                "Float" => value.is_number(),
                "Boolean" => value.is_boolean(),
                "JSON" => true,
                _ => value.is_string(),
            },
            _ => false,
        }
    }
}

fn or_null(ty: &Type, value: Result<Value, Nulled>) -> Result<Value, Nulled> {
    match value {
        Err(Nulled) if !ty.is_non_null() => Ok(Value::Null),
        value => value,
    }
}

/// Whether `@skip` or `@include` leaves this selection out.
pub(crate) fn is_left_out(selection: &Selection, variables: &Map<String, Value>) -> bool {
    let condition = |directive: &str| {
        let argument = selection.directives().get(directive)?.specified_argument_by_name("if")?;
        literal_to_json(argument, variables).as_bool()
    };
    condition("skip") == Some(true) || condition("include") == Some(false)
}

/// A field's arguments with defaults filled in; an argument that was not given and has no default is absent.
pub(crate) fn arguments_of(
    definition: &FieldDefinition,
    field: &Field,
    variables: &Map<String, Value>,
) -> Map<String, Value> {
    let mut arguments = Map::new();
    for known in &definition.arguments {
        let given = field.specified_argument_by_name(&known.name).filter(|literal| match literal.as_ref() {
            Literal::Variable(name) => variables.contains_key(name.as_str()),
            _ => true,
        });
        if let Some(literal) = given.or(known.default_value.as_ref()) {
            arguments.insert(known.name.to_string(), literal_to_json(literal, variables));
        }
    }
    arguments
}

/// A literal as JSON, with variables put in; fields of objects whose variable is absent stay absent.
pub(crate) fn literal_to_json(literal: &Node<Literal>, variables: &Map<String, Value>) -> Value {
    match literal.as_ref() {
        Literal::Null => Value::Null,
        Literal::Enum(name) => name.as_str().into(),
        Literal::Variable(name) => variables.get(name.as_str()).cloned().unwrap_or(Value::Null),
        Literal::String(text) => text.as_str().into(),
        Literal::Boolean(value) => (*value).into(),
        Literal::Int(number) => serde_json::from_str(number.as_str()).unwrap_or(Value::Null),
        Literal::Float(number) => serde_json::from_str(number.as_str()).unwrap_or(Value::Null),
        Literal::List(items) => items.iter().map(|item| literal_to_json(item, variables)).collect(),
        Literal::Object(fields) => {
            let present = fields.iter().filter(|(_, value)| match value.as_ref() {
                Literal::Variable(name) => variables.contains_key(name.as_str()),
                _ => true,
            });
            present.map(|(name, value)| (name.to_string(), literal_to_json(value, variables))).collect()
        }
    }
}
