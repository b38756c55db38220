//! Checks a document against the official schema and words the complaints as Shopify does.
//!
//! The complaints that an app meets in practice have Shopify's message and code; the rest is left to the compiler's own
//! validation and carries its words.

use apollo_compiler::ast::{Definition, Document, Field, OperationType, Selection};
use apollo_compiler::parser::SourceMap;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name, Node, Schema};
use serde_json::{Value, json};

use super::errors::location_in;
use super::literals::literal_complaints;

/// Parses and validates a document.
///
/// # Errors
/// The entries of `errors`; there is no `data` then.
pub(crate) fn validate(
    schema: &Valid<Schema>,
    source: &str,
) -> Result<Valid<ExecutableDocument>, Vec<Value>> {
    let document = Document::parse(source, "document.graphql").map_err(|failed| {
        let complaint = |diagnostic: apollo_compiler::diagnostic::Diagnostic<'_, _>| {
            let place = diagnostic.line_column_range().map(|range| range.start);
            let (line, column) = place.map_or((1, 1), |place| (place.line, place.column));
            let message = format!("{} at [{line}, {column}]", diagnostic.error)
                .replace("syntax error: ", "syntax error, ");
            json!({ "message": message, "locations": [{ "line": line, "column": column }] })
        };
        failed.errors.iter().take(1).map(complaint).collect::<Vec<_>>()
    })?;
    let mut walk = Walk { schema, sources: &document.sources, complaints: Vec::new(), path: Vec::new() };
    walk.document(&document);
    if !walk.complaints.is_empty() {
        return Err(walk.complaints);
    }
    document.to_executable_validate(schema).map_err(|failed| {
        let complaint =
            |diagnostic: apollo_compiler::diagnostic::Diagnostic<'_, _>| compiler_complaint(&diagnostic);
        failed.errors.iter().map(complaint).collect()
    })
}

/// A complaint of the compiler under the code that Shopify's server would use.
fn compiler_complaint(
    diagnostic: &apollo_compiler::diagnostic::Diagnostic<'_, apollo_compiler::validation::DiagnosticData>,
) -> Value {
    let text = diagnostic.error.to_string();
    let quoted = text.split('`').nth(1).unwrap_or_default().trim_start_matches('$').to_owned();
    let (code, message) = match diagnostic.error.unstable_error_name() {
        Some("UnusedVariable") => ("variableNotUsed", format!("Variable ${quoted} is declared but not used")),
        Some("UndefinedVariable") => {
            ("variableNotDefined", format!("Variable ${quoted} is used but not declared"))
        }
        Some("DisallowedVariableUsage") => ("variableMismatch", text),
        Some("UnusedFragment") => {
            ("useAndDefineFragment", format!("Fragment {quoted} was defined, but not used"))
        }
        Some("UndefinedFragment") => {
            ("useAndDefineFragment", format!("Fragment {quoted} was used, but not defined"))
        }
        _ => ("invalidDocument", text),
    };
    let place = diagnostic.line_column_range().map(|range| range.start);
    let (line, column) = place.map_or((1, 1), |place| (place.line, place.column));
    json!({
        "message": message,
        "locations": [{ "line": line, "column": column }],
        "extensions": { "code": code },
    })
}

pub(super) struct Walk<'a> {
    pub(super) schema: &'a Valid<Schema>,
    sources: &'a SourceMap,
    complaints: Vec<Value>,
    path: Vec<String>,
}

