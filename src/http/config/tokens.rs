//! `/v1/agents/{id}/tokens`: an administrator makes and revokes tokens of an agent.
//!
//! Nothing is kept of a token but its signature's key, so there is nothing to list; revoking voids all that
//! were made before. The answer carries a secret and is not kept for an idempotency key; its problems are.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::configure;
use crate::domain::command::{AgentAct, Caller, Command, Request};
use crate::domain::config::Change;
use crate::domain::ids::AgentId;
use crate::domain::record::Audited;
use crate::http::auth::Authenticated;
use crate::http::body::Body;
use crate::http::conversations::Question;
use crate::http::error::Problem;
use crate::http::wire::time;
use crate::http::{Edge, resource};

/// What an administrator asks for.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// How long it is good.
    #[schema(minimum = 60, maximum = 86_400)]
    pub ttl_seconds: u32,
}

/// A token of an agent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AgentToken {
    /// Shown this once.
    pub token: String,
    /// When it ends by itself.
    #[schema(format = DateTime)]
    pub expires_at: String,
}

/// Registers the path.
pub fn register(app: &mut web::ServiceConfig) {
    let tokens = resource("/v1/agents/{id}/tokens");
    app.service(tokens.route(web::post().to(create)).route(web::delete().to(revoke)));
}

async fn create(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    auth.require(&[])?;
    let question = Question::new(&edge, &request, &auth, body.bytes())?;
    question
        .once(201, async |_| {
            issue(&edge, &auth.caller, &id, &body).await.map(|token| HttpResponse::Created().json(token))
        })
        .await
}

/// The token is given when the audit log has that it was made.
async fn issue(edge: &Edge, caller: &Caller, id: &str, body: &Body) -> Result<AgentToken, Problem> {
    let config = edge.dispatcher.config();
    let agent = AgentId::from(id);
    if !config.agents.contains_key(&agent) {
        return Err(Problem::not_found("agent"));
    }
    let wanted: TokenRequest = body.json(&edge.schemas)?;
    let (token, end) = edge.auth.issue(&agent, wanted.ttl_seconds, &config, edge.dispatcher.now());
    let command = Command::Agent { id: agent, act: AgentAct::Audit(Audited::TokenMade { expires_at: end }) };
    edge.dispatcher.ask(Request { caller: caller.clone(), command, key: None }).await.outcome?;
    Ok(AgentToken { token, expires_at: time::format(end) })
}

async fn revoke(
    auth: Authenticated,
    edge: web::Data<Edge>,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    auth.require(&[])?;
    let agent = AgentId::from(id.as_str());
    if !edge.dispatcher.config().agents.contains_key(&agent) {
        return Err(Problem::not_found("agent"));
    }
    // A token of this very millisecond is void too; one made after it is dated behind it.
    let before = edge.dispatcher.now().0 + 1;
    configure(&edge, &auth.caller, vec![Change::VoidTokens(agent, before)], Vec::new()).await?;
    Ok(HttpResponse::NoContent().finish())
}
