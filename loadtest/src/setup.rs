//! Configures a server over its API for one run: a work stream, a queue, a channel, a backend and agents, all under
//! the run's own name, so that a run never meets another's conversations.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::api::Api;
use crate::{Error, Result};

/// Connections that the set-up of many agents uses at once.
const SETUP_CONNECTIONS: usize = 32;
/// The longest life of a token that the contract allows.
const TOKEN_SECONDS: u64 = 86_400;

/// How conversations reach agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// An offer that the agent accepts (`screen_pop_decline`).
    Push,
    /// Agents take from the queue (`pick`).
    Pick,
    /// Assigned without a question (`open_directly`).
    Direct,
}

/// What to configure.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Part of every id; `[a-z0-9-]`.
    pub name: String,
    /// How many agents.
    pub agents: usize,
    /// Units of each agent.
    pub capacity: u64,
    /// How conversations reach them.
    pub mode: Mode,
    /// The offer's time.
    pub timeout_seconds: u64,
    /// Cooldown after a decline or a timeout.
    pub cooldown_seconds: u64,
    /// Refusals by one agent before it is never asked again.
    pub max_refusals: u64,
    /// A merge patch for the server's settings; null for none.
    pub settings: Value,
    /// Whether records come in, too.
    pub records: bool,
}

/// What was configured.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// The channel that conversations come over.
    pub channel_id: String,
    /// Its work stream.
    pub work_stream_id: String,
    /// The queue that they wait in.
    pub queue_id: String,
    /// Where records come in, if they do.
    pub records: Option<Records>,
    /// The token of the backend that hands over.
    pub backend_token: String,
    /// The agents, with a token each.
    pub agents: Vec<AgentAccess>,
}

/// What a connector says with every record.
#[derive(Debug, Clone)]
pub struct Records {
    /// The work stream that routes them.
    pub work_stream_id: String,
    /// Whose they are.
    pub organization_id: String,
}

/// The one entity that is routed, and its plural.
pub const ENTITY: (&str, &str) = ("incident", "incidents");

/// One agent and its token.
#[derive(Debug, Clone)]
pub struct AgentAccess {
    /// The agent's id.
    pub id: String,
    /// Its bearer token.
    pub token: String,
}

/// Configures everything; must run inside a `LocalSet`.
pub async fn configure(server: SocketAddr, admin_token: &str, plan: &Plan) -> Result<World> {
    let mut admin = Api::new(server, admin_token);
    let id = format!("load-{}", plan.name);
    let path = |collection: &str| format!("/v1/{collection}/{id}");
    if !plan.settings.is_null() {
        admin.call("PATCH", "/v1/settings", &plan.settings).await?;
    }
    admin.call("PUT", &path("queues"), &json!({ "name": id, "type": "messaging" })).await?;
    admin.call("PUT", &path("work-streams"), &work_stream(&id, plan)).await?;
    let channel = json!({ "name": id, "type": "live_chat", "work_stream_id": id });
    admin.call("PUT", &path("channels"), &channel).await?;
    let mut queues = vec![id.clone()];
    let records = if plan.records { Some(records(&mut admin, &id, plan).await?) } else { None };
    queues.extend(records.as_ref().map(|records| records.work_stream_id.clone()));
    let key = admin.call("PUT", &path("api-keys"), &json!({ "name": id, "role": "backend" })).await?;
    Ok(World {
        channel_id: id.clone(),
        work_stream_id: id.clone(),
        queue_id: id.clone(),
        backend_token: token_of(&key)?,
        agents: agents(server, admin_token, plan, &queues).await?,
        records,
    })
}

/// A queue and a work stream for records, distributed as conversations are.
async fn records(admin: &mut Api, id: &str, plan: &Plan) -> Result<Records> {
    let id = format!("{id}-records");
    admin.call("PUT", &format!("/v1/queues/{id}"), &json!({ "name": id, "type": "record" })).await?;
    let mut stream = work_stream(&id, plan);
    stream["channel_type"] = json!("entity");
    stream["context_variables"] = json!([]);
    let (entity_logical_name, entity_set_name) = ENTITY;
    stream["entity_configurations"] =
        json!([{ "entity_logical_name": entity_logical_name, "entity_set_name": entity_set_name }]);
    admin.call("PUT", &format!("/v1/work-streams/{id}"), &stream).await?;
    let settings = admin.get("/v1/settings").await?;
    let organization_id = settings["organization_id"].as_str().unwrap_or("default").to_owned();
    Ok(Records { work_stream_id: id, organization_id })
}

fn work_stream(id: &str, plan: &Plan) -> Value {
    let mut distribution = match plan.mode {
        Mode::Pick => json!({ "mode": "pick" }),
        Mode::Push => json!({ "mode": "push", "notification":
            { "kind": "screen_pop_decline", "timeout_seconds": plan.timeout_seconds } }),
        Mode::Direct => json!({ "mode": "push", "notification": { "kind": "open_directly" } }),
    };
    distribution["refusal"] = json!({ "decline_cooldown_seconds": plan.cooldown_seconds,
        "timeout_cooldown_seconds": plan.cooldown_seconds, "max_refusals": plan.max_refusals });
    json!({ "name": id, "channel_type": "live_chat", "capacity": 1, "distribution": distribution,
        "fallback_queue_id": id,
        "context_variables": [{ "name": "tier", "display_name": "Tier", "type": "text" },
            { "name": "amount", "display_name": "Amount", "type": "number" }] })
}

/// Creates the agents and their tokens over several connections.
async fn agents(
    server: SocketAddr,
    admin_token: &str,
    plan: &Plan,
    queues: &[String],
) -> Result<Vec<AgentAccess>> {
    let next = Rc::new(Cell::new(0));
    let workers: Vec<_> = (0..SETUP_CONNECTIONS.min(plan.agents))
        .map(|_| {
            let (next, plan, queues) = (Rc::clone(&next), plan.clone(), queues.to_vec());
            let mut admin = Api::new(server, admin_token);
            tokio::task::spawn_local(async move {
                let mut made = Vec::new();
                while next.get() < plan.agents {
                    let number = next.replace(next.get() + 1);
                    made.push((number, agent(&mut admin, &plan, &queues, number).await?));
                }
                Ok::<_, Error>(made)
            })
        })
        .collect();
    let mut all = Vec::with_capacity(plan.agents);
    for worker in workers {
        all.extend(worker.await.map_err(|error| Error::Protocol(error.to_string()))??);
    }
    all.sort_by_key(|(number, _)| *number);
    Ok(all.into_iter().map(|(_, agent)| agent).collect())
}

async fn agent(admin: &mut Api, plan: &Plan, queues: &[String], number: usize) -> Result<AgentAccess> {
    let id = format!("load-{}-{number}", plan.name);
    let body = json!({ "name": format!("Agent {number}"), "capacity": plan.capacity, "queue_ids": queues });
    admin.call("PUT", &format!("/v1/agents/{id}"), &body).await?;
    let token = json!({ "ttl_seconds": TOKEN_SECONDS });
    let answer = admin.call("POST", &format!("/v1/agents/{id}/tokens"), &token).await?;
    Ok(AgentAccess { id, token: token_of(&answer)? })
}

fn token_of(answer: &Value) -> Result<String> {
    answer["token"]
        .as_str()
        .map(ToOwned::to_owned)
        .ok_or_else(|| Error::Protocol(format!("answer without a token: {answer}")))
}
