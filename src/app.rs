//! The application as a value: built from options, it knows its port, runs, and stops in order.
//!
//! Owns the order of start and stop. A test starts one on port 0 without a directory.

mod serve;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::web;

use crate::actors::dispatcher::Dispatcher;
use crate::actors::house::{Bounds, House, HouseConfig, OpenError};
use crate::domain::command::{Caller, Command, Request};
use crate::domain::config::{Change, Settings};
use crate::http::auth::{Auth, OpenKeysError};
use crate::http::proxies::{NotProxies, TrustedProxies};
use crate::http::public_url::{NotAPublicUrl, PublicUrl};
use crate::http::schema::Schemas;
use crate::http::webhooks::Bodies;
use crate::http::{Edge, openapi};
use crate::limits::{GOING_AWAY_MS, STOP_WITHIN_SECONDS};
use crate::outbound::guard::Guard;
use crate::outbound::{Client, Kinds, Providers, Sender, Webhooks};
use crate::ports::error::StoreError;
use crate::ports::ids::random_bytes;

/// What an application is built from.
#[derive(Clone, Debug, Default)]
pub struct AppConfig {
    /// `ADDR:PORT`; port 0 picks one.
    pub listen: String,
    /// Whether to take any free port when that one is busy.
    pub or_any_port: bool,
    /// Directory of the store; none: in memory.
    pub data: Option<PathBuf>,
    /// The administrator's token; none: the directory's, or a new one.
    pub admin_token: Option<String>,
    /// Name of the organization; none: as the settings are.
    pub organization_id: Option<String>,
    /// Threads that answer HTTP; 0: one a core.
    pub workers: usize,
    /// Most unfinished conversations; none: the default.
    pub max_unfinished: Option<usize>,
    /// URL at which it is reached from outside; none: as each request says.
    pub public_url: Option<String>,
    /// Networks of the proxies in front of it, between commas; empty: none.
    pub trusted_proxies: String,
    /// Whether outgoing calls may go to private addresses.
    pub allow_private_addresses: bool,
}

