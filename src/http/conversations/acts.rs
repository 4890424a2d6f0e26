//! What people do to a conversation over HTTP.

use actix_web::{HttpRequest, HttpResponse, web};

use super::access::visible;
use super::{Asked, Question, condition};
use crate::domain::command::{Act, ConsultAct};
use crate::domain::config::Role;
use crate::http::Edge;
use crate::http::auth::Authenticated;
use crate::http::body::Body;
use crate::http::error::Problem;
use crate::http::wire::request::{
    AssignRequest, CloseRequest, ConsultRequest, Empty, TransferRequest, patch,
};

/// The extractors of every act, in the order in which they are judged.
struct Given {
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
    body: Body,
}

impl Given {
    /// Role, then existence and permission, then the body, then the house.
    async fn act(
        self,
        roles: &[Role],
        act: impl FnOnce(&Body, &Edge) -> Result<Act, Problem>,
    ) -> Result<HttpResponse, Problem> {
        self.auth.require(roles)?;
        let conversation = visible(&self.edge, &self.auth, &self.id)?;
        let if_match = condition(&self.request, &conversation);
        let asked = act(&self.body, &self.edge).map(|act| Asked { act, if_match });
        let question = Question::new(&self.edge, &self.request, &self.auth.caller, self.body.bytes())?;
        question.act(&conversation, asked).await
    }
}

/// `POST …/end`: the customer leaves.
pub async fn end(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let act = |body: &Body, edge: &Edge| body.json_or_default::<Empty>(&edge.schemas).map(|_| Act::End);
    Given { auth, edge, request, id, body }.act(&[Role::Backend], act).await
}

/// `POST …/close`: a supervisor's force close.
pub async fn close(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let act = |body: &Body, edge: &Edge| {
        let close = body.json_or_default::<CloseRequest>(&edge.schemas)?;
        Ok(Act::Close(close.reason.map(Into::into)))
    };
    Given { auth, edge, request, id, body }.act(&[Role::Supervisor], act).await
}

/// `POST …/transfer`: by the agent who has it, or a supervisor.
pub async fn transfer(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let act =
        |body: &Body, edge: &Edge| body.json::<TransferRequest>(&edge.schemas)?.target().map(Act::Transfer);
    Given { auth, edge, request, id, body }.act(&[Role::Agent, Role::Supervisor], act).await
}

/// `POST …/release`: by the agent who has it.
pub async fn release(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let act = |body: &Body, edge: &Edge| body.json_or_default::<Empty>(&edge.schemas).map(|_| Act::Release);
    Given { auth, edge, request, id, body }.act(&[Role::Agent, Role::Supervisor], act).await
}

/// `POST …/assign`: by a supervisor.
pub async fn assign(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let act = |body: &Body, edge: &Edge| {
        let assign = body.json::<AssignRequest>(&edge.schemas)?;
        Ok(Act::Assign(assign.agent_id.into()))
    };
    Given { auth, edge, request, id, body }.act(&[Role::Supervisor], act).await
}

/// `POST …/consult`: the agent who has it invites another.
pub async fn consult(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let act = |body: &Body, edge: &Edge| {
        let consult = body.json::<ConsultRequest>(&edge.schemas)?;
        Ok(Act::Consult(ConsultAct::Invite(consult.agent_id.into())))
    };
    Given { auth, edge, request, id, body }.act(&[Role::Agent, Role::Supervisor], act).await
}

/// `POST …/consult-end`: and ends that.
pub async fn consult_end(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let act = |body: &Body, edge: &Edge| {
        let consult = body.json::<ConsultRequest>(&edge.schemas)?;
        Ok(Act::Consult(ConsultAct::End(consult.agent_id.into())))
    };
    Given { auth, edge, request, id, body }.act(&[Role::Agent, Role::Supervisor], act).await
}

/// `PATCH …/context`: the map itself; `null` removes a key.
pub async fn context(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    auth.require(&[Role::Backend, Role::Agent, Role::Supervisor])?;
    let conversation = visible(&edge, &auth, &id)?;
    let if_match = condition(&request, &conversation);
    let act = Act::Context(patch(&body.merge_patch()?)?);
    Question::of_context(&edge, &auth.caller).act(&conversation, Ok(Asked { act, if_match })).await
}
