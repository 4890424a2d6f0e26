//! What a connected agent costs that does nothing: memory, and whether it stays connected.

use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;
use std::time::Duration;

use serde::Serialize;

use crate::clock::run_name;
use crate::load::{Target, block_on};
use crate::process::{Usage, raise_file_limit, usage};
use crate::setup::{AgentAccess, Mode, Plan, configure};
use crate::socket::AgentSocket;
use crate::websocket::Frame;
use crate::{Error, Result};

/// Sockets from one source address; the ports of one address are about 28,000.
const SOCKETS_AN_ADDRESS: usize = 20_000;
/// Connections that are opened at once.
const OPENERS: usize = 64;

/// The outcome.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// Agents asked for.
    pub agents: usize,
    /// Agents still connected at the end.
    pub connected: usize,
    /// Resident memory of the server with the agents configured and none connected.
    pub rss_before_bytes: u64,
    /// The same with all connected, at the end of the hold.
    pub rss_after_bytes: u64,
    /// The difference for one agent.
    pub rss_an_agent_bytes: f64,
    /// CPU seconds of the server while it held them.
    pub hold_cpu_seconds: f64,
    /// How long they were held.
    pub hold_seconds: u64,
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mb = |bytes: u64| bytes as f64 / 1e6;
        writeln!(out, "{} agents, {} connected after {} s", self.agents, self.connected, self.hold_seconds)?;
        writeln!(
            out,
            "server memory {:.1} MB before, {:.1} MB after: {:.0} bytes an agent",
            mb(self.rss_before_bytes),
            mb(self.rss_after_bytes),
            self.rss_an_agent_bytes
        )?;
        writeln!(out, "server CPU while holding: {:.2} s", self.hold_cpu_seconds)
    }
}

/// Configures and connects the agents, holds them, and reads the server's memory before and after.
pub fn run(target: &Target, agents: usize, hold_seconds: u64) -> Result<Outcome> {
    let allowed = raise_file_limit();
    if (agents as u64) + 100 > allowed {
        return Err(Error::Protocol(format!(
            "{agents} sockets need more than the {allowed} open files allowed"
        )));
    }
    let pid = target.pid.ok_or_else(|| Error::Protocol("idle needs the server's process id".to_owned()))?;
    block_on(hold(target, pid, agents, hold_seconds))
}

async fn hold(target: &Target, pid: u32, agents: usize, hold_seconds: u64) -> Result<Outcome> {
    let plan = Plan {
        name: run_name(),
        agents,
        capacity: 100,
        mode: Mode::Push,
        timeout_seconds: 120,
        cooldown_seconds: 60,
        max_refusals: 3,
        settings: serde_json::Value::Null,
        records: false,
    };
    let world = configure(target.server, &target.admin_token, &plan).await?;
    let before = settled(pid).await?;
    let lost = Rc::new(Cell::new(0));
    connect(target, &Rc::from(world.agents), &lost).await?;
    let connected = settled(pid).await?;
    tokio::time::sleep(Duration::from_secs(hold_seconds)).await;
    let after = usage(pid)?;
    Ok(Outcome {
        agents,
        connected: agents - lost.get(),
        rss_before_bytes: before.rss_bytes,
        rss_after_bytes: after.rss_bytes,
        rss_an_agent_bytes: (after.rss_bytes as f64 - before.rss_bytes as f64) / agents.max(1) as f64,
        hold_cpu_seconds: after.cpu_seconds - connected.cpu_seconds,
        hold_seconds,
    })
}

/// Gives the server a moment to finish what it was asked.
async fn settled(pid: u32) -> Result<Usage> {
    tokio::time::sleep(Duration::from_millis(500)).await;
    usage(pid)
}

async fn connect(target: &Target, agents: &Rc<[AgentAccess]>, lost: &Rc<Cell<usize>>) -> Result<()> {
    let next = Rc::new(Cell::new(0));
    let openers: Vec<_> = (0..OPENERS.min(agents.len()))
        .map(|_| {
            let (agents, next, lost, server) =
                (Rc::clone(agents), Rc::clone(&next), Rc::clone(lost), target.server);
            tokio::task::spawn_local(async move {
                while next.get() < agents.len() {
                    let number = next.replace(next.get() + 1);
                    let token = &agents[number].token;
                    let (socket, _) =
                        AgentSocket::connect(server, source(number), token, number as u64).await?;
                    tokio::task::spawn_local(keep(socket, Rc::clone(&lost)));
                }
                Ok::<_, Error>(())
            })
        })
        .collect();
    for opener in openers {
        opener.await.map_err(|error| Error::Protocol(error.to_string()))??;
    }
    Ok(())
}

/// The first addresses are the system's choice; more than one address can carry get 127.0.0.2 and so on.
fn source(number: usize) -> Option<IpAddr> {
    let address = number / SOCKETS_AN_ADDRESS;
    (address > 0).then(|| IpAddr::V4(Ipv4Addr::new(127, 0, 0, 1 + address as u8)))
}

/// Answers pings until the socket ends.
async fn keep(mut socket: AgentSocket, lost: Rc<Cell<usize>>) {
    let _ = answer_pings(&mut socket).await;
    lost.set(lost.get() + 1);
}

async fn answer_pings(socket: &mut AgentSocket) -> Result<()> {
    loop {
        socket.fill().await?;
        let AgentSocket { inbox, outbox, .. } = socket;
        while let Some(frame) = inbox.take()? {
            match frame {
                Frame::Ping(payload) => outbox.pong(payload),
                Frame::Close(code) => return Err(Error::Closed(code.to_string())),
                Frame::Text(_) | Frame::Pong => {}
            }
        }
        socket.flush().await?;
    }
}
