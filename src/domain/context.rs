//! Context variables: what a conversation knows about itself, as rules read it (SPEC §2).
//!
//! Owns the values and how a given value is taken for a declared variable. Does not know rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Longest text value, in characters (SPEC §2).
pub const MAX_VALUE_CHARS: usize = 4000;
/// Most keys in one conversation's context.
pub const MAX_KEYS: usize = 200;
/// Longest key, in characters.
pub const MAX_KEY_CHARS: usize = 100;

/// A value of a context variable.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Value {
    /// Text, as given (compared after NFC, case-insensitively).
    Text(Arc<str>),
    /// A finite number.
    Number(f64),
}

impl Value {
    /// Bytes of its text; a number has none.
    pub fn text_bytes(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Number(_) => 0,
        }
    }
}

/// A value as a caller gave it, before it is taken for a variable.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Given {
    /// A JSON string.
    Text(String),
    /// A JSON number, with the text it was written as (`"12.34"` stays so if undeclared).
    Number(f64, String),
    /// A JSON boolean.
    Bool(bool),
}

/// Type of a declared variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum VariableType {
    /// Any text.
    Text,
    /// A finite decimal number.
    Number,
}

/// A variable that a work stream declares.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Variable {
    /// Key in the context: letters, digits, underscore; exact case.
    pub name: String,
    /// What people see.
    pub display_name: String,
    /// How a given value is taken.
    pub kind: VariableType,
}

/// The context of a conversation, by key.
pub type Context = BTreeMap<Arc<str>, Value>;

/// Why a given context was not taken; nothing was kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ContextError {
    /// A declared number variable was given something that is no number.
    NotANumber(String),
    /// The value of this key is longer than [`MAX_VALUE_CHARS`].
    TooLong(String),
    /// This key is empty or longer than [`MAX_KEY_CHARS`].
    BadKey(String),
    /// More than [`MAX_KEYS`] keys.
    TooMany,
}

/// What taking a given context produced.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Taken {
    /// Values by key.
    pub context: Context,
    /// Keys that no variable declares, in order.
    pub undeclared: Vec<Arc<str>>,
    /// What did not fit and was taken all the same; nothing, where that is refused.
    pub misfits: Vec<ContextError>,
}

/// Takes what a caller gave under the declared variables. All errors are reported, not only the first.
pub fn take(given: &BTreeMap<String, Given>, declared: &[Variable]) -> Result<Taken, Vec<ContextError>> {
    let mut taken = Taken::default();
    let mut errors = Vec::new();
    if given.len() > MAX_KEYS {
        errors.push(ContextError::TooMany);
    }
    for (key, value) in given {
        if key.is_empty() || key.chars().count() > MAX_KEY_CHARS {
            errors.push(ContextError::BadKey(key.clone()));
            continue;
        }
        let variable = declared.iter().find(|v| v.name == *key);
        match take_one(value, variable.map(|v| v.kind)) {
            Ok(Value::Text(text)) if text.chars().count() > MAX_VALUE_CHARS => {
                errors.push(ContextError::TooLong(key.clone()));
            }
            Ok(value) => {
                let key: Arc<str> = key.as_str().into();
                if variable.is_none() {
                    taken.undeclared.push(key.clone());
                }
                taken.context.insert(key, value);
            }
            Err(()) => errors.push(ContextError::NotANumber(key.clone())),
        }
    }
    if errors.is_empty() { Ok(taken) } else { Err(errors) }
}

/// The same from a survey or a webhook, whose customer must not be lost: a number variable given something else
/// keeps it as text, and what no context can hold is left out. Each such key is named.
pub fn take_what_fits(given: &BTreeMap<String, Given>, declared: &[Variable]) -> Taken {
    let mut taken = Taken::default();
    for (key, value) in given {
        if taken.context.len() == MAX_KEYS {
            taken.misfits.push(ContextError::TooMany);
            break;
        }
        let one = BTreeMap::from([(key.clone(), value.clone())]);
        let found = take(&one, declared).or_else(|errors| {
            taken.misfits.extend(errors.iter().cloned());
            let words = matches!(errors.as_slice(), [ContextError::NotANumber(_)]);
            // As text the value may still be too long, which is named too.
            let text = if words { take(&one, &[]) } else { Ok(Taken::default()) };
            text.map(|text| Taken { undeclared: Vec::new(), ..text })
        });
        match found {
            Ok(found) => {
                taken.context.extend(found.context);
                taken.undeclared.extend(found.undeclared);
            }
            Err(errors) => taken.misfits.extend(errors),
        }
    }
    taken
}

fn take_one(given: &Given, kind: Option<VariableType>) -> Result<Value, ()> {
    let text = match given {
        Given::Text(text) => text.clone(),
        Given::Number(number, _) if kind == Some(VariableType::Number) => {
            return if number.is_finite() { Ok(Value::Number(*number)) } else { Err(()) };
        }
        Given::Number(_, written) => written.clone(),
        Given::Bool(value) => value.to_string(),
    };
    if kind != Some(VariableType::Number) || text.is_empty() {
        return Ok(Value::Text(text.into()));
    }
    parse_decimal(&text).map(Value::Number).ok_or(())
}

