//! What a connector says became of a record: resolved, cancelled, or nobody works on it any more.
//!
//! Each asks for the record's unfinished work item: none is a 404, so that saying it twice is a 404 the second time
//! (but for `unassign`, which leaves what nobody has as it is).

use actix_web::{HttpRequest, HttpResponse, web};

use super::{allowed, find, unknown_record, wrong_organization};
use crate::domain::command::{Act, RecordAct};
use crate::domain::config::Role;
use crate::domain::conversation::{Conversation, Status};
use crate::domain::entity::RecordKey;
use crate::http::auth::Authenticated;
use crate::http::body::Body;
use crate::http::conversations::{Question, condition};
use crate::http::error::Problem;
use crate::http::etag::etag;
use crate::http::wire::conversation::ConversationView;
use crate::http::wire::entity::RecordRequest;
use crate::http::{Edge, resource};

type Names = web::Path<(String, String)>;

/// Registers the paths.
pub fn register(app: &mut web::ServiceConfig) {
    let of = |tail: &str| format!("/v1/entities/{{entity_logical_name}}/{{record_id}}{tail}");
    app.service(resource(&of("")).route(web::get().to(get)));
    app.service(resource(&of("/resolve")).route(web::post().to(resolve)));
    app.service(resource(&of("/cancel")).route(web::post().to(cancel)));
    app.service(resource(&of("/unassign")).route(web::post().to(unassign)));
}

async fn get(auth: Authenticated, edge: web::Data<Edge>, names: Names) -> Result<HttpResponse, Problem> {
    auth.require(&[Role::Backend, Role::Supervisor])?;
    let conversation = unfinished(&edge, &auth, &names).await?;
    let shown = ConversationView::from(&*conversation);
    Ok(HttpResponse::Ok().insert_header(etag(conversation.version.into())).json(shown))
}

async fn resolve(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    names: Names,
    body: Body,
) -> Result<HttpResponse, Problem> {
    act(&auth, &edge, &request, &names, &body, RecordAct::Resolve).await
}

async fn cancel(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    names: Names,
    body: Body,
) -> Result<HttpResponse, Problem> {
    act(&auth, &edge, &request, &names, &body, RecordAct::Cancel).await
}

async fn unassign(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    names: Names,
    body: Body,
) -> Result<HttpResponse, Problem> {
    act(&auth, &edge, &request, &names, &body, RecordAct::Unassign).await
}

async fn act(
    auth: &Authenticated,
    edge: &Edge,
    request: &HttpRequest,
    names: &(String, String),
    body: &Body,
    act: RecordAct,
) -> Result<HttpResponse, Problem> {
    auth.require(&[Role::Backend])?;
    let question = Question::new(edge, request, auth, body.bytes())?;
    question
        .once(200, async |question| {
            let given: RecordRequest = body.json_or_default(&edge.schemas)?;
            if let Some(given) = &given.organization_id {
                let wrong = wrong_organization(given, &edge.dispatcher.config());
                wrong.map_or(Ok(()), |error| Err(Problem::invalid(vec![error])))?;
            }
            let conversation = unfinished(edge, auth, names).await?;
            let if_match = condition(request, &conversation);
            question.act(&conversation, Act::Record(act), if_match).await
        })
        .await
}

/// The unfinished work item of the record in the path.
async fn unfinished(
    edge: &Edge,
    auth: &Authenticated,
    (entity, record): &(String, String),
) -> Result<std::sync::Arc<Conversation>, Problem> {
    let found = find(edge, auth, RecordKey::new(entity, record)).await?;
    let found =
        found.filter(|conversation| conversation.status != Status::Closed).ok_or_else(unknown_record)?;
    allowed(auth, &found.born.channel_id)?;
    Ok(found)
}
