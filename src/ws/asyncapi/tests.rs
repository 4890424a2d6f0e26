use super::*;

#[test]
fn every_reference_of_the_document_leads_somewhere() {
    fn references(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                into.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
                members.values().for_each(|value| references(value, into));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, into)),
            _ => {}
        }
    }
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    let lost: Vec<&String> =
        found.iter().filter(|target| document.pointer(target.trim_start_matches('#')).is_none()).collect();
    assert!(found.len() > 100 && lost.is_empty(), "{lost:?}");
}

#[test]
fn no_schema_is_composed_so_that_each_object_can_be_closed() {
    assert!(!document().to_string().contains("\"allOf\""));
}

#[test]
fn parts_that_http_has_too_are_the_same() {
    let (ours, http) = (document(), crate::http::openapi::document());
    let known = http["components"]["schemas"].as_object().unwrap();
    let mut shared = 0;
    for (name, schema) in ours["components"]["schemas"].as_object().unwrap() {
        if let Some(theirs) = known.get(name) {
            let mut theirs = theirs.clone();
            flatten(&mut theirs, known);
            assert_eq!(*schema, theirs, "{name}");
            shared += 1;
        }
    }
    assert!(shared >= 8, "{shared}");
}

#[test]
fn a_body_keeps_its_fields_beside_type_id_and_seq() {
    let document = document();
    let payload = |name: &str| document["components"]["messages"][name]["payload"].clone();
    let names = |payload: &Value| -> Vec<String> {
        payload["properties"].as_object().unwrap().keys().cloned().collect()
    };
    let sent = payload("agent.client.presence.set");
    assert_eq!(names(&sent), ["id", "presence", "type"]);
    assert_eq!(sent["required"], json!(["type", "presence"]));
    assert_eq!(sent["additionalProperties"], false);
    let told = payload("agent.server.capacity.changed");
    assert_eq!(names(&told), ["capacity", "free", "seq", "type", "used"]);
    let welcome = names(&payload("agent.server.welcome"));
    for flattened in ["capacity", "used", "free", "session_id", "seq"] {
        assert!(welcome.iter().any(|name| name == flattened), "{flattened}: {welcome:?}");
    }
}
