//! Schemas of request bodies: those of the served `OpenAPI` document, enforced as they stand (ADR 9).
//!
//! Owns how a violation becomes a JSON Pointer and a sentence. Does not know any resource.

use dashmap::DashMap;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa::ToSchema;

use super::error::{FieldError, Problem, escape_pointer};
use crate::limits::MAX_FIELD_ERRORS;

/// What is said of a member that the schema does not have.
pub const UNKNOWN_FIELD: &str = "there is no such field";

/// The components of the served document, each compiled when first asked for.
pub struct Schemas {
    components: Value,
    compiled: DashMap<String, Arc<Validator>>,
}

impl std::fmt::Debug for Schemas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Schemas")
    }
}

impl Schemas {
    /// Over the served document.
    pub fn new(document: &Value) -> Self {
        let components = document.get("components").cloned().unwrap_or_else(|| json!({}));
        Self { components, compiled: DashMap::new() }
    }

    /// Takes a value strictly; a 422 names every wrong field.
    pub fn take<T: DeserializeOwned + ToSchema>(&self, mut value: Value) -> Result<T, Problem> {
        self.check(&T::name(), &value)?;
        whole_numbers(&mut value);
        serde_json::from_value(value).map_err(|error| not_taken(&error))
    }

    /// The same from bytes and the value that was read from them; also a member that is there twice is refused.
    pub fn take_read<T: DeserializeOwned + ToSchema>(
        &self,
        value: &Value,
        bytes: &[u8],
    ) -> Result<T, Problem> {
        self.check(&T::name(), value)?;
        serde_json::from_slice(bytes).or_else(|error| {
            // A member that is there twice is refused for good; `1.0` may stand for a whole number.
            if error.to_string().starts_with("duplicate field") {
                return Err(not_taken(&error));
            }
            let mut value = value.clone();
            whole_numbers(&mut value);
            serde_json::from_value(value).map_err(|error| not_taken(&error))
        })
    }

    /// Checks a value against a component.
    pub fn check(&self, component: &str, value: &Value) -> Result<(), Problem> {
        let errors = self.errors(component, value);
        if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
    }

    /// Everything that is wrong with a value under a component of the document.
    pub fn errors(&self, component: &str, value: &Value) -> Vec<FieldError> {
        let validator = self.validator(component);
        if validator.is_valid(value) {
            return Vec::new();
        }
        let mut errors = Vec::new();
        for error in validator.iter_errors(value) {
            collect(&error, &mut errors);
        }
        errors.sort_by(|a, b| a.field.cmp(&b.field));
        errors.dedup_by(|a, b| a.field == b.field);
        errors.truncate(MAX_FIELD_ERRORS);
        errors
    }

    fn validator(&self, component: &str) -> Arc<Validator> {
        if let Some(found) = self.compiled.get(component).map(|entry| entry.value().clone()) {
            return found;
        }
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": format!("#/components/schemas/{component}"),
            "components": self.components,
        });
        // A body whose schema is not in the document is a mistake of ours that every test of that path meets.
        let made = jsonschema::validator_for(&schema)
            .unwrap_or_else(|error| panic!("the schema of {component} cannot be used: {error}"));
        let made = Arc::new(made);
        self.compiled.insert(component.to_owned(), made.clone());
        made
    }
}

/// Writes `60.0` and `6e1` as 60: to a JSON Schema they are the same integer.
fn whole_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            let float = if number.is_f64() { number.as_f64() } else { None };
            if let Some(float) = float.filter(|float| float.fract() == 0.0 && float.abs() <= MAX_WHOLE) {
                *value = Value::from(float as i64);
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(whole_numbers),
        Value::Object(members) => members.values_mut().for_each(whole_numbers),
        _ => {}
    }
}

/// 2^53: up to here every whole number is exact in a float.
const MAX_WHOLE: f64 = 9_007_199_254_740_992.0;

/// What a value that fits its schema can still be refused for; the field, where the message quotes one.
fn not_taken(error: &serde_json::Error) -> Problem {
    let message = error.to_string();
    let name = message.strip_prefix("duplicate field `").and_then(|rest| rest.split('`').next());
    match name {
        Some(name) => Problem::field(&format!("/{}", escape_pointer(name)), "is there more than once"),
        None => Problem::field("", &message),
    }
}

/// Turns a violation into fields. Of a choice, the branch with the violations that lie deepest is the one
/// that was meant; naming all branches would help nobody.
fn collect(error: &ValidationError<'_>, into: &mut Vec<FieldError>) {
    let at = error.instance_path().to_string();
    let below = |name: &str| format!("{at}/{}", escape_pointer(name));
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            into.extend(unexpected.iter().map(|name| FieldError::new(below(name), UNKNOWN_FIELD)));
        }
        ValidationErrorKind::Required { property } => {
            into.push(FieldError::new(below(property.as_str().unwrap_or_default()), "must be given"));
        }
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            // Reversed: of equals the first is taken.
            let meant = context.iter().rev().max_by_key(|branch| likeness(branch));
            match meant {
                Some(branch) if likeness(branch).0 > depth(&at) || context.len() == 1 => {
                    branch.iter().for_each(|error| collect(error, into));
                }
                _ => into.push(FieldError::new(at, "fits none of the forms that are taken here")),
            }
        }
        _ => into.push(FieldError::new(at, sentence(error))),
    }
}

/// How deep the violations of a branch lie, and how few they are: the meant branch is the deepest, then the nearest.
fn likeness(branch: &[ValidationError<'_>]) -> (usize, std::cmp::Reverse<usize>) {
    let deepest = branch
        .iter()
        .map(|error| {
            let own = depth(&error.instance_path().to_string());
            let names_a_member = matches!(
                error.kind(),
                ValidationErrorKind::AdditionalProperties { .. } | ValidationErrorKind::Required { .. }
            );
            own + usize::from(names_a_member)
        })
        .max()
        .unwrap_or(0);
    (deepest, std::cmp::Reverse(branch.len()))
}

fn depth(pointer: &str) -> usize {
    pointer.bytes().filter(|b| *b == b'/').count()
}

fn sentence(error: &ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::Minimum { limit } => format!("must be at least {limit}"),
        ValidationErrorKind::Maximum { limit } => format!("must be at most {limit}"),
        ValidationErrorKind::MinLength { limit } => format!("must have at least {limit} characters"),
        ValidationErrorKind::MaxLength { limit } => format!("must have at most {limit} characters"),
        ValidationErrorKind::MinItems { limit } => format!("must have at least {limit} items"),
        ValidationErrorKind::MaxItems { limit } => format!("must have at most {limit} items"),
        ValidationErrorKind::Pattern { pattern } => format!("must match {pattern}"),
        ValidationErrorKind::Enum { options } => format!("must be one of {options}"),
        // Masked: what was sent may be somebody's text.
        _ => error.masked().to_string(),
    }
}
