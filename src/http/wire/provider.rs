//! A provider's settings on the wire: flat members of a channel's `settings`, checked against what its adapter declares.
//!
//! Secrets are shown as [`MASK`]; writing that back keeps what is there, unless a URL now leads to another host: whoever
//! may change settings must not thereby have a secret sent to a host of their own.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::channels::{Adapter, Field, FieldKind, registry};
use crate::domain::config::{ChannelType, Provider};
use crate::http::error::FieldError;

/// What stands for a secret.
pub const MASK: &str = "********";
/// Names the provider where a channel type has several.
const PROVIDER: &str = "provider";
/// Longest URL.
const MAX_URL: usize = 2_000;

/// Reads a provider's settings; `None` if there are none at all, which is a channel that a backend speaks for.
pub fn read(
    kind: ChannelType,
    mut given: BTreeMap<String, Value>,
    before: Option<&Provider>,
    errors: &mut Vec<FieldError>,
) -> Option<Box<Provider>> {
    if given.is_empty() {
        return None;
    }
    let known = registry::providers(kind);
    let name = match given.remove(PROVIDER) {
        None => known.first().copied().unwrap_or_default().to_owned(),
        Some(Value::String(name)) => name,
        Some(_) => String::new(),
    };
    let Some(adapter) = registry::adapter(kind, &name) else {
        let wrong =
            if known.is_empty() { given.keys().next().map_or(PROVIDER, String::as_str) } else { PROVIDER };
        let text = match known.as_slice() {
            [] => format!("{} has no such setting", kind.as_str()),
            known => format!("must be one of {}", known.join(", ")),
        };
        errors.push(at(wrong, &text));
        return None;
    };
    let before = before.filter(|before| *before.name == *name);
    let moved =
        before.is_some_and(|before| adapter.fields().iter().any(|field| moves(field, &given, before)));
    let mut settings = BTreeMap::new();
    for field in adapter.fields() {
        let value = given.remove(field.name);
        let earlier = before.and_then(|before| before.settings.get(field.name));
        if moved && field.secret && value.as_ref().is_some_and(|value| value == MASK) {
            errors.push(at(field.name, "must be given again: a URL leads to another host"));
            continue;
        }
        match take(field, value, earlier) {
            Ok(Some(value)) => drop(settings.insert(field.name.to_owned(), value)),
            Ok(None) => {}
            Err(problem) => errors.push(at(field.name, &problem)),
        }
    }
    errors.extend(given.keys().map(|unknown| at(unknown, &format!("{name} has no such setting"))));
    Some(Box::new(Provider { name: Arc::from(name), settings }))
}

/// Whether a URL that is called leads to another host than before.
fn moves(field: &Field, given: &BTreeMap<String, Value>, before: &Provider) -> bool {
    let now = given.get(field.name).and_then(Value::as_str).or(field.default);
    let now = now.filter(|now| is_called(field) && fits(field.kind, now).is_ok());
    now.is_some_and(|now| before.settings.get(field.name).is_none_or(|before| host(before) != host(now)))
}

/// Scheme and host with its port, as they are written.
fn host(url: &str) -> (&str, &str) {
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let rest = rest.trim_start_matches(['/', '\\']);
    (scheme, rest.split(['/', '\\', '?', '#']).next().unwrap_or_default())
}

fn is_called(field: &Field) -> bool {
    field.kind == FieldKind::Url && !field.name.contains("callback")
}

fn at(field: &str, problem: &str) -> FieldError {
    FieldError::new(format!("/settings/{}", field.replace('~', "~0").replace('/', "~1")), problem)
}

/// A value of a field; `before` is what a mask stands for.
fn take(field: &Field, value: Option<Value>, before: Option<&String>) -> Result<Option<String>, String> {
    let text = match value {
        None | Some(Value::Null) => {
            return match field.default {
                Some(default) => Ok(Some(default.to_owned())),
                None if field.optional => Ok(None),
                None => Err("must be given".to_owned()),
            };
        }
        Some(Value::String(text)) if field.secret && text == MASK => {
            return before
                .cloned()
                .map(Some)
                .ok_or_else(|| "must be given: there is no earlier one".to_owned());
        }
        Some(Value::String(text)) => text,
        Some(Value::Number(number)) if matches!(field.kind, FieldKind::Integer(..)) => number.to_string(),
        Some(_) if matches!(field.kind, FieldKind::Integer(..)) => {
            return Err("must be a whole number".to_owned());
        }
        Some(_) => return Err("must be a text".to_owned()),
    };
    fits(field.kind, &text).map(|()| Some(text))
}

fn fits(kind: FieldKind, text: &str) -> Result<(), String> {
    match kind {
        FieldKind::Text(most) if text.is_empty() || text.chars().count() > most => {
            Err(format!("must have 1 to {most} characters"))
        }
        FieldKind::Text(_) if text.chars().any(char::is_control) => {
            Err("must have no line breaks nor other control characters".to_owned())
        }
        FieldKind::Text(_) => Ok(()),
        FieldKind::Url => {
            let absolute = text.starts_with("https://") || text.starts_with("http://");
            match absolute && text.len() <= MAX_URL {
                true if text.contains(['?', '#']) => Err("must have no query and no fragment".to_owned()),
                true => Ok(()),
                false => Err("must be an absolute URL".to_owned()),
            }
        }
        FieldKind::Choice(choices) if choices.contains(&text) => Ok(()),
        FieldKind::Choice(choices) => Err(format!("must be one of {}", choices.join(", "))),
        FieldKind::Integer(low, high) => match text.parse::<i64>() {
            Ok(number) if (low..=high).contains(&number) => Ok(()),
            _ => Err(format!("must be a whole number from {low} to {high}")),
        },
    }
}

