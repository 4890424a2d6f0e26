//! What people do to a conversation over HTTP: one small function an act, around one shared step.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse, web};

use super::access::visible;
use super::{Question, condition};
use crate::domain::command::Act;
use crate::domain::config::Role;
use crate::http::Edge;
use crate::http::auth::Authenticated;
use crate::http::body::Body;
use crate::http::error::Problem;
use crate::http::schema::Schemas;
use crate::http::wire::request::{AssignRequest, CloseRequest, Empty, TransferRequest, patch};

/// What every act is given.
pub struct Given {
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
    body: Body,
}

impl FromRequest for Given {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        type Parts = (Authenticated, web::Data<Edge>, HttpRequest, web::Path<String>, Body);
        let parts = Parts::from_request(request, payload);
        Box::pin(async move {
            let (auth, edge, request, id, body) = parts.await?;
            Ok(Self { auth, edge, request, id, body })
        })
    }
}

type Answer = Result<HttpResponse, Problem>;

impl Given {
    /// The shared step: role, then the key, then existence and permission, then the body, then the house.
    async fn act(self, roles: &[Role], act: impl FnOnce(&Body, &Schemas) -> Result<Act, Problem>) -> Answer {
        let Self { auth, edge, request, id, body } = self;
        auth.require(roles)?;
        let question = Question::new(&edge, &request, &auth, body.bytes())?;
        question
            .once(200, async |question| {
                let conversation = visible(&edge, &auth, &id)?;
                let if_match = condition(&request, &conversation);
                question.act(&conversation, act(&body, &edge.schemas)?, if_match).await
            })
            .await
    }
}

/// `POST …/end`: the customer leaves.
pub async fn end(given: Given) -> Answer {
    given.act(&[Role::Backend], |body, schemas| nothing(body, schemas, Act::End)).await
}

/// `POST …/close`: a supervisor's force close.
pub async fn close(given: Given) -> Answer {
    let act = |body: &Body, schemas: &Schemas| {
        let close: CloseRequest = body.json_or_default(schemas)?;
        Ok(Act::Close(close.reason.map(Into::into)))
    };
    given.act(&[Role::Supervisor], act).await
}

/// `POST …/transfer`: by the agent who has it, or a supervisor.
pub async fn transfer(given: Given) -> Answer {
    let act = |body: &Body, schemas: &Schemas| {
        let transfer: TransferRequest = body.json(schemas)?;
        transfer.target().map(Act::Transfer)
    };
    given.act(&[Role::Agent, Role::Supervisor], act).await
}

/// `POST …/release`: by the agent who has it.
pub async fn release(given: Given) -> Answer {
    let act = |body: &Body, schemas: &Schemas| nothing(body, schemas, Act::Release);
    given.act(&[Role::Agent, Role::Supervisor], act).await
}

/// `POST …/assign`: by a supervisor.
pub async fn assign(given: Given) -> Answer {
    let act = |body: &Body, schemas: &Schemas| {
        let assign: AssignRequest = body.json(schemas)?;
        Ok(Act::Assign(assign.agent_id.into()))
    };
    given.act(&[Role::Supervisor], act).await
}

/// An act without fields.
fn nothing(body: &Body, schemas: &Schemas, act: Act) -> Result<Act, Problem> {
    body.json_or_default::<Empty>(schemas).map(|_| act)
}

/// `PATCH …/context`: the map itself; `null` removes a key. A PATCH takes no idempotency key.
pub async fn context(given: Given) -> Answer {
    let Given { auth, edge, request, id, body } = given;
    auth.require(&[Role::Backend, Role::Agent, Role::Supervisor])?;
    let conversation = visible(&edge, &auth, &id)?;
    let if_match = condition(&request, &conversation);
    let act = Act::Context(patch(&body.merge_patch()?)?);
    Question::of_context(&edge, &auth.caller).act(&conversation, act, if_match).await
}
