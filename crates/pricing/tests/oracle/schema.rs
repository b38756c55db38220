//! Just enough of JSON Schema 2020-12 to hold `rule.v1` against documents: types, choices, fields, lengths. No patterns.

use serde_json::Value;

/// The first place that does not follow the schema.
pub fn violation(schema: &Value, document: &Value) -> Option<String> {
    check(schema, schema, document, "")
}

fn check(root: &Value, schema: &Value, found: &Value, pointer: &str) -> Option<String> {
    let refused = |why: &str| Some(format!("{pointer}: {why}: {found}"));
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(reference.trim_start_matches('#')).expect("the reference leads somewhere");
        if let Some(violation) = check(root, target, found, pointer) {
            return Some(violation);
        }
    }
    if let Some(constant) = schema.get("const")
        && constant != found
    {
        return refused("not the constant");
    }
    if schema.get("type").is_some_and(|kind| !has_type(kind, found)) {
        return refused("wrong type");
    }
    for (word, exactly_one) in [("oneOf", true), ("anyOf", false)] {
        let Some(choices) = schema[word].as_array() else { continue };
        let fits = choices.iter().filter(|choice| check(root, choice, found, pointer).is_none()).count();
        if fits == 0 || (exactly_one && fits > 1) {
            return refused(&format!("{fits} of {word}"));
        }
    }
    check_fields(root, schema, found, pointer).or_else(|| check_items(root, schema, found, pointer))
}

fn has_type(kind: &Value, found: &Value) -> bool {
    match kind {
        Value::Array(kinds) => kinds.iter().any(|kind| has_type(kind, found)),
        kind => match kind.as_str().expect("a word") {
            "array" => found.is_array(),
            "boolean" => found.is_boolean(),
            "integer" => found.is_i64(),
            "number" => found.is_number(),
            "object" => found.is_object(),
            "string" => found.is_string(),
            other => panic!("type {other} is new to this test"),
        },
    }
}

fn check_fields(root: &Value, schema: &Value, found: &Value, pointer: &str) -> Option<String> {
    let fields = found.as_object()?;
    let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
    if let Some(missing) = required.iter().find(|name| !fields.contains_key(name.as_str().expect("a word"))) {
        return Some(format!("{pointer}: {missing} is missing"));
    }
    fields.iter().find_map(|(name, value)| {
        let pointer = format!("{pointer}/{name}");
        match (schema["properties"].get(name), schema.get("additionalProperties")) {
            (Some(field), _) => check(root, field, value, &pointer),
            (None, Some(Value::Bool(false))) => Some(format!("{pointer}: unknown field")),
            (None, Some(other)) => check(root, other, value, &pointer),
            (None, None) => None,
        }
    })
}

fn check_items(root: &Value, schema: &Value, found: &Value, pointer: &str) -> Option<String> {
    let items = found.as_array()?;
    let bound = |word: &str| schema[word].as_u64().map(|bound| bound as usize);
    if bound("minItems").is_some_and(|least| items.len() < least)
        || bound("maxItems").is_some_and(|most| items.len() > most)
    {
        return Some(format!("{pointer}: {} items", items.len()));
    }
    let each = schema.get("items")?;
    items.iter().enumerate().find_map(|(place, item)| check(root, each, item, &format!("{pointer}/{place}")))
}