/// The settings as they are shown.
pub fn shown(kind: ChannelType, provider: &Provider) -> BTreeMap<String, Value> {
    let adapter = registry::adapter(kind, &provider.name);
    let fields = adapter.map(Adapter::fields).unwrap_or_default();
    let show = |(name, value): (&String, &String)| {
        // What is not declared any more may be a secret.
        let field = fields.iter().find(|field| field.name == name);
        let value = match field {
            Some(field) if !field.secret => match (field.kind, value.parse::<i64>()) {
                (FieldKind::Integer(..), Ok(number)) => number.into(),
                _ => value.clone().into(),
            },
            _ => MASK.into(),
        };
        (name.clone(), value)
    };
    let mut shown: BTreeMap<String, Value> = provider.settings.iter().map(show).collect();
    if registry::providers(kind).len() > 1 {
        shown.insert(PROVIDER.to_owned(), Value::from(&*provider.name));
    }
    shown
}

/// The URLs among a provider's settings that this server calls, by name.
pub fn called(kind: ChannelType, provider: &Provider) -> Vec<(&'static str, String)> {
    let fields = registry::adapter(kind, &provider.name).map(Adapter::fields).unwrap_or_default();
    let urls = fields.iter().filter(|field| is_called(field));
    urls.filter_map(|field| Some((field.name, provider.settings.get(field.name)?.clone()))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_sms(given: &Value, before: Option<&Provider>) -> (Option<Box<Provider>>, Vec<String>) {
        let given = given.as_object().unwrap().clone().into_iter().collect();
        let mut errors = Vec::new();
        let provider = read(ChannelType::Sms, given, before, &mut errors);
        (provider, errors.into_iter().map(|error| format!("{} {}", error.field, error.message)).collect())
    }

    #[test]
    fn secrets_are_masked_and_a_mask_keeps_what_is_there() {
        let given = json!({"account_sid": "AC1", "auth_token": "s3cret", "from": "+1555"});
        let (provider, errors) = read_sms(&given, None);
        let provider = provider.unwrap();
        assert_eq!((errors, &*provider.name), (vec![], "twilio"));
        let shown: Value =
            shown(ChannelType::Sms, &provider).into_iter().collect::<serde_json::Map<_, _>>().into();
        assert_eq!((&shown["auth_token"], &shown["provider"]), (&json!(MASK), &json!("twilio")));
        assert!(!format!("{provider:?}").contains("s3cret"));
        let (again, errors) = read_sms(&shown, Some(&provider));
        assert_eq!((again.as_ref(), errors), (Some(&provider), vec![]));
        let (_, errors) = read_sms(&shown, None);
        assert_eq!(errors, ["/settings/auth_token must be given: there is no earlier one"]);
    }

    #[test]
    fn a_mask_stands_for_nothing_where_a_url_leads_to_another_host() {
        let with =
            |url: &str, token: &str| json!({"account_sid": "AC1", "auth_token": token, "base_url": url});
        let (provider, _) = read_sms(&with("https://api.example:8443/a", "s3cret"), None);
        let again = |url: &str, token: &str| read_sms(&with(url, token), provider.as_deref()).1;
        assert_eq!(again("https://api.example:8443/b", MASK), Vec::<String>::new());
        assert_eq!(again("https://evil.example", "s3cret"), Vec::<String>::new());
        for url in [
            "https://evil.example",
            "https://api.example",
            "http://api.example:8443/a",
            "https://api.example:8443@evil.example/",
            "https:///evil.example/",
            "https://api.example:8443.evil.example",
            "https://api.example\t.evil.example:8443",
        ] {
            assert_eq!(
                again(url, MASK),
                ["/settings/auth_token must be given again: a URL leads to another host"],
                "{url}"
            );
        }
    }

    #[test]
    fn each_wrong_setting_is_named() {
        let (_, errors) =
            read_sms(&json!({"account_sid": 7, "more": 1, "base_url": "ftp://x", "auth_token": "t"}), None);
        assert_eq!(
            errors,
            [
                "/settings/account_sid must be a text",
                "/settings/base_url must be an absolute URL",
                "/settings/more twilio has no such setting"
            ]
        );
        let pasted = json!({"account_sid": "AC1", "auth_token": "t\n", "base_url": "https://x.example/?to="});
        assert_eq!(
            read_sms(&pasted, None).1,
            [
                "/settings/auth_token must have no line breaks nor other control characters",
                "/settings/base_url must have no query and no fragment"
            ]
        );
        let (_, errors) = read_sms(&json!({"provider": "pigeon"}), None);
        assert_eq!(errors, ["/settings/provider must be one of twilio, telesign"]);
    }
}
