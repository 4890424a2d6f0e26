use super::*;

fn place(url: &str) -> PublicUrl {
    PublicUrl::read(url).unwrap()
}

fn exported() -> Value {
    export(&openapi::document(), &place("https://desk.example/callboard"), "acme")
}

/// Calls `look` with every object of the document and its place.
fn walk(value: &Value, at: &str, look: &mut dyn FnMut(&str, &Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            look(at, members);
            members.iter().for_each(|(name, member)| walk(member, &format!("{at}/{name}"), look));
        }
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(n, element)| walk(element, &format!("{at}/{n}"), look));
        }
        _ => {}
    }
}

#[test]
fn the_connector_says_where_it_is_and_how_one_signs_in() {
    let swagger = exported();
    assert_eq!(swagger["swagger"], "2.0");
    assert_eq!((&swagger["host"], &swagger["basePath"]), (&json!("desk.example"), &json!("/callboard/v1")));
    assert_eq!(swagger["schemes"], json!(["https"]));
    let key = &swagger["securityDefinitions"]["api_key"];
    assert_eq!(
        (&key["type"], &key["in"], &key["name"]),
        (&json!("apiKey"), &json!("header"), &json!("Authorization"))
    );
    assert_eq!(swagger["security"], json!([{"api_key": []}]));
    let route = &swagger["definitions"]["RouteRecord"]["properties"];
    assert_eq!(route["organization_id"]["default"], "acme");
    assert_eq!(route["work_stream_id"]["x-ms-dynamic-values"]["operationId"], TEST);
    assert_eq!(swagger["x-ms-capabilities"]["testConnection"]["operationId"], TEST);
}

#[test]
fn every_call_about_records_is_an_operation_with_the_hints_of_a_connector() {
    let swagger = exported();
    let mut served = BTreeSet::new();
    let document = openapi::document();
    let all =
        document["paths"].as_object().unwrap().iter().filter(|(path, _)| path.starts_with("/v1/entities/"));
    for (path, methods) in all {
        for method in
            ["get", "put", "post", "patch", "delete"].into_iter().filter(|it| methods.get(it).is_some())
        {
            served.insert((path.trim_start_matches(BASE).to_owned(), method));
        }
    }
    assert!(served.len() >= 7);
    let mut ids = BTreeSet::new();
    for (path, method) in &served {
        let operation = &swagger["paths"][path][method];
        for hint in ["operationId", "summary", "description", "x-ms-visibility"] {
            assert!(
                operation[hint].as_str().is_some_and(|text| !text.is_empty()),
                "{method} {path} has no {hint}"
            );
        }
        assert!(ids.insert(operation["operationId"].as_str().unwrap()));
        for parameter in operation["parameters"].as_array().unwrap() {
            for hint in ["x-ms-summary", "description"] {
                assert!(parameter[hint].is_string(), "{method} {path}: {} has no {hint}", parameter["name"]);
            }
        }
    }
    let route = &swagger["paths"]["/entities/route"]["post"]["responses"];
    assert_eq!(route["202"]["schema"]["$ref"], "#/definitions/RoutedWorkItem");
    assert_eq!(route["default"]["schema"]["$ref"], "#/definitions/Problem");
}

#[test]
fn its_schemas_have_titles_and_nothing_that_swagger_2_does_not_know() {
    let swagger = exported();
    let mut problems = Vec::new();
    walk(&swagger, "", &mut |at, members| {
        let named = at.ends_with("/properties");
        for unknown in ["oneOf", "anyOf", "allOf", "nullable", "const", "examples", "requestBody", "content"]
        {
            if members.contains_key(unknown) && !named {
                problems.push(format!("{at} has {unknown}"));
            }
        }
        if members.get("type").is_some_and(Value::is_array) && !named {
            problems.push(format!("{at} has several types"));
        }
        if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
            let target = swagger.pointer(reference.trim_start_matches('#'));
            if target.is_none_or(|target| target["type"] != "object") {
                problems.push(format!("{at} refers to {reference}"));
            }
        }
        if named {
            let untitled = members.iter().filter(|(_, property)| !property["x-ms-summary"].is_string());
            problems.extend(untitled.map(|(name, _)| format!("{at}/{name} has no title")));
        }
    });
    assert_eq!(problems, Vec::<String>::new());
    let details = &swagger["definitions"]["RouteRecord"]["properties"]["record_details"];
    let value = &details["items"]["properties"]["value"];
    assert_eq!((&value["type"], &value["x-nullable"]), (&json!("string"), &json!(true)));
    assert_eq!(title("entity_logical_name"), "Entity Logical Name");
    assert_eq!(title("record_id"), "Record ID");
}
