//! A schema of `OpenAPI` 3.1 as one of Swagger 2.0, with titles for people.

use serde_json::{Map, Value, json};

/// Deepest nesting; none of ours comes near it, unless a schema holds itself.
const MAX_DEPTH: usize = 16;

const COMPONENTS: &str = "#/components/schemas/";

/// Keywords that mean the same in both.
const KEPT: [&str; 17] = [
    "description",
    "default",
    "enum",
    "example",
    "format",
    "maximum",
    "minimum",
    "maxItems",
    "minItems",
    "maxLength",
    "minLength",
    "pattern",
    "readOnly",
    "required",
    "title",
    "type",
    "uniqueItems",
];

/// The component that a schema refers to, if it is nothing but that.
pub(super) fn reference_of(source: &Value) -> Option<&str> {
    source["$ref"].as_str()?.strip_prefix(COMPONENTS)
}

/// A component's schema; what it refers to stands in the place of the reference, beside which connectors read nothing.
///
/// Swagger 2.0 has no null and no choice: what may be null is `x-nullable`, and what may be one of several types is a
/// text, which every such field of ours takes.
pub(super) fn schema(source: &Value, components: &Value, depth: usize) -> Value {
    if depth > MAX_DEPTH {
        return json!({"type": "object"});
    }
    if let Some(name) = reference_of(source) {
        return schema(&components[name], components, depth + 1);
    }
    if let Some(choices) = choices(source) {
        return chosen(source, &choices, components, depth);
    }
    let mut written: Map<String, Value> = Map::new();
    for (key, value) in source.as_object().into_iter().flatten() {
        match key.as_str() {
            "properties" => drop(written.insert(key.clone(), properties(source, components, depth))),
            "items" => drop(written.insert(key.clone(), schema(value, components, depth + 1))),
            "additionalProperties" if value.is_object() => {
                written.insert(key.clone(), schema(value, components, depth + 1));
            }
            "default" if value.is_null() => {}
            kept if KEPT.contains(&kept) => drop(written.insert(key.clone(), value.clone())),
            _ => {}
        }
    }
    one_type(&mut written);
    written.into()
}

fn choices(source: &Value) -> Option<Vec<&Value>> {
    let all = ["oneOf", "anyOf", "allOf"].into_iter().find_map(|key| source[key].as_array())?;
    Some(all.iter().collect())
}

/// Of one schema and null the schema, of several a text.
fn chosen(source: &Value, choices: &[&Value], components: &Value, depth: usize) -> Value {
    let some: Vec<_> = choices.iter().filter(|choice| choice["type"] != "null").collect();
    let [only] = some.as_slice() else {
        return json!({"type": "string", "description": source["description"]});
    };
    let mut written = schema(only, components, depth + 1);
    if some.len() < choices.len() {
        written["x-nullable"] = true.into();
    }
    if source["description"].is_string() {
        written["description"] = source["description"].clone();
    }
    written
}

fn one_type(written: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = written.get("type").cloned() else { return };
    let some: Vec<_> = types.iter().filter(|kind| *kind != "null").collect();
    if some.len() < types.len() {
        written.insert("x-nullable".to_owned(), true.into());
    }
    let only = if let [only] = some.as_slice() { (*only).clone() } else { "string".into() };
    written.insert("type".to_owned(), only);
}

/// Each with its title; what must be given is shown first.
fn properties(source: &Value, components: &Value, depth: usize) -> Value {
    let required =
        |name: &str| source["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
    let all = source["properties"].as_object().into_iter().flatten();
    let written = all.map(|(name, property)| {
        let mut written = schema(property, components, depth + 1);
        written["x-ms-summary"] = title(name).into();
        written["x-ms-visibility"] = if required(name) { "important" } else { "advanced" }.into();
        if written.get("description").is_none_or(Value::is_null) {
            written["description"] = format!("{}.", title(name)).into();
        }
        (name.clone(), written)
    });
    Value::Object(written.collect())
}

/// A name in words: `record_id` is Record ID.
pub(super) fn title(name: &str) -> String {
    let words = name.split(['_', '-']).map(|word| match word {
        "id" | "url" => word.to_uppercase(),
        _ => {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
    });
    words.collect::<Vec<_>>().join(" ")
}
