//! `POST …/replay`: a webhook is told of the past (again), so far as it is kept and the webhook wants it.

use actix_web::{HttpRequest, HttpResponse, web};

use super::find;
use crate::actors::read_side::Filter;
use crate::domain::config::Webhook;
use crate::domain::conversation::Conversation;
use crate::domain::ids::ConversationId;
use crate::domain::outbound::{Act, Spot, Target};
use crate::domain::record::{KeptAnswer, Record};
use crate::domain::time::Timestamp;
use crate::http::Edge;
use crate::http::auth::Authenticated;
use crate::http::body::Body;
use crate::http::conversations::Question;
use crate::http::conversations::access::parse_id;
use crate::http::error::{FieldError, Problem};
use crate::http::paging::{decode, encode};
use crate::http::wire::time;
use crate::http::wire::webhook::{ReplayRequest, Replayed};

/// Events that one replay takes, by whole conversations: a tenth of what may wait for a webhook.
const MAX_EVENTS: usize = 10_000;
/// Conversations looked at in one replay, so that one which finds little ends soon, too.
const MAX_CONVERSATIONS: usize = 10_000;
/// Conversations looked at a time.
const BATCH: usize = 200;

/// What of the past is asked for.
struct Past {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    conversation: Option<ConversationId>,
    after: Option<ConversationId>,
}

/// `POST …/replay`
pub async fn replay(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    auth.require(&[])?;
    let question = Question::new(&edge, &request, &auth, body.bytes())?;
    question
        .once(202, async |question| {
            let (id, webhook) = find(&edge, &id)?;
            let wanted =
                if body.bytes().is_empty() { ReplayRequest::default() } else { body.json(&edge.schemas)? };
            let past = Past::of(wanted)?;
            // An inactive webhook has what it would want wait for it.
            let webhook = Webhook { active: true, ..webhook.as_ref().clone() };
            let (spots, next) = collect(&edge, &webhook, &past)?;
            let replayed =
                Replayed { queued: spots.len(), next_cursor: next.map(|id| encode(&id.to_string())) };
            let answer =
                KeptAnswer::Rendered { status: 202, body: serde_json::to_vec(&replayed).unwrap_or_default() };
            question.outbound(Act::Replay { target: Target::Webhook(id), spots }, answer).await?;
            Ok(HttpResponse::Accepted().json(replayed))
        })
        .await
}

impl Past {
    fn of(wanted: ReplayRequest) -> Result<Self, Problem> {
        let mut errors = Vec::new();
        let mut instant = |field: &str, text: Option<String>| {
            let text = text?;
            let at = time::parse(&text);
            if at.is_none() {
                errors.push(FieldError::new(field, "must be a time as 2026-01-31T12:00:00.000Z"));
            }
            at
        };
        let (from, to) = (instant("/from", wanted.from), instant("/to", wanted.to));
        let mut id = |field: &str, text: Option<String>, problem: &str| {
            let id = parse_id(&text?);
            if id.is_none() {
                errors.push(FieldError::new(field, problem));
            }
            id
        };
        let conversation = id("/conversation_id", wanted.conversation_id, "must be a conversation's id");
        let cursor = wanted.cursor.map(|text| decode(&text).unwrap_or_default());
        let after = id("/cursor", cursor, "is not a cursor of a replay");
        if errors.is_empty() {
            Ok(Self { from, to, conversation, after })
        } else {
            Err(Problem::invalid(errors))
        }
    }

    /// Whether anything of this conversation can lie in the time asked for.
    fn touches(&self, conversation: &Conversation) -> bool {
        let over = conversation.closed_at.is_some_and(|at| self.from.is_some_and(|from| at < from));
        let later = self.to.is_some_and(|to| conversation.created_at >= to);
        !over && !later
    }

    fn covers(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at < to)
    }
}

type Spots = Vec<(Spot, Timestamp)>;

/// The events asked for, and after which conversation to go on if that was not all.
fn collect(edge: &Edge, webhook: &Webhook, past: &Past) -> Result<(Spots, Option<ConversationId>), Problem> {
    let read = edge.dispatcher.read();
    let mut spots = Vec::new();
    if let Some(id) = past.conversation {
        let missing = || Problem::field("/conversation_id", "no such conversation");
        let conversation = read.conversation(id)?.ok_or_else(missing)?;
        of_conversation(edge, webhook, past, &conversation, &mut spots)?;
        return Ok((spots, None));
    }
    let (mut after, mut looked) = (past.after, 0);
    loop {
        let batch = read.list(&Filter::default(), after, BATCH)?;
        for conversation in &batch {
            if spots.len() >= MAX_EVENTS || looked >= MAX_CONVERSATIONS {
                return Ok((spots, after));
            }
            of_conversation(edge, webhook, past, conversation, &mut spots)?;
            (after, looked) = (Some(conversation.id()), looked + 1);
        }
        if batch.len() < BATCH {
            return Ok((spots, None));
        }
    }
}

fn of_conversation(
    edge: &Edge,
    webhook: &Webhook,
    past: &Past,
    conversation: &Conversation,
    spots: &mut Spots,
) -> Result<(), Problem> {
    if !past.touches(conversation) {
        return Ok(());
    }
    let born = &conversation.born;
    for record in edge.dispatcher.read().events(conversation.id(), 0, usize::MAX)? {
        let Record::Event(event) = &*record else { continue };
        if past.covers(event.at) && webhook.wants(event.what.kind(), &born.channel_id, &born.work_stream_id) {
            spots.push((Spot { conversation: event.conversation, seq: event.seq }, event.at));
        }
    }
    Ok(())
}
