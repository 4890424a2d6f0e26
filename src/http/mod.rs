//! Floor 4: HTTP. One file a resource; see [`openapi`] for the map of all paths.
//!
//! Owns wire types, roles, conditions and problems. Sees the house through [`Dispatcher`] alone.

pub mod audit;
pub mod auth;
pub mod body;
pub mod config;
pub mod conversations;
pub mod desk;
pub mod docs;
pub mod entities;
pub mod error;
pub mod etag;
pub mod health;
pub mod idempotency;
pub mod inbound;
pub mod me;
pub mod messages;
pub mod metrics;
pub mod openapi;
pub mod pages;
pub mod paging;
pub mod presence;
pub mod proxies;
pub mod public_url;
pub mod schema;
pub mod simulate;
pub mod stats;
pub mod webhooks;
pub mod whatif;
pub mod widgets;
pub mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::{HttpRequest, HttpResponse, Resource, ResponseError, web};

pub use crate::actors::dispatcher::Dispatcher;

use self::auth::Auth;
use self::error::{Kind, Problem};
use self::schema::Schemas;
use self::wire::agent::{AgentPlaces, AgentRuntime};
use crate::domain::capacity::limits;
use crate::domain::command::AgentShown;
use crate::domain::ids::AgentId;
use crate::outbound::Client;
use crate::telemetry::Counters;

/// What every handler and socket has at hand (`web::Data<Edge>`).
pub struct Edge {
    /// The house below.
    pub dispatcher: Dispatcher,
    /// Tokens.
    pub auth: Auth,
    /// Schemas of the served document.
    pub schemas: Schemas,
    /// How often visitors may do what they do.
    pub visitors: widgets::Limits,
    /// Keys of visitors' tokens that were fetched.
    pub visitor_keys: widgets::VisitorKeys,
    /// Keys of providers that were fetched.
    pub provider_keys: inbound::ProviderKeys,
    /// The way out.
    pub outbound: Client,
    /// Held by whoever writes configuration: read, change and write are one step.
    pub configuring: tokio::sync::Mutex<()>,
    /// Held by the one what-if that is being played.
    pub plays: Arc<tokio::sync::Semaphore>,
    /// What is counted.
    pub counters: Counters,
    /// Where it is reached from outside; none: what each request says.
    pub public_url: Option<public_url::PublicUrl>,
    /// Who is believed about where a request comes from.
    pub trusted_proxies: proxies::TrustedProxies,
    stopping: AtomicBool,
}

impl Edge {
    /// Over a house.
    pub fn new(dispatcher: Dispatcher, auth: Auth, schemas: Schemas, outbound: Client) -> Self {
        Self {
            dispatcher,
            auth,
            schemas,
            visitors: widgets::Limits::default(),
            visitor_keys: widgets::VisitorKeys::default(),
            provider_keys: inbound::ProviderKeys::default(),
            outbound,
            configuring: tokio::sync::Mutex::default(),
            plays: Arc::new(tokio::sync::Semaphore::new(1)),
            counters: Counters::default(),
            public_url: None,
            trusted_proxies: proxies::TrustedProxies::default(),
            stopping: AtomicBool::new(false),
        }
    }

    /// From now on every request but `/healthz` is answered 503.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether the server is closing.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Where it is reached from outside, for whom a request comes from.
    pub fn reached(&self, request: &HttpRequest) -> public_url::PublicUrl {
        let said = || public_url::PublicUrl::of(request, &self.trusted_proxies);
        self.public_url.clone().unwrap_or_else(said)
    }

    /// Whether a page of this host is one of ours: as the request names it, or by the option.
    pub fn is_host(&self, request: &HttpRequest, host: &str) -> bool {
        let said = public_url::PublicUrl::of(request, &self.trusted_proxies);
        let known = self.public_url.as_ref().map(|url| url.host.as_str());
        [Some(said.host.as_str()), known].into_iter().flatten().any(|one| one.eq_ignore_ascii_case(host))
    }

    /// How an agent is right now.
    pub fn runtime(&self, agent: &AgentId) -> AgentRuntime {
        self.runtime_as(agent, &self.dispatcher.read().agent(agent).shown)
    }

    /// The same with this presence.
    pub fn runtime_as(&self, agent: &AgentId, shown: &AgentShown) -> AgentRuntime {
        let read = self.dispatcher.read();
        let taken = read.places(agent, self.dispatcher.now());
        let places =
            limits(&self.dispatcher.config(), agent).into_iter().map(|(profile, limit)| AgentPlaces {
                used: taken.get(&profile).copied().unwrap_or(0),
                limit: limit.places,
                profile_id: profile.to_string(),
            });
        AgentRuntime::new(shown, read.agent(agent).conversations.len(), places.collect())
    }
}

/// Registers every path of the edge, and what answers where there is none.
pub fn register(app: &mut web::ServiceConfig) {
    config::tokens::register(app);
    config::copies::register(app);
    presence::register(app);
    desk::register(app);
    me::register(app);
    config::collections::register(app);
    config::settings::register(app);
    config::whole::register(app);
    conversations::register(app);
    messages::register(app);
    entities::register(app);
    simulate::register(app);
    whatif::register(app);
    stats::register(app);
    inbound::register(app);
    webhooks::register(app);
    audit::register(app);
    widgets::register(app);
    crate::ws::register(app);
    openapi::register(app);
    docs::register(app);
    health::register(app);
    metrics::register(app);
    pages::register(app);
    app.default_service(web::to(unknown_path));
}

/// A path whose other methods answer 405. Every path of the edge is made with it.
pub fn resource(path: &str) -> Resource {
    #[cfg(test)]
    tests::REGISTERED.with_borrow_mut(|paths| paths.insert(path.to_owned()));
    web::resource(path.to_owned()).default_service(web::to(wrong_method))
}

async fn unknown_path() -> Result<HttpResponse, Problem> {
    Err(Problem::new(Kind::NotFound, "there is nothing at this path"))
}

/// 405 with the methods that the document names for this path.
async fn wrong_method(request: HttpRequest) -> HttpResponse {
    let methods = request.match_pattern().map(|pattern| methods(&pattern)).unwrap_or_default();
    let detail = format!("{} is not taken here; {methods} is", request.method());
    let mut response = Problem::new(Kind::MethodNotAllowed, detail).error_response();
    if let Ok(value) = methods.parse() {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}

fn methods(pattern: &str) -> String {
    let document = openapi::document();
    let known = [Method::GET, Method::PUT, Method::POST, Method::PATCH, Method::DELETE];
    let Some(path) = document["paths"].get(pattern) else { return Method::GET.to_string() };
    let taken = known.iter().filter(|method| path.get(method.as_str().to_lowercase()).is_some());
    taken.map(Method::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    use super::*;

    thread_local! {
        /// Every path that this thread has registered.
        pub static REGISTERED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
    }

    /// What a browser asks for; not part of the API.
    const PAGES: [&str; 11] = [
        "/",
        "/agent",
        "/supervisor",
        "/admin",
        "/design",
        "/chat",
        "/widget",
        "/docs",
        "/docs/docs.css",
        "/docs/docs.js",
        "/static/{file:.*}",
    ];

    #[test]
    fn what_is_served_is_documented_and_what_is_documented_is_served() {
        drop(actix_web::App::new().configure(register));
        let served = REGISTERED.with_borrow(Clone::clone);
        let served: BTreeSet<&str> =
            served.iter().map(String::as_str).filter(|path| !PAGES.contains(path)).collect();
        let document = openapi::document();
        let documented: BTreeSet<&str> =
            document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(served, documented);
    }
}