impl Walk<'_> {
    fn document(&mut self, document: &Document) {
        for definition in &document.definitions {
            match definition {
                Definition::OperationDefinition(operation) => {
                    let kind = operation.operation_type;
                    let name = operation.name.as_ref().map_or(String::new(), |name| format!(" {name}"));
                    let Some(root) = self.schema.root_operation(kind) else { continue };
                    self.path = vec![format!("{}{name}", operation_word(kind))];
                    self.selections(root, &operation.selection_set);
                }
                Definition::FragmentDefinition(fragment) => {
                    self.path = vec![format!("fragment {}", fragment.name)];
                    self.selections(&fragment.type_condition, &fragment.selection_set);
                }
                _ => {}
            }
        }
    }

    fn selections(&mut self, parent: &str, selections: &[Selection]) {
        for selection in selections {
            match selection {
                Selection::Field(field) => self.field(parent, field),
                Selection::InlineFragment(inline) => {
                    let kind = inline.type_condition.as_ref().map_or(parent, Name::as_str);
                    self.path.push(format!("... on {kind}"));
                    self.selections(kind, &inline.selection_set);
                    self.path.pop();
                }
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn field(&mut self, parent: &str, field: &Node<Field>) {
        if !self.schema.types.contains_key(parent) {
            return;
        }
        self.path.push(field.response_name().to_string());
        match self.schema.type_field(parent, &field.name) {
            Err(_) => {
                let message = format!("Field '{}' doesn't exist on type '{parent}'", field.name);
                let extensions =
                    json!({ "code": "undefinedField", "typeName": parent, "fieldName": field.name.as_str() });
                self.complain(field.response_name(), &message, extensions);
            }
            Ok(definition) => {
                let definition = definition.clone();
                self.arguments(field, &definition.arguments);
                let kind = definition.ty.inner_named_type().as_str();
                self.sub_selection(field, kind, &definition.ty.to_string());
                self.selections(kind, &field.selection_set);
            }
        }
        self.path.pop();
    }

    fn arguments(&mut self, field: &Node<Field>, known: &[Node<apollo_compiler::ast::InputValueDefinition>]) {
        for argument in &field.arguments {
            let Some(definition) = known.iter().find(|definition| definition.name == argument.name) else {
                let message = format!("Field '{}' doesn't accept argument '{}'", field.name, argument.name);
                let extensions = json!({
                    "code": "argumentNotAccepted",
                    "name": field.name.as_str(),
                    "typeName": "Field",
                    "argumentName": argument.name.as_str(),
                });
                self.path.push(argument.name.to_string());
                self.complain(&argument.name, &message, extensions);
                self.path.pop();
                continue;
            };
            for complaint in
                literal_complaints(self.schema, &definition.ty, &argument.value, &field.name, &argument.name)
            {
                let below = complaint.path.len();
                self.path.extend(complaint.path);
                self.complain(field.response_name(), &complaint.message, complaint.extensions);
                self.path.truncate(self.path.len() - below);
            }
        }
        let given = |name: &str| field.arguments.iter().any(|argument| argument.name == name);
        let required = known.iter().filter(|definition| definition.is_required());
        let missing: Vec<&str> =
            required.map(|definition| definition.name.as_str()).filter(|name| !given(name)).collect();
        if !missing.is_empty() {
            let missing = missing.join(", ");
            let message = format!("Field '{}' is missing required arguments: {missing}", field.name);
            let extensions = json!({
                "code": "missingRequiredArguments",
                "className": "Field",
                "name": field.name.as_str(),
                "arguments": missing,
            });
            self.complain(field.response_name(), &message, extensions);
        }
    }

    fn sub_selection(&mut self, field: &Node<Field>, kind: &str, ty: &str) {
        let leaf =
            matches!(self.schema.types.get(kind), Some(ExtendedType::Scalar(_) | ExtendedType::Enum(_)));
        let name = &field.name;
        let message = match (leaf, field.selection_set.is_empty()) {
            (true, false) => format!(
                "Selections can't be made on scalars (field '{name}' returns {ty} but has selections)"
            ),
            (false, true) => {
                format!(
                    "Field must have selections (field '{name}' returns {kind} but has no selections. Did you mean '{name} {{ ... }}'?)"
                )
            }
            _ => return,
        };
        let extensions =
            json!({ "code": "selectionMismatch", "nodeName": format!("field '{name}'"), "typeName": kind });
        self.complain(field.response_name(), &message, extensions);
    }

    fn complain(&mut self, at: &Name, message: &str, extensions: Value) {
        let location = location_in(at, self.sources);
        self.complaints.push(json!({
            "message": message,
            "locations": [location],
            "path": self.path,
            "extensions": extensions,
        }));
    }
}

fn operation_word(kind: OperationType) -> &'static str {
    match kind {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    }
}
