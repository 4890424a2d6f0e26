use std::collections::BTreeSet;

use super::*;

#[test]
fn every_reference_of_the_document_leads_somewhere() {
    fn references(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(target)) = members.get("$ref") {
                    into.insert(target.trim_start_matches('#').to_owned());
                }
                members.values().for_each(|value| references(value, into));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, into)),
            _ => {}
        }
    }
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    let lost: Vec<&String> = found.iter().filter(|target| document.pointer(target).is_none()).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn every_body_refuses_fields_that_it_does_not_know() {
    let schemas = super::super::schema::Schemas::new(&document());
    for name in [
        "Queue",
        "Agent",
        "Presence",
        "Channel",
        "ApiKey",
        "Skill",
        "CustomerRecord",
        "Settings",
        "NotificationTemplate",
        "WorkStream",
        "RecordIdentificationRule",
        "TokenRequest",
        "Configuration",
        "CopyRequest",
        "Webhook",
        "ReplayRequest",
        "PresenceRequest",
        "AgentPresenceSetFrame",
    ] {
        let errors = schemas.errors(name, &json!({"surely_not": 1}));
        assert!(errors.iter().any(|error| error.field == "/surely_not"), "{name}: {errors:?}");
    }
}

#[test]
fn operations_have_names_of_their_own() {
    let document = document();
    let mut seen = BTreeSet::new();
    for path in document["paths"].as_object().unwrap().values() {
        for (method, operation) in path.as_object().unwrap() {
            if method != "parameters" {
                let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
                assert!(!id.is_empty() && seen.insert(id.clone()), "{method} {id}");
            }
        }
    }
}
