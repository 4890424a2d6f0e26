//! The commands and their flags.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};
use loadtest::load::report::Report;
use loadtest::load::{Settings, Target};
use loadtest::process::{Launch, Server};
use loadtest::{Error, Result, floor, idle, kill, load};
use serde::Serialize;

/// Load, durability and floor of Callboard. Talks to loopback only; exits 1 when a check fails.
#[derive(Debug, Parser)]
#[command(name = "loadtest", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run load against a running server
    Run {
        #[command(flatten)]
        server: Running,
        #[command(flatten)]
        settings: Settings,
        /// Write the report as JSON
        #[arg(long)]
        json: Option<PathBuf>,
    },
    /// Start a server on an empty store, run load against it, stop it
    Start {
        #[command(flatten)]
        started: Started,
        #[command(flatten)]
        settings: Settings,
        /// Write the report as JSON
        #[arg(long)]
        json: Option<PathBuf>,
    },
    /// Connect agents that do nothing and read the server's memory
    Idle(Idle),
    /// Kill the server at random moments and read everything back
    Kill(Kill),
    /// Run the same load against the bare reference server
    Floor {
        #[command(flatten)]
        settings: Settings,
        /// A report of `run` or `start` to divide by this one
        #[arg(long)]
        product: Option<PathBuf>,
        /// Write the report as JSON
        #[arg(long)]
        json: Option<PathBuf>,
    },
    /// The bare reference server alone
    #[command(hide = true)]
    FloorServer {
        /// Address to listen on
        #[arg(long, default_value = "127.0.0.1:0")]
        listen: SocketAddr,
        /// Assign without an offer
        #[arg(long)]
        direct: bool,
    },
}

/// A server that runs already.
#[derive(Debug, Args)]
struct Running {
    /// Its address, `http://127.0.0.1:PORT`
    #[arg(long, value_parser = server_address)]
    server: SocketAddr,
    /// The administrator's token
    #[arg(long, env = "CALLBOARD_ADMIN_TOKEN")]
    admin_token: String,
    /// Its process id, for CPU and memory
    #[arg(long)]
    pid: Option<u32>,
    /// Do not read everything back at the end
    #[arg(long)]
    no_reconcile: bool,
}

