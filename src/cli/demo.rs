//! `callboard demo`: a server with a small ready-made configuration, and where to click.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use clap::Args;

use super::serve::{app_config, say, stopped};
use super::{Failure, offline, traffic};
use crate::app::{App, AppConfig};
use crate::config::{Flags, Options};
use crate::domain::config::Role;
use crate::http::auth::encode_bytes;
use crate::http::openapi;
use crate::http::schema::Schemas;
use crate::http::wire::document::Configuration;
use crate::ports::ids::random_bytes;

/// What stands ready.
const DOCUMENT: &str = include_str!("demo.yaml");

/// How long the printed tokens are good.
const TOKEN_SECONDS: u32 = 86_400;

/// Flags of the demo.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    pub flags: Flags,
    /// Also play customers
    #[arg(long)]
    pub traffic: bool,
}

/// Starts over an empty temporary store, or the given one, and runs.
pub async fn run(options: &Options, with_traffic: bool) -> Result<(), Failure> {
    let until = stopped()?;
    let temporary = if options.data.is_none() { Some(Temporary::make()?) } else { None };
    let data = temporary.as_ref().map_or_else(|| options.data().to_owned(), |made| made.0.clone());
    let config = AppConfig {
        or_any_port: true,
        data: Some(data),
        // What is tried out here is on this machine, too.
        allow_private_addresses: true,
        ..app_config(options)
    };
    let app = App::build(config).await?;
    furnish(&app).await?;
    let mut lines = vec![format!("listening on http://{}", app.address())];
    lines.extend(urls(&app));
    say(&lines)?;
    let player = with_traffic.then(|| actix_web::rt::spawn(traffic::play(app.dispatcher().clone())));
    app.run(until).await?;
    if let Some(player) = player {
        player.abort();
    }
    Ok(())
}

/// Puts the demo's configuration into a store that has no agents yet; another one is left as it is.
async fn furnish(app: &App) -> Result<(), Failure> {
    if app.dispatcher().config().agents.is_empty() {
        offline::carry_out(app.dispatcher(), document()?, false).await?;
    }
    Ok(())
}

fn document() -> Result<Configuration, Failure> {
    let value: serde_json::Value = serde_norway::from_str(DOCUMENT)?;
    Ok(Schemas::new(&openapi::document()).take(value)?)
}

/// One URL a line: each agent's desk, the supervisor's and the administrator's page, all signed in, the customer's page of
/// each chat, the reference.
fn urls(app: &App) -> Vec<String> {
    let base = format!("http://{}", reachable(app.address()));
    let config = app.dispatcher().config();
    let edge = app.edge();
    let signed_in = |page: &str, role: fn(Role) -> bool| -> Vec<String> {
        let people = config.agents.iter().filter(|(_, agent)| role(agent.role));
        let token = |id| edge.auth.issue(id, TOKEN_SECONDS, &config, edge.dispatcher.now()).0;
        people.map(|(id, _)| format!("{base}/{page}#token={}", token(id))).collect()
    };
    let mut urls = signed_in("agent", |_| true);
    urls.extend(signed_in("supervisor", |role| matches!(role, Role::Supervisor | Role::Admin)));
    urls.extend(signed_in("admin", |role| role == Role::Admin));
    urls.extend(config.channels.keys().map(|channel| format!("{base}/chat?channel={channel}")));
    urls.push(format!("{base}/docs"));
    urls
}

/// An address that a browser can open: "every address of this machine" is none.
fn reachable(address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        return SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port());
    }
    address
}

/// A directory of our own that goes with the demo.
struct Temporary(PathBuf);

impl Temporary {
    fn make() -> std::io::Result<Self> {
        let name = format!("callboard-demo-{}", encode_bytes(&random_bytes::<9>()));
        let path = std::env::temp_dir().join(name);
        std::fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // What is left over is the system's to clean.
        let _ = std::fs::remove_dir_all(Path::new(&self.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::config::Config;
    use crate::domain::time::Timestamp;
    use crate::http::config::whole::plan;

    #[test]
    fn the_demo_is_what_the_contract_says_and_has_no_warnings() {
        let planned = plan(document().unwrap(), &Config::default(), Timestamp(1));
        assert_eq!((planned.errors, planned.warnings), (vec![], vec![]));
        let mut config = Config::default();
        planned.changes.iter().for_each(|change| config.apply(change));
        let roles = config.agents.values().map(|agent| agent.role).collect::<Vec<_>>();
        assert_eq!((config.channels.len(), roles), (2, vec![Role::Agent, Role::Agent, Role::Admin]));
        assert!(config.quick_replies.values().any(|reply| reply.language.as_deref() == Some("de")));
        // Beside what is built in.
        assert_eq!((config.work_streams.len() - 1, config.queues.len() - 2), (2, 3));
    }
}
