//! Context values on the wire: text as text, whole numbers as integers.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::domain::context::{Context, Given, Value};

/// Largest whole number that an f64 holds without a gap.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// A value of a context variable.
pub struct ValueView<'a>(pub &'a Value);

impl Serialize for ValueView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Text(text) => serializer.serialize_str(text),
            Value::Number(number) if number.fract() == 0.0 && number.abs() <= WHOLE => {
                serializer.serialize_i64(*number as i64)
            }
            Value::Number(number) => serializer.serialize_f64(*number),
        }
    }
}

/// A value as people read it, in a field of a screen pop.
pub fn display(value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::Number(number) => number.to_string(),
    }
}

/// A whole context, by key.
pub struct ContextView<'a>(pub &'a Context);

impl Serialize for ContextView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, ValueView(value))))
    }
}

/// A list or an object, where a value is one of text, number and boolean.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotAValue;

/// What a JSON value gives; `None` for null.
pub fn given(value: &serde_json::Value) -> Result<Option<Given>, NotAValue> {
    match value {
        serde_json::Value::Null => Ok(None),
        serde_json::Value::Bool(value) => Ok(Some(Given::Bool(*value))),
        serde_json::Value::String(text) => Ok(Some(Given::Text(text.clone()))),
        serde_json::Value::Number(number) => {
            Ok(Some(Given::Number(number.as_f64().unwrap_or(f64::NAN), number.to_string())))
        }
        _ => Err(NotAValue),
    }
}

/// Values as given, by key.
pub type GivenMap = BTreeMap<String, Option<Given>>;

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &Value) -> String {
        serde_json::to_string(&ValueView(value)).expect("a value")
    }

    #[test]
    fn whole_numbers_print_as_integers() {
        assert_eq!(written(&Value::Number(12.0)), "12");
        assert_eq!(written(&Value::Number(-0.0)), "0");
        assert_eq!(written(&Value::Number(12.5)), "12.5");
        assert_eq!(written(&Value::Number(1e300)), "1e+300");
        assert_eq!(written(&Value::Text("12.50".into())), "\"12.50\"");
    }

    #[test]
    fn a_number_keeps_the_text_it_was_written_as() {
        let json: serde_json::Value =
            serde_json::from_str("[12, 12.25, true, \"x\", null, []]").expect("json");
        let given: Vec<_> = json.as_array().expect("a list").iter().map(given).collect();
        assert_eq!(given[0], Ok(Some(Given::Number(12.0, "12".to_owned()))));
        assert_eq!(given[1], Ok(Some(Given::Number(12.25, "12.25".to_owned()))));
        assert_eq!(given[2], Ok(Some(Given::Bool(true))));
        assert_eq!(given[3], Ok(Some(Given::Text("x".to_owned()))));
        assert_eq!(given[4], Ok(None));
        assert_eq!(given[5], Err(NotAValue));
    }
}
