//! `/healthz` (the process lives) and `/readyz` (a question goes through stage, journal and read side in time).

use std::time::Duration;

use actix_web::{HttpResponse, web};

use super::error::{Kind, Problem};
use super::{Edge, resource};
use crate::actors::health::Part;
use crate::actors::shown::AskError;
use crate::domain::command::{Act, Caller, Command, Request};
use crate::domain::ids::ConversationId;
use crate::limits::READY_WITHIN_MS;

/// Registers the paths.
pub fn register(app: &mut web::ServiceConfig) {
    app.service(resource("/healthz").route(web::get().to(|| async { HttpResponse::Ok().body("ok\n") })));
    app.service(resource("/readyz").route(web::get().to(ready)));
}

async fn ready(edge: web::Data<Edge>) -> Result<HttpResponse, Problem> {
    // Ending a conversation that cannot be is refused by the stage itself, and the refusal leaves through the
    // journal's thread and the read side's like every answer.
    let command =
        Command::Conversation { id: ConversationId(uuid::Uuid::nil()), act: Act::End, if_match: None };
    let request = Request { caller: Caller::system(), command, key: None };
    let asked =
        tokio::time::timeout(Duration::from_millis(READY_WITHIN_MS), edge.dispatcher.ask(request)).await;
    let fallen: Vec<&str> = edge.dispatcher.fallen().into_iter().map(Part::name).collect();
    if !fallen.is_empty() {
        let detail = format!("fallen, start the process again: {}", fallen.join(", "));
        return Err(Problem::new(Kind::Unavailable, detail));
    }
    match asked.map(|asked| asked.outcome) {
        Ok(Ok(_) | Err(AskError::Refused(_))) => Ok(HttpResponse::Ok().body("ready\n")),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(Problem::new(Kind::Unavailable, "the stage did not answer in time")),
    }
}