/// Reads a plain decimal number: optional sign, digits, optional fraction; no exponent, no spaces inside.
pub fn parse_decimal(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let plain = !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.bytes().filter(|b| *b == b'.').count() <= 1
        && digits.bytes().any(|b| b.is_ascii_digit());
    if plain { text.parse().ok().filter(|n: &f64| n.is_finite()) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared() -> Vec<Variable> {
        let one = |name: &str, kind| Variable { name: name.into(), display_name: name.into(), kind };
        vec![one("tier", VariableType::Text), one("amount", VariableType::Number)]
    }

    fn give(pairs: &[(&str, Given)]) -> BTreeMap<String, Given> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect()
    }

    #[test]
    fn a_declared_number_given_as_text_is_taken_as_a_number() {
        let taken = take(&give(&[("amount", Given::Text("12.5".into()))]), &declared()).unwrap();
        assert_eq!(taken.context["amount"], Value::Number(12.5));
        assert!(taken.undeclared.is_empty());
    }

    #[test]
    fn an_undeclared_key_is_kept_as_text_and_marked() {
        let given = give(&[("x", Given::Number(12.34, "12.34".into())), ("y", Given::Bool(true))]);
        let taken = take(&given, &declared()).unwrap();
        assert_eq!(taken.context["x"], Value::Text("12.34".into()));
        assert_eq!(taken.context["y"], Value::Text("true".into()));
        assert_eq!(taken.undeclared, vec!["x".into(), "y".into()]);
    }

    #[test]
    fn a_number_is_taken_from_plain_decimals_only_and_an_empty_text_is_no_number_and_no_error() {
        let amount = |text: &str| {
            let taken = take(&give(&[("amount", Given::Text(text.into()))]), &declared());
            taken.map(|taken| taken.context["amount"].clone())
        };
        for (text, number) in [("12.5", 12.5), ("-3", -3.0), ("+4.", 4.0), (" 7 ", 7.0), (".5", 0.5)] {
            assert_eq!(amount(text), Ok(Value::Number(number)), "{text}");
        }
        assert_eq!(amount(""), Ok(Value::Text("".into())));
        for text in ["1e3", "1,5", "12 5", "0x1F", "NaN", "inf", "-", "1.2.3", "٣"] {
            assert_eq!(amount(text), Err(vec![ContextError::NotANumber("amount".into())]), "{text}");
        }
        let yes = take(&give(&[("amount", Given::Bool(true))]), &declared());
        assert_eq!(yes, Err(vec![ContextError::NotANumber("amount".into())]));
    }

    #[test]
    fn a_declared_text_keeps_a_number_and_a_boolean_as_they_were_written() {
        let taken = take(&give(&[("tier", Given::Number(12.34, "12.340".into()))]), &declared()).unwrap();
        assert_eq!(taken.context["tier"], Value::Text("12.340".into()));
        assert!(taken.undeclared.is_empty());
    }

    #[test]
    fn a_value_has_4000_characters_a_key_100_and_a_context_200_keys_and_keys_are_exact() {
        let long = |n: usize| Given::Text("é".repeat(n));
        assert!(take(&give(&[("tier", long(4000)), (&"k".repeat(100), long(0))]), &declared()).is_ok());
        let refused =
            take(&give(&[("tier", long(4001)), (&"k".repeat(101), long(0)), ("", long(0))]), &declared());
        let bad = |key: &str| ContextError::BadKey(key.into());
        assert_eq!(
            refused.unwrap_err(),
            [bad(""), bad(&"k".repeat(101)), ContextError::TooLong("tier".into())]
        );
        let many = |n: usize| (0..n).map(|n| (format!("k{n}"), long(1))).collect::<BTreeMap<_, _>>();
        assert!(take(&many(200), &declared()).is_ok());
        assert_eq!(take(&many(201), &declared()).unwrap_err(), [ContextError::TooMany]);
        assert_eq!(take(&give(&[("Tier", long(1))]), &declared()).unwrap().undeclared, ["Tier".into()]);
    }

    #[test]
    fn what_does_not_fit_is_kept_as_text_or_left_out_and_named_where_nobody_may_be_lost() {
        let given = give(&[
            ("amount", Given::Text("a lot".into())),
            ("tier", Given::Text("x".repeat(4001))),
            ("note", Given::Text("kept".into())),
        ]);
        let taken = take_what_fits(&given, &declared());
        let text = |text: &str| Value::Text(text.into());
        let expected = [("amount".into(), text("a lot")), ("note".into(), text("kept"))].into();
        assert_eq!(taken.context, expected);
        assert_eq!(taken.undeclared, ["note".into()], "a declared variable stays declared");
        let number = ContextError::NotANumber("amount".into());
        assert_eq!(taken.misfits, [number.clone(), ContextError::TooLong("tier".into())]);
        let yes = take_what_fits(&give(&[("amount", Given::Bool(true))]), &declared());
        assert_eq!((&yes.context["amount"], &yes.misfits), (&text("true"), &vec![number.clone()]));
        let long = take_what_fits(&give(&[("amount", Given::Text("x".repeat(4001)))]), &declared());
        assert_eq!(long.context.len(), 0);
        assert_eq!(long.misfits, [number, ContextError::TooLong("amount".into())]);
        let many = (0..201).map(|n| (format!("k{n}"), Given::Bool(true))).collect();
        let many = take_what_fits(&many, &declared());
        assert_eq!((many.context.len(), many.misfits), (200, vec![ContextError::TooMany]));
    }

    #[test]
    fn a_number_variable_given_words_names_itself_and_nothing_is_kept() {
        let given = give(&[("amount", Given::Text("a lot".into())), ("tier", Given::Text("x".repeat(4001)))]);
        let errors = take(&given, &declared()).unwrap_err();
        assert_eq!(
            errors,
            vec![ContextError::NotANumber("amount".into()), ContextError::TooLong("tier".into())]
        );
    }
}
