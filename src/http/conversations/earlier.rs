//! What the same customer said before: earlier conversations and their messages, for whoever has the present one.
//!
//! Only through the present one: an agent's own paths to a conversation stay those of CONTRACT §2. The same customer is
//! one of the same linked record, or where there is none, of the same verified address on the same channel.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};

use super::access::{find, holds, parse_id, visible};
use super::look::ALL;
use super::unknown;
use crate::actors::read_side::Who;
use crate::domain::conversation::Conversation;
use crate::http::Edge;
use crate::http::auth::Authenticated;
use crate::http::error::Problem;
use crate::http::messages::page_of;
use crate::http::paging::{List, Page, encode};
use crate::http::wire::conversation::ConversationView;

/// How many times a key that is limited to channels makes the read side look further for one page.
const LOOKS: usize = 20;

/// The conversation in the path, if the caller may look at its customer's past.
fn present(edge: &Edge, auth: &Authenticated, id: &str) -> Result<Arc<Conversation>, Problem> {
    auth.require(&ALL)?;
    let conversation = visible(edge, auth, id)?;
    holds(auth, &conversation)?;
    Ok(conversation)
}

/// `GET …/{id}/earlier`: newest first.
pub async fn list(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let conversation = present(&edge, &auth, &id)?;
    let page = Page::of(&request)?;
    let mut before = match &page.after {
        // Never one that is not earlier, whatever the cursor says.
        Some(text) => {
            parse_id(text).ok_or_else(|| Problem::field("/cursor", "is not a cursor of this list"))?
        }
        None => conversation.id(),
    }
    .min(conversation.id());
    let Some(who) = Who::of(&conversation) else {
        return Ok(
            HttpResponse::Ok().json(List::<ConversationView<'_>> { items: Vec::new(), next_cursor: None })
        );
    };
    let mut found = Vec::new();
    let mut next_cursor = None;
    for look in 1..=LOOKS {
        let batch = edge.dispatcher.read().earlier(&who, before, page.limit + 1)?;
        let more = batch.len() > page.limit;
        before = batch.last().map_or(before, |c| c.id());
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
            next_cursor = Some(encode(&before.to_string()));
        }
    }
    let items = found.iter().map(|c| ConversationView::from(&**c)).collect();
    Ok(HttpResponse::Ok().json(List { items, next_cursor }))
}

/// `GET …/{id}/earlier/{earlier_id}/messages`: in order, as the plain path lists them.
pub async fn messages(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    ids: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, earlier) = ids.into_inner();
    let conversation = present(&edge, &auth, &id)?;
    let earlier = find(&edge, &earlier)?;
    let who = Who::of(&conversation);
    let is_earlier = earlier.id() < conversation.id() && who.is_some_and(|who| who.wrote(&earlier));
    // What may not be seen is not there.
    if !is_earlier || !auth.allows_channel(&earlier.born.channel_id) {
        return Err(unknown());
    }
    page_of(&auth, &edge, &request, &earlier)
}
