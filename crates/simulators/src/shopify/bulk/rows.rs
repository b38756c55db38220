//! The rows of a bulk query: every node of every connection on a line of its own, children naming their parents.

use serde_json::{Map, Value};

/// Flattens the data of a query. Ungrouped, the children of all parents follow after all parents, the last parent's
/// first: nothing about their order is promised.
pub(super) fn flatten(data: &Value, grouped: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut level: Vec<(Option<Value>, &Value)> =
        connections_of(data).into_iter().map(|node| (None, node)).collect();
    if grouped {
        level.into_iter().for_each(|(parent, node)| emit_tree(parent.as_ref(), node, &mut lines));
        return lines;
    }
    while !level.is_empty() {
        let mut below = Vec::new();
        for (parent, node) in level {
            lines.push(line(parent.as_ref(), node));
            below.extend(connections_of(node).into_iter().map(|child| (node.get("id").cloned(), child)));
        }
        below.reverse();
        level = below;
    }
    lines
}

fn emit_tree(parent: Option<&Value>, node: &Value, lines: &mut Vec<String>) {
    lines.push(line(parent, node));
    connections_of(node).into_iter().for_each(|child| emit_tree(node.get("id"), child, lines));
}

/// The nodes of all connections directly below a value, through plain objects too.
fn connections_of(value: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    for field in value.as_object().into_iter().flat_map(Map::values) {
        match field.get("edges").and_then(Value::as_array) {
            Some(edges) => found.extend(edges.iter().filter_map(|edge| edge.get("node"))),
            None if field.is_object() => found.extend(connections_of(field)),
            None => {}
        }
    }
    found
}

fn line(parent: Option<&Value>, node: &Value) -> String {
    let mut row = without_connections(node);
    if let (Some(parent), Some(row)) = (parent, row.as_object_mut()) {
        row.insert("__parentId".to_owned(), parent.clone());
    }
    escaped(&row)
}

fn without_connections(value: &Value) -> Value {
    let Some(fields) = value.as_object() else { return value.clone() };
    let kept = fields.iter().filter(|(_, field)| field.get("edges").is_none());
    kept.map(|(name, field)| (name.clone(), without_connections(field))).collect()
}

/// JSON with slashes and what could be HTML escaped, as Shopify writes these files.
pub(super) fn escaped(row: &Value) -> String {
    let escapes = [("/", "\\/"), ("&", "\\u0026"), ("<", "\\u003c"), (">", "\\u003e")];
    escapes.iter().fold(row.to_string(), |text, (plain, escaped)| text.replace(plain, escaped))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn children_name_their_parents_and_stand_apart_from_them() {
        let node = |id: &str| json!({ "node": { "id": id, "title": "a/b" } });
        let product =
            |id: &str, variants: Value| json!({ "node": { "id": id, "variants": { "edges": variants } } });
        let data = json!({ "products": { "edges": [
            product("p1", json!([node("v1"), node("v2")])), product("p2", json!([node("v3")])),
        ] } });
        let ungrouped = flatten(&data, false);
        let ids = |lines: &[String]| -> Vec<(String, Value)> {
            let rows = lines.iter().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
            rows.map(|row| (row["id"].as_str().expect("an id").to_owned(), row["__parentId"].clone()))
                .collect()
        };
        let text = |id: &str, parent: Value| (id.to_owned(), parent);
        let roots = [text("p1", Value::Null), text("p2", Value::Null)];
        let children = [text("v3", json!("p2")), text("v2", json!("p1")), text("v1", json!("p1"))];
        assert_eq!(ids(&ungrouped), [roots.as_slice(), &children].concat());
        let names: Vec<String> = ids(&flatten(&data, true)).into_iter().map(|(id, _)| id).collect();
        assert_eq!(names, ["p1", "v1", "v2", "p2", "v3"]);
        assert!(ungrouped[2].contains("a\\/b"));
    }
}
