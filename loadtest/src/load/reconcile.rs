//! After the drain: does the server say the same as its answers and frames did?

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde::Deserialize;
use uuid::Uuid;

use super::ledger::{Entry, Goal, Ledger};
use crate::Result;
use crate::api::Api;
use crate::frames::State;
use crate::setup::World;

/// A bound on what is read back.
const MAX_LISTED: usize = 5_000_000;

#[derive(Debug, Clone, Deserialize)]
struct Listed {
    id: Uuid,
    state: State,
    agent_id: Option<String>,
}

/// Checks that every hand-off answered 201 got where it was expected to, by what was heard alone.
pub fn check_heard(ledger: &mut Ledger, goal: Goal) {
    let short: Vec<String> = ledger
        .entries()
        .filter(|(_, entry)| entry.scheduled != 0 && !arrived(entry, goal))
        .map(|(id, entry)| {
            format!("{id}: answered 201, then heard: offered or listed {}, assigned {} times, closed {}",
                entry.reached != 0, entry.assigned, entry.closed)
        })
        .collect();
    for what in short {
        ledger.violation(what);
    }
}

fn arrived(entry: &Entry, goal: Goal) -> bool {
    match goal {
        Goal::Assigned => entry.assigned == 1,
        Goal::Closed => entry.assigned == 1 && entry.closed,
    }
}

/// Reads everything back and compares; gives how many conversations the server has for this run.
pub async fn check_server(
    ledger: &mut Ledger,
    goal: Goal,
    server: SocketAddr,
    admin_token: &str,
    world: &World,
) -> Result<u64> {
    let mut api = Api::new(server, admin_token);
    let path = format!("/v1/conversations?work_stream_id={}", world.work_stream_id);
    let mut listed: BTreeMap<Uuid, Listed> = BTreeMap::new();
    for item in api.list(&path, MAX_LISTED).await? {
        let item: Listed = serde_json::from_value(item)
            .map_err(|error| crate::Error::Protocol(format!("a listed conversation: {error}")))?;
        if let Some(twice) = listed.insert(item.id, item) {
            ledger.violation(format!("{}: listed twice", twice.id));
        }
    }
    compare(ledger, goal, world, &listed);
    check_capacity(ledger, goal, &mut api, world).await?;
    Ok(listed.len() as u64)
}

fn compare(ledger: &mut Ledger, goal: Goal, world: &World, listed: &BTreeMap<Uuid, Listed>) {
    let mut findings = Vec::new();
    for (id, entry) in ledger.entries().filter(|(_, entry)| entry.scheduled != 0) {
        let Some(there) = listed.get(&id) else {
            findings.push(format!("{id}: answered 201 and not in the server's list"));
            continue;
        };
        let wanted = if goal == Goal::Closed {
            State::Closed
        } else {
            State::Active
        };
        if arrived(entry, goal) && there.state != wanted {
            findings.push(format!(
                "{id}: should be {wanted:?} and is {:?}",
                there.state
            ));
        }
        let agent = (entry.agent as usize)
            .checked_sub(1)
            .and_then(|at| world.agents.get(at));
        if agent.is_some_and(|agent| there.agent_id.as_ref() != Some(&agent.id)) {
            findings.push(format!(
                "{id}: was assigned to agent {} and is with {:?}",
                entry.agent - 1,
                there.agent_id
            ));
        }
    }
    let unknown = listed
        .keys()
        .filter(|id| ledger.find(**id).is_none_or(|entry| entry.scheduled == 0))
        .count() as u64;
    if unknown > ledger.unanswered_count() {
        let unanswered = ledger.unanswered_count();
        findings.push(format!(
            "{unknown} conversations more than answered 201, and only {unanswered} unanswered"
        ));
    }
    for what in findings {
        ledger.violation(what);
    }
}

/// Every agent's used capacity must be exactly what it holds: nothing leaked, nothing forgotten.
async fn check_capacity(
    ledger: &mut Ledger,
    goal: Goal,
    api: &mut Api,
    world: &World,
) -> Result<()> {
    let mut held = vec![0_u64; world.agents.len()];
    if goal == Goal::Assigned {
        for (_, entry) in ledger.entries().filter(|(_, entry)| entry.agent > 0) {
            held[entry.agent as usize - 1] += 1;
        }
    }
    for (agent, held) in world.agents.iter().zip(held) {
        let there = api.get(&format!("/v1/agents/{}", agent.id)).await?;
        let used = there["runtime"]["capacity_used"].as_u64();
        if used != Some(held) {
            ledger.violation(format!(
                "agent {}: capacity_used is {used:?} and it holds {held} units",
                agent.id
            ));
        }
    }
    Ok(())
}
