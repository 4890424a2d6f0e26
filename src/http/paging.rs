//! Lists: `?limit=` and `?cursor=`, and the answer's shape. A cursor is the id of the last item, wrapped so
//! that nobody builds one.

use actix_web::HttpRequest;
use actix_web::web::Query;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::error::{FieldError, Problem};
use crate::limits::{DEFAULT_PAGE, MAX_PAGE};

/// Which part of a list is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// At most this many items, 1..=[`MAX_PAGE`].
    pub limit: usize,
    /// Only what comes after this id.
    pub after: Option<String>,
}

impl Page {
    /// Reads `limit` and `cursor` of a query; a bad one is a 422.
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let query = query(request)?;
        let mut errors = Vec::new();
        let limit = match query.get("limit").map(|text| text.parse::<usize>()) {
            None => DEFAULT_PAGE,
            Some(Ok(limit)) if (1..=MAX_PAGE).contains(&limit) => limit,
            Some(_) => {
                errors.push(FieldError::new("/limit", format!("must be an integer from 1 to {MAX_PAGE}")));
                DEFAULT_PAGE
            }
        };
        let after = match query.get("cursor").map(|text| decode(text)) {
            None => None,
            Some(Some(after)) => Some(after),
            Some(None) => {
                errors.push(FieldError::new("/cursor", "is not a cursor of a list here"));
                None
            }
        };
        if errors.is_empty() { Ok(Self { limit, after }) } else { Err(Problem::invalid(errors)) }
    }
}

/// The query's parameters; of one that is there twice the last counts.
pub fn query(request: &HttpRequest) -> Result<BTreeMap<String, String>, Problem> {
    let pairs = Query::<Vec<(String, String)>>::from_query(request.query_string())
        .map_err(|_| Problem::field("", "the query cannot be read"))?;
    Ok(pairs.into_inner().into_iter().collect())
}

/// One page of a list.
#[derive(Clone, Debug, Serialize)]
pub struct List<T> {
    /// The items.
    pub items: Vec<T>,
    /// For the next page; none at the end.
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// From one item more than asked for, if there are so many; `id` names an item for the cursor.
    pub fn cut(mut items: Vec<T>, limit: usize, id: impl Fn(&T) -> String) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = if more { items.last().map(|item| encode(&id(item))) } else { None };
        Self { items, next_cursor }
    }
}

/// The cursor that stands for an id: its bytes in hexadecimal, after a letter.
pub fn encode(id: &str) -> String {
    use std::fmt::Write;
    id.bytes().fold("c".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The id that a cursor stands for; `None` if it is none.
pub fn decode(cursor: &str) -> Option<String> {
    let hex = cursor.strip_prefix('c')?.as_bytes();
    if hex.is_empty() || !hex.len().is_multiple_of(2) || !hex.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    String::from_utf8(hex.chunks(2).map(byte).collect::<Option<Vec<u8>>>()?).ok()
}

/// Schema of a list of a component, and the two parameters, for the `OpenAPI` document.
pub fn list_schema(component: &str) -> Value {
    json!({"type": "object", "required": ["items", "next_cursor"], "properties": {
        "items": {"type": "array", "items": {"$ref": format!("#/components/schemas/{component}")}},
        "next_cursor": {"type": ["string", "null"]},
    }})
}

/// Parameters of every list, for the `OpenAPI` document.
pub fn list_parameters() -> Vec<Value> {
    vec![
        json!({"name": "limit", "in": "query", "required": false, "description": "At most this many items.",
            "schema": {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": DEFAULT_PAGE}}),
        json!({"name": "cursor", "in": "query", "required": false,
            "description": "`next_cursor` of the page before.", "schema": {"type": "string"}}),
    ]
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_bad_limit_or_cursor_is_named() {
        let page = |uri: &str| Page::of(&TestRequest::with_uri(uri).to_http_request());
        assert_eq!(page("/q").unwrap(), Page { limit: 50, after: None });
        let cursor = encode("web-chat");
        assert_eq!(page(&format!("/q?limit=7&cursor={cursor}")).unwrap().after.as_deref(), Some("web-chat"));
        for (uri, field) in [
            ("/q?limit=0", "/limit"),
            ("/q?limit=1001", "/limit"),
            ("/q?limit=x", "/limit"),
            ("/q?cursor=", "/cursor"),
            ("/q?cursor=web-chat", "/cursor"),
            ("/q?cursor=cfff", "/cursor"),
        ] {
            assert_eq!(page(uri).unwrap_err().errors[0].field, field, "{uri}");
        }
    }

    #[test]
    fn the_last_page_has_no_cursor() {
        let id = ToString::to_string;
        assert_eq!(List::cut(vec![1, 2], 2, id).next_cursor, None);
        let list = List::cut(vec![1, 2, 3], 2, id);
        assert_eq!((list.items, list.next_cursor), (vec![1, 2], Some(encode("2"))));
    }
}