/// A server to start.
#[derive(Debug, Args)]
struct Started {
    /// The callboard binary
    #[arg(long)]
    bin: PathBuf,
    /// Its data directory (default: a temporary one, removed at the end)
    #[arg(long)]
    data: Option<PathBuf>,
    /// Where its log goes
    #[arg(long)]
    server_log: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Idle {
    /// A running server (with --admin-token and --pid)
    #[arg(long, value_parser = server_address, conflicts_with = "bin", requires_all = ["admin_token", "pid"])]
    server: Option<SocketAddr>,
    /// The administrator's token
    #[arg(long, env = "CALLBOARD_ADMIN_TOKEN")]
    admin_token: Option<String>,
    /// Its process id
    #[arg(long)]
    pid: Option<u32>,
    /// Or: the callboard binary, to start on an empty store
    #[arg(long, required_unless_present = "server")]
    bin: Option<PathBuf>,
    /// Agents
    #[arg(long, default_value_t = 10_000)]
    agents: usize,
    /// Seconds to hold them
    #[arg(long, default_value_t = 20)]
    hold: u64,
    /// Write the outcome as JSON
    #[arg(long)]
    json: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Kill {
    #[command(flatten)]
    started: Started,
    #[command(flatten)]
    settings: kill::Settings,
    /// Run `callboard check` on the store at the end
    #[arg(long)]
    offline_check: bool,
    /// Write the outcome as JSON
    #[arg(long)]
    json: Option<PathBuf>,
}

impl Cli {
    /// Runs the command; `false` when it ran and its checks failed.
    pub fn run(self) -> Result<bool> {
        match self.command {
            Command::Run { server, settings, json } => {
                let Running { server, admin_token, pid, no_reconcile } = server;
                let target = Target { server, admin_token, pid, reconcile: !no_reconcile };
                tell(&load::run(&target, &settings)?, json.as_deref())
            }
            Command::Start { started, settings, json } => {
                let report = with_server(&started, |target| load::run(target, &settings))?;
                tell(&report, json.as_deref())
            }
            Command::Idle(options) => run_idle(options),
            Command::Kill(options) => run_kill(options),
            Command::Floor { settings, product, json } => {
                let program =
                    std::env::current_exe().map_err(|error| Error::io("find this program", error))?;
                let report = floor::run(&program, &settings)?;
                let passed = tell(&report, json.as_deref())?;
                if let Some(product) = product {
                    println!("{}", floor::ratio(&read_report(&product)?, &report));
                }
                Ok(passed)
            }
            Command::FloorServer { listen, direct } => {
                load::block_on(floor::server::serve(listen, direct)).map(|()| true)
            }
        }
    }
}

fn run_idle(options: Idle) -> Result<bool> {
    let Idle { server, admin_token, pid, bin, agents, hold, json } = options;
    let outcome = match (server, bin) {
        (Some(server), _) => {
            let admin_token = admin_token.unwrap_or_default();
            idle::run(&Target { server, admin_token, pid, reconcile: false }, agents, hold)?
        }
        (None, Some(bin)) => {
            loadtest::process::raise_file_limit();
            with_server(&Started { bin, data: None, server_log: None }, |target| {
                idle::run(target, agents, hold)
            })?
        }
        (None, None) => return Err(Error::Protocol("idle needs --server or --bin".to_owned())),
    };
    println!("{outcome}");
    write_json(json.as_deref(), &outcome)?;
    Ok(outcome.connected == outcome.agents)
}

fn run_kill(options: Kill) -> Result<bool> {
    let Kill { started, settings, offline_check, json } = options;
    let temporary = tempfile::tempdir().map_err(|error| Error::io("make a data directory", error))?;
    let data = started.data.unwrap_or_else(|| temporary.path().join("data"));
    let mut host = kill::ProcessHost::new(&started.bin, &data, offline_check, started.server_log);
    let outcome = kill::run(&mut host, &settings, &mut |line| println!("{line}"));
    if !outcome.as_ref().is_ok_and(kill::Outcome::passed) {
        println!("seed {}; the data is kept in {}", settings.seed, data.display());
        let _ = temporary.keep();
    }
    let outcome = outcome?;
    println!("{outcome}");
    write_json(json.as_deref(), &outcome)?;
    Ok(outcome.passed())
}

/// Starts the server, runs, and stops it with `SIGTERM`, which must end with exit code 0.
fn with_server<T>(started: &Started, run: impl FnOnce(&Target) -> Result<T>) -> Result<T> {
    let temporary = tempfile::tempdir().map_err(|error| Error::io("make a data directory", error))?;
    let data = started.data.clone().unwrap_or_else(|| temporary.path().join("data"));
    let mut launch = Launch::serve(&started.bin, &data, "loadtest-admin-token");
    launch.log.clone_from(&started.server_log);
    let mut server = Server::spawn(&launch)?;
    let target = Target {
        server: server.ready()?,
        admin_token: launch.admin_token.clone(),
        pid: Some(server.pid()),
        reconcile: true,
    };
    let outcome = run(&target)?;
    let status = server.stop()?;
    if status.success() {
        Ok(outcome)
    } else {
        Err(Error::Protocol(format!("the server ended with {status}")))
    }
}

fn tell(report: &Report, json: Option<&Path>) -> Result<bool> {
    println!("{report}");
    write_json(json, report)?;
    Ok(report.passed())
}

fn write_json(path: Option<&Path>, value: &impl Serialize) -> Result<()> {
    let Some(path) = path else {
        return Ok(());
    };
    let text = serde_json::to_string_pretty(value).map_err(|error| Error::Protocol(error.to_string()))?;
    std::fs::write(path, text + "\n").map_err(|error| Error::io(format!("write {}", path.display()), error))
}

fn read_report(path: &Path) -> Result<Report> {
    let text = std::fs::read(path).map_err(|error| Error::io(format!("read {}", path.display()), error))?;
    serde_json::from_slice(&text).map_err(|error| Error::Protocol(format!("{}: {error}", path.display())))
}

/// Only loopback: a load generator must not be aimed at somebody else's machine by a typo.
fn server_address(text: &str) -> std::result::Result<SocketAddr, String> {
    let address = text.trim_start_matches("http://").trim_end_matches('/');
    let address: SocketAddr = address.parse().map_err(|_| format!("{text} is not http://ADDR:PORT"))?;
    if address.ip().is_loopback() { Ok(address) } else { Err(format!("{address} is not on this machine")) }
}
