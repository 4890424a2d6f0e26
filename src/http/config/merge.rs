//! JSON merge patches (RFC 7396), with one addition: where null is a value of its own, null sets it.

use serde_json::{Map, Value};

use crate::http::error::FieldError;
use crate::http::schema::UNKNOWN_FIELD;

/// Applies `patch`. A null removes the member, so that its default comes back; but members named in
/// `nullable` become null.
pub fn merge(target: &mut Value, patch: &Value, nullable: &[&str]) {
    let Value::Object(members) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(object) = target.as_object_mut() else { return };
    for (name, value) in members {
        if value.is_null() && !nullable.contains(&name.as_str()) {
            object.remove(name);
        } else {
            merge(object.entry(name.clone()).or_insert(Value::Null), value, nullable);
        }
    }
}

/// Puts the nulls of a patch that remove what cannot be there into the value, so that a misspelt name is
/// refused like any other: `errors` is what a schema says of the patch.
pub fn misspelt_nulls(patch: &Value, errors: &[FieldError], value: &mut Value) {
    for error in errors.iter().filter(|error| error.message == UNKNOWN_FIELD) {
        if patch.pointer(&error.field) != Some(&Value::Null) {
            continue;
        }
        let Some((holder, name)) = error.field.rsplit_once('/') else { continue };
        if let Some(members) = value.pointer_mut(holder).and_then(Value::as_object_mut) {
            members.insert(name.replace("~1", "/").replace("~0", "~"), Value::Null);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn merge_patches_are_those_of_rfc_7396() {
        for (mut target, patch, merged) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            merge(&mut target, &patch, &[]);
            assert_eq!(target, merged);
        }
    }

    #[test]
    fn null_is_kept_where_it_is_a_value() {
        let mut target = json!({"limit": 5, "name": "x"});
        merge(&mut target, &json!({"limit": null, "name": null}), &["limit"]);
        assert_eq!(target, json!({"limit": null}));
    }
}
