//! Floor 4: `WebSocket`s. The agent socket (CONTRACT §5), the customer socket (§6) and the supervisor socket (§8).
//!
//! Reading order: [`peer`] (what a socket speaks, without a transport), [`agent`], [`customer`] and [`supervisor`] (the three of them),
//! [`client`] (what they hear), [`reply`] and [`frames`] (what they say), [`asyncapi`] (all of it as a document), `session` (the transport: the one file that names
//! `actix-web-actors`), `keeper` (liveness, judged outside of the transport).

pub mod agent;
pub mod asyncapi;
mod board;
pub mod client;
pub mod customer;
pub mod frames;
mod keeper;
pub mod peer;
pub mod pop;
pub mod reply;
mod session;
pub mod supervisor;

use actix_web::http::header::SEC_WEBSOCKET_PROTOCOL;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::http::auth::bearer;
use crate::http::error::{Kind, Problem};
use crate::http::{Edge, resource};

/// The subprotocol; a client that offers others only is refused, one that offers none is taken.
pub const PROTOCOL: &str = "callboard.v1";
/// Largest client frame, continuation frames joined (CONTRACT §5).
pub const MAX_FRAME: usize = 64 * 1024;
/// Seconds until the first frame must be there.
pub const HELLO_SECONDS: u32 = 5;

/// Close codes (CONTRACT §5). Numbers below 4000 are RFC 6455's.
pub mod close {
    /// The house closes, or gave the socket up.
    pub const GOING_AWAY: u16 = 1001;
    /// A frame that WebSocket does not allow.
    pub const PROTOCOL_ERROR: u16 = 1002;
    /// A binary frame.
    pub const BINARY: u16 = 1003;
    /// Text that is not UTF-8.
    pub const NOT_UTF8: u16 = 1007;
    /// A frame over 64 KiB.
    pub const TOO_LARGE: u16 = 1009;
    /// Too much is under way; come back and resume.
    pub const TRY_AGAIN: u16 = 1013;
    /// Not the protocol: the first frame was not `hello`.
    pub const NOT_HELLO: u16 = 4400;
    /// No or a bad token, or one that ended.
    pub const BAD_TOKEN: u16 = 4401;
    /// A token that is nobody's whom this socket is for.
    pub const WRONG_ROLE: u16 = 4403;
    /// No `hello` in time.
    pub const NO_HELLO: u16 = 4408;
}

/// Registers the paths.
pub fn register(app: &mut web::ServiceConfig) {
    app.service(resource("/v1/agent-session").route(web::get().to(agent_session)));
    app.service(resource("/v1/customer-session").route(web::get().to(customer_session)));
    app.service(resource("/v1/supervisor-session").route(web::get().to(supervisor_session)));
    asyncapi::register(app);
}

async fn agent_session(
    edge: web::Data<Edge>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, actix_web::Error> {
    negotiate(&request)?;
    let bearer = bearer(&request).map(str::to_owned);
    session::start(&request, payload, |outbox| agent::AgentSocket::new(edge, outbox, bearer))
}

async fn customer_session(
    edge: web::Data<Edge>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, actix_web::Error> {
    negotiate(&request)?;
    session::start(&request, payload, |outbox| customer::CustomerSocket::new(edge, outbox))
}

async fn supervisor_session(
    edge: web::Data<Edge>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, actix_web::Error> {
    negotiate(&request)?;
    let bearer = bearer(&request).map(str::to_owned);
    session::start(&request, payload, |outbox| supervisor::SupervisorSocket::new(edge, outbox, bearer))
}

/// Refuses a client that speaks other protocols only.
fn negotiate(request: &HttpRequest) -> Result<(), Problem> {
    let mut offered = request.headers().get_all(SEC_WEBSOCKET_PROTOCOL).peekable();
    if offered.peek().is_none() {
        return Ok(());
    }
    let ours = |text: &str| text.split(',').any(|name| name.trim() == PROTOCOL);
    if offered.any(|value| value.to_str().is_ok_and(ours)) {
        return Ok(());
    }
    Err(Problem::new(Kind::BadRequest, "the subprotocol here is callboard.v1"))
}
