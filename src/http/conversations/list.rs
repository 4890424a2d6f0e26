//! `GET /v1/conversations`: oldest first, narrowed by the query, and to what the caller may see.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web};
use uuid::Builder;

use super::access::parse_id;
use crate::actors::read_side::Filter;
use crate::domain::config::Role;
use crate::domain::conversation::Status;
use crate::domain::ids::ConversationId;
use crate::domain::time::Timestamp;
use crate::http::Edge;
use crate::http::auth::Authenticated;
use crate::http::error::{Kind, Problem};
use crate::http::paging::{List, Page, encode, query};
use crate::http::wire::conversation::ConversationView;
use crate::http::wire::time;

/// How many times a key that is limited to channels makes the read side look further for one page.
const LOOKS: usize = 20;

/// One page. An agent sees its own alone.
pub async fn list(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    auth.require(&[Role::Backend, Role::Supervisor, Role::Agent])?;
    let page = Page::of(&request)?;
    let mut filter = filter(&query(&request)?)?;
    if auth.caller.role == Role::Agent {
        let own = auth.caller.agent.clone();
        if filter.agent_id.is_some() && filter.agent_id != own {
            return Err(Problem::new(
                Kind::Forbidden,
                "an agent lists its own conversations; this takes supervisor",
            ));
        }
        filter.agent_id = own;
    }
    let mut after: Option<ConversationId> = match &page.after {
        Some(text) => {
            Some(parse_id(text).ok_or_else(|| Problem::field("/cursor", "is not a cursor of this list"))?)
        }
        None => None,
    }
    .max(since(&query(&request)?)?);
    let mut found = Vec::new();
    let mut next_cursor = None;
    for look in 1..=LOOKS {
        let batch = edge.dispatcher.read().list(&filter, after, page.limit + 1)?;
        let more = batch.len() > page.limit;
        after = batch.last().map(|c| c.id()).or(after);
        found.extend(batch.into_iter().filter(|c| auth.allows_channel(&c.born.channel_id)));
        if found.len() > page.limit {
            found.truncate(page.limit);
            next_cursor = found.last().map(|c| encode(&c.id().to_string()));
            break;
        }
        if !more {
            break;
        }
        if look == LOOKS {
            next_cursor = after.map(|id| encode(&id.to_string()));
        }
    }
    let items = found.iter().map(|c| ConversationView::from(&**c)).collect();
    Ok(HttpResponse::Ok().json(List { items, next_cursor }))
}

/// `?from=`: below every id of that instant, since ids begin with the time.
fn since(query: &BTreeMap<String, String>) -> Result<Option<ConversationId>, Problem> {
    let Some(at) = instant(query, "from")? else { return Ok(None) };
    let millis = u64::try_from(at.0).unwrap_or(0);
    Ok(Some(ConversationId(Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid())))
}

fn instant(query: &BTreeMap<String, String>, name: &str) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = query.get(name) else { return Ok(None) };
    let at = time::parse(text);
    at.map(Some).ok_or_else(|| Problem::field(&format!("/{name}"), "must be an RFC 3339 instant"))
}

fn filter(query: &BTreeMap<String, String>) -> Result<Filter, Problem> {
    let text = |name: &str| query.get(name).map(String::as_str);
    let state = match text("state") {
        None => None,
        Some(name) => {
            Some(Status::ALL.into_iter().find(|status| status.as_str() == name).ok_or_else(|| {
                Problem::field("/state", "must be open, active, waiting, wrap_up or closed")
            })?)
        }
    };
    Ok(Filter {
        state,
        queue_id: text("queue_id").map(Into::into),
        agent_id: text("agent_id").map(Into::into),
        work_stream_id: text("work_stream_id").map(Into::into),
        customer_id: text("customer_id").map(Into::into),
        closed_from: instant(query, "closed_from")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_begins_at_an_instant_to_the_millisecond() {
        let since = |text: &str| since(&[("from".to_owned(), text.to_owned())].into());
        let at = time::parse("2026-11-21T10:00:00.500Z").unwrap();
        let first = since("2026-11-21T10:00:00.500Z").unwrap().unwrap();
        let made = |at: Timestamp| ConversationId(crate::ports::ids::uuid_at(at));
        assert!(first < made(at) && made(at.plus_ms(-1)) < first);
        assert_eq!(since("yesterday").unwrap_err().errors[0].field, "/from");
    }

    #[test]
    fn an_unknown_state_is_named() {
        let query = [("state".to_owned(), "gone".to_owned())].into();
        assert_eq!(filter(&query).unwrap_err().errors[0].field, "/state");
        let query = [("state".to_owned(), "wrap_up".to_owned())].into();
        assert_eq!(filter(&query).unwrap().state, Some(Status::WrapUp));
    }
}