/// Why an application could not be built; one clear line.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The store.
    #[error("the store cannot be opened: {0}")]
    Store(#[from] OpenError),
    /// A secret's file.
    #[error("a secret of the data directory cannot be read or made: {0}")]
    Keys(#[from] OpenKeysError),
    /// The address.
    #[error("cannot listen on {0}: {1}")]
    Listen(String, std::io::Error),
    /// Where it is reached.
    #[error("the public URL was not taken: {0}")]
    PublicUrl(#[from] NotAPublicUrl),
    /// Who is in front of it.
    #[error("the trusted proxies were not taken: {0}")]
    TrustedProxies(#[from] NotProxies),
    /// The organization's name.
    #[error("the organization's id was not taken: {0}")]
    Organization(String),
}

/// A server that listens, over a house that is open.
pub struct App {
    server: Server,
    house: House,
    edge: web::Data<Edge>,
    sender: Sender,
    address: SocketAddr,
    admin_token: String,
}

impl App {
    /// Opens the house, binds the address and is ready to run. Must be called inside an actix system.
    pub async fn build(config: AppConfig) -> Result<Self, BuildError> {
        let defaults = Bounds::default();
        let unfinished = config.max_unfinished.unwrap_or(defaults.unfinished);
        let house = House::open(HouseConfig {
            data_dir: config.data.clone(),
            frame_writer: Arc::new(crate::ws::frames::Frames),
            bounds: Bounds { unfinished, ..defaults },
        })?;
        let made = Self::over(&config, &house).await;
        match made {
            Ok((server, edge, sender, address, admin_token)) => {
                Ok(Self { server, house, edge, sender, address, admin_token })
            }
            Err(error) => {
                // The first failure is the one to tell.
                let _ = house.stop().await;
                Err(error)
            }
        }
    }

    async fn over(
        config: &AppConfig,
        house: &House,
    ) -> Result<(Server, web::Data<Edge>, Sender, SocketAddr, String), BuildError> {
        let (auth, admin_token) =
            Auth::open(config.data.as_deref(), config.admin_token.as_deref(), random_bytes)?;
        let dispatcher = house.dispatcher();
        if let Some(organization) = &config.organization_id {
            name_organization(&dispatcher, organization).await?;
        }
        let public_url = config.public_url.as_deref().map(PublicUrl::read).transpose()?;
        let trusted_proxies = TrustedProxies::read(&config.trusted_proxies)?;
        let outbound = Client::new(Guard::new(config.allow_private_addresses));
        let schemas = Schemas::new(&openapi::document());
        let mut edge = Edge::new(dispatcher, auth, schemas, outbound);
        edge.public_url = public_url;
        edge.trusted_proxies = trusted_proxies;
        let edge = web::Data::new(edge);
        let listener = serve::bind(&config.listen, config.or_any_port)
            .map_err(|error| BuildError::Listen(config.listen.clone(), error))?;
        let address =
            listener.local_addr().map_err(|error| BuildError::Listen(config.listen.clone(), error))?;
        let server = serve::server(listener, edge.clone(), config.workers)
            .map_err(|error| BuildError::Listen(config.listen.clone(), error))?;
        let kinds =
            Kinds { webhooks: Box::new(Webhooks(Bodies)), channels: Some(Box::new(Providers::default())) };
        let sender = Sender::start(edge.dispatcher.clone(), &edge.outbound, kinds)
            .map_err(|error| BuildError::Store(error.into()))?;
        Ok((server, edge, sender, address, admin_token))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The house below.
    pub fn dispatcher(&self) -> &Dispatcher {
        &self.edge.dispatcher
    }

    /// What handlers have at hand.
    pub fn edge(&self) -> &web::Data<Edge> {
        &self.edge
    }

    /// The administrator's token.
    pub fn admin_token(&self) -> &str {
        &self.admin_token
    }

    /// Serves until `until` is done, then stops in order: new work is refused, sockets are told and closed, what is
    /// under way is flushed. Takes at most [`STOP_WITHIN_SECONDS`] for that.
    pub async fn run(self, until: impl Future<Output = ()>) -> std::io::Result<()> {
        let Self { server, mut house, edge, sender, .. } = self;
        let handle = server.handle();
        let serving = actix_web::rt::spawn(server);
        let ended = tokio::select! {
            () = until => false,
            () = house.ended() => true,
        };
        tracing::info!(ended, "stopping");
        let stopped = tokio::time::timeout(
            Duration::from_secs(STOP_WITHIN_SECONDS),
            stop(house, sender, &edge, &handle),
        )
        .await;
        if stopped.is_err() {
            tracing::warn!("did not stop in time; what was acknowledged is on disk all the same");
            return Ok(());
        }
        serving.await.unwrap_or(Ok(()))?;
        // The next start mends what this life could not; whoever runs the process must see that it did not stop by itself.
        if ended { Err(std::io::Error::other("the house has ended by itself: see the log")) } else { Ok(()) }
    }
}

async fn stop(house: House, sender: Sender, edge: &Edge, handle: &ServerHandle) -> Result<(), StoreError> {
    edge.stop();
    if edge.dispatcher.feeds().sockets() > 0 {
        edge.dispatcher.feeds().going_away(GOING_AWAY_MS);
        tokio::time::sleep(Duration::from_millis(u64::from(GOING_AWAY_MS))).await;
    }
    sender.stop().await;
    let flushed = house.stop().await;
    edge.dispatcher.feeds().close_all(GOING_AWAY);
    handle.stop(true).await;
    flushed
}

/// Longest organization id, as in the settings.
const MAX_NAME_CHARS: usize = 100;

/// Close code of a server that ends (RFC 6455 §7.4.1).
const GOING_AWAY: u16 = 1001;

async fn name_organization(dispatcher: &Dispatcher, organization: &str) -> Result<(), BuildError> {
    let config = dispatcher.config();
    if config.settings.organization_id == organization {
        return Ok(());
    }
    if !(1..=MAX_NAME_CHARS).contains(&organization.chars().count()) {
        return Err(BuildError::Organization(format!("it has 1 to {MAX_NAME_CHARS} characters")));
    }
    let settings = Settings { organization_id: organization.to_owned(), ..config.settings.as_ref().clone() };
    let changes = vec![Change::PutSettings(Arc::new(settings))];
    let command = Command::Configure { changes, if_match: Vec::new() };
    let asked = dispatcher.ask(Request { caller: Caller::system(), command, key: None }).await;
    asked
        .outcome
        .map(drop)
        .map_err(|error| BuildError::Organization(crate::http::error::Problem::from(error).to_string()))
}
