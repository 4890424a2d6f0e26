//! What is asked of the audit log: a page, a time, an actor, a subject.

use actix_web::HttpRequest;
use uuid::Uuid;

use super::view;
use crate::actors::audit::Act;
use crate::domain::time::Timestamp;
use crate::http::error::{FieldError, Problem};
use crate::http::paging::{self, Page};
use crate::http::wire::time;

/// Beyond every time: year 9999.
const EVER: Timestamp = Timestamp(253_402_300_799_999);

/// A question that was understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// At most this many.
    pub limit: usize,
    /// Only what comes after this act.
    pub after: Option<Uuid>,
    /// The first instant.
    pub from: Timestamp,
    /// The first instant that is not asked for.
    pub to: Timestamp,
    actor: Option<String>,
    /// Collection, and perhaps id.
    subject: Option<(String, Option<String>)>,
}

impl Asked {
    /// Reads the query; every wrong parameter is named.
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        const TAKEN: [&str; 6] = ["limit", "cursor", "from", "to", "actor", "subject"];
        let query = paging::query(request)?;
        let unknown = query.keys().filter(|name| !TAKEN.contains(&name.as_str()));
        let mut errors: Vec<FieldError> =
            unknown.map(|name| FieldError::new(format!("/{name}"), "is not a parameter here")).collect();
        let (limit, after) = match Page::of(request) {
            Ok(page) => (page.limit, page.after),
            Err(problem) => {
                errors.extend(problem.errors);
                (1, None)
            }
        };
        let mut wrong = |name: &str, text: &str| errors.push(FieldError::new(format!("/{name}"), text));
        let id = after.as_deref().map(Uuid::try_parse);
        if matches!(id, Some(Err(_))) {
            wrong("cursor", "is not a cursor of this list");
        }
        let mut instant = |name: &str, default| match query.get(name).map(|text| time::parse(text)) {
            None => default,
            Some(Some(at)) if at.0 >= 0 => at,
            Some(_) => {
                wrong(name, "must be an RFC 3339 instant, from 1970 on");
                default
            }
        };
        let (from, to) = (instant("from", Timestamp(0)), instant("to", EVER));
        if from >= to {
            wrong("to", "must be later than from");
        }
        let subject = query.get("subject").map(|text| match text.split_once('/') {
            Some((collection, id)) => (collection.to_owned(), Some(id.to_owned())),
            None => (text.clone(), None),
        });
        if subject.as_ref().is_some_and(|(collection, _)| !view::COLLECTIONS.contains(&collection.as_str())) {
            wrong("subject", "must be a collection as in the paths, or collection/id");
        }
        if !errors.is_empty() {
            return Err(Problem::invalid(errors));
        }
        Ok(Self {
            limit,
            after: id.and_then(Result::ok),
            from,
            to,
            actor: query.get("actor").cloned(),
            subject,
        })
    }

    /// Whether an act is one of those asked for; its time is looked at elsewhere.
    pub fn fits(&self, act: &Act) -> bool {
        let by = self.actor.as_deref().is_none_or(|actor| act.actor() == Some(actor));
        by && self.subject.as_ref().is_none_or(|(collection, wanted)| {
            let (of, id) = view::subject(&act.what);
            of == collection && wanted.as_ref().is_none_or(|wanted| id.as_ref() == Some(wanted))
        })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn fields(query: &str) -> Vec<String> {
        let request = TestRequest::with_uri(&format!("/v1/audit?{query}")).to_http_request();
        Asked::of(&request).unwrap_err().errors.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn what_is_wrong_in_a_question_to_the_audit_log_is_named() {
        assert_eq!(fields("limit=0&form=x"), ["/form", "/limit"]);
        assert_eq!(fields("from=yesterday&to=1960-01-01T00:00:00Z"), ["/from", "/to"]);
        assert_eq!(fields("from=2026-01-31T06:59:00Z&to=2026-01-31T06:59:00Z"), ["/to"]);
        assert_eq!(fields("subject=queue/vip"), ["/subject"]);
        assert_eq!(fields(&format!("cursor={}", paging::encode("vip"))), ["/cursor"]);
    }
}
