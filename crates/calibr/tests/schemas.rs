//! The checked-in OpenAPI document is what the handlers say. `cargo xtask codegen` writes it anew.

#[test]
fn the_openapi_document_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/openapi.json");
    let document = calibr::app::openapi().to_pretty_json().expect("the document is JSON") + "\n";
    if std::env::var_os("CALIBR_UPDATE_SCHEMAS").is_some() {
        std::fs::write(path, &document).expect("schemas/ can be written");
    }
    let checked_in = std::fs::read_to_string(path).unwrap_or_default();
    assert!(checked_in == document, "schemas/openapi.json is not up to date; run: cargo xtask codegen");
}

#[test]
fn every_operation_has_an_id_and_says_how_it_refuses() {
    let document = serde_json::to_value(calibr::app::openapi()).expect("the document is JSON");
    let mut ids = std::collections::HashSet::new();
    let paths = document["paths"].as_object().expect("paths");
    for (path, item) in paths {
        for (method, operation) in item.as_object().expect("operations") {
            let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
            assert!(
                !id.is_empty() && ids.insert(id.clone()),
                "{method} {path}: `{id}` is empty or used twice"
            );
            let responses = operation["responses"].as_object().expect("responses");
            let open = operation["security"]
                .as_array()
                .is_some_and(|list| list.iter().all(|s| s == &serde_json::json!({})));
            let refuses = responses.keys().any(|status| status == "401" || status == "403");
            assert!(open || refuses, "{method} {path} does not say how it refuses");
        }
    }
    assert!(ids.len() >= 34, "{} operations", ids.len());
}

#[test]
fn every_reference_leads_somewhere() {
    let document = serde_json::to_value(calibr::app::openapi()).expect("the document is JSON");
    let text = document.to_string();
    let pointers = text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next());
    let lost: Vec<&str> = pointers.filter(|pointer| document.pointer(pointer).is_none()).collect();
    assert!(lost.is_empty(), "these references lead nowhere: {lost:?}");
}
