//! `schemas/rule.v1.json` and `guardrails.v1.json` are what the types say. `CALIBR_UPDATE_SCHEMAS=1 cargo test -p pricing` writes it anew.

use std::path::Path;

use pricing::{GuardrailKind, Guardrails, PlanGuardrailKind, Rule};

#[test]
fn the_checked_in_schemas_are_up_to_date() {
    for (name, generated) in
        [("rule.v1.json", Rule::json_schema()), ("guardrails.v1.json", Guardrails::json_schema())]
    {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas").join(name);
        if std::env::var_os("CALIBR_UPDATE_SCHEMAS").is_some() {
            std::fs::write(&path, &generated).expect("schemas/ can be written");
        }
        let checked_in = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            checked_in == generated,
            "schemas/{name} is old; run: CALIBR_UPDATE_SCHEMAS=1 cargo test -p pricing --test schema"
        );
    }
}

#[test]
fn the_schema_knows_every_guardrail() {
    let schema: serde_json::Value =
        serde_json::from_str(&Guardrails::json_schema()).expect("the schema is JSON");
    check_node(&schema, "");
    let rows = GuardrailKind::ALL.iter().map(|kind| kind.code());
    for code in rows.chain(PlanGuardrailKind::ALL.iter().map(|kind| kind.code())) {
        assert!(schema["properties"][code].is_object(), "{code}");
    }
}

#[test]
fn the_schema_is_strict_and_knows_no_null() {
    let schema: serde_json::Value = serde_json::from_str(&Rule::json_schema()).expect("the schema is JSON");
    check_node(&schema, "");
}

#[test]
fn the_schema_refuses_empty_selectors_too() {
    let schema: serde_json::Value = serde_json::from_str(&Rule::json_schema()).expect("the schema is JSON");
    for (definition, word) in [("Selector", "all"), ("Selector", "any"), ("TextTest", "in")] {
        let choices = schema["$defs"][definition]["oneOf"].as_array().expect("choices");
        let choice = choices.iter().find(|choice| choice["required"][0] == word).expect(word);
        assert_eq!(choice["properties"][word]["minItems"], 1, "{definition}.{word}");
    }
}

fn check_node(node: &serde_json::Value, pointer: &str) {
    match node {
        serde_json::Value::Object(fields) => {
            let free = fields.get("type") == Some(&"object".into()) && fields.contains_key("properties");
            assert!(
                !free || fields.get("additionalProperties") == Some(&false.into()),
                "{pointer} takes unknown fields"
            );
            fields.iter().for_each(|(key, child)| check_node(child, &format!("{pointer}/{key}")));
        }
        serde_json::Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(place, child)| check_node(child, &format!("{pointer}/{place}")));
        }
        serde_json::Value::String(word) => {
            assert!(word != "null" || !pointer.contains("type"), "{pointer} takes null")
        }
        _ => {}
    }
}
