//! What a document must obey to run in bulk, with the recorded complaints.

use apollo_compiler::ExecutableDocument;
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};

use super::super::bulk_input::UserError;

const CONNECTIONS_MAX: usize = 5;
const DEPTH_MAX: usize = 2;

/// What a document's connections look like.
#[derive(Default)]
struct Connections {
    count: usize,
    depth: usize,
    /// Selected through `nodes`.
    by_nodes: Vec<String>,
    /// With a connection below, and no `id` to hang it on.
    without_id: Vec<String>,
    in_list: bool,
}

/// Complaints about a bulk query; empty when it may run.
pub(super) fn query_complaints(document: &ExecutableDocument, operation: &Operation) -> Vec<UserError> {
    let mut found = Connections::default();
    found.walk(document, &operation.selection_set, 0, false);
    let mut complaints: Vec<String> = Vec::new();
    for field in operation.root_fields(document).filter(|field| matches!(&*field.name, "node" | "nodes")) {
        complaints.push(format!("Bulk queries cannot contain a top level `{}` field.", field.name));
    }
    if found.count == 0 {
        complaints.push("Bulk queries must contain at least one connection.".to_owned());
    }
    if let Some(first) = found.by_nodes.first() {
        let names: Vec<String> = found.by_nodes.iter().map(|name| format!("'{name}'")).collect();
        complaints.push(format!(
            "All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: '{first} {{ edges \
             {{ node {{'. Selecting via 'nodes' is not supported. Invalid connection fields: {}.",
            names.join(", ")
        ));
    }
    if found.in_list {
        complaints.push(
            "Queries that contain a connection field within a list field are not currently supported."
                .to_owned(),
        );
    } else if found.depth > DEPTH_MAX {
        let limit = format!("a nesting depth greater than {DEPTH_MAX}");
        complaints.push(format!("Bulk queries cannot contain connections with {limit}."));
    } else if found.count > CONNECTIONS_MAX {
        complaints.push(format!("Bulk queries cannot contain more than {CONNECTIONS_MAX} connections."));
    }
    if !found.without_id.is_empty() {
        complaints.push(format!(
            "The parent 'node' field for a nested connection must select the 'id' field without an alias and must be of \
             'ID' return type. Connection fields without 'id': {}.",
            found.without_id.join(", ")
        ));
    }
    complaints.into_iter().map(|words| UserError::new(&["query"], Some("INVALID"), words)).collect()
}

/// The complaint about a bulk mutation, if any.
pub(super) fn mutation_complaint(document: &ExecutableDocument, operation: &Operation) -> Option<UserError> {
    let roots: Vec<_> = operation.root_fields(document).collect();
    let of_mutation = |words: &str| Some(UserError::new(&["mutation"], None, words));
    let [root] = roots.as_slice() else {
        return of_mutation("You must specify a single top level mutation.");
    };
    if root.name.starts_with("bulkOperationRun") {
        return of_mutation("You must use an allowed mutation name.");
    }
    let mut found = Connections::default();
    found.walk(document, &operation.selection_set, 0, false);
    if found.count > 1 {
        return of_mutation("Bulk mutations cannot contain more than 1 connection.");
    }
    None
}

impl Connections {
    fn walk(&mut self, document: &ExecutableDocument, set: &SelectionSet, depth: usize, in_list: bool) {
        for field in fields(document, set) {
            if !is_connection(field) {
                let in_list = in_list || field.ty().is_list();
                self.walk(document, &field.selection_set, depth, in_list);
                continue;
            }
            self.count += 1;
            self.depth = self.depth.max(depth);
            self.in_list |= in_list;
            for part in fields(document, &field.selection_set) {
                match part.name.as_str() {
                    "nodes" => {
                        self.by_nodes.push(field.response_key().to_string());
                        self.below(document, field, &part.selection_set, depth);
                    }
                    "edges" => {
                        for node in fields(document, &part.selection_set).iter().filter(|f| f.name == "node")
                        {
                            self.below(document, field, &node.selection_set, depth);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    fn below(&mut self, document: &ExecutableDocument, field: &Field, set: &SelectionSet, depth: usize) {
        let counted = self.count;
        self.walk(document, set, depth + 1, false);
        let id = fields(document, set).iter().any(|one| one.name == "id" && one.response_key() == "id");
        if self.count > counted && !id {
            self.without_id.push(field.response_key().to_string());
        }
    }
}

pub(super) fn is_connection(field: &Field) -> bool {
    field.ty().inner_named_type().ends_with("Connection")
}

/// The fields of a selection, those in fragments too.
pub(super) fn fields<'d>(document: &'d ExecutableDocument, set: &'d SelectionSet) -> Vec<&'d Field> {
    let mut found = Vec::new();
    for selection in &set.selections {
        match selection {
            Selection::Field(field) => found.push(field.as_ref()),
            Selection::InlineFragment(inline) => found.extend(fields(document, &inline.selection_set)),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.fragment_name) {
                    found.extend(fields(document, &fragment.selection_set));
                }
            }
        }
    }
    found
}
