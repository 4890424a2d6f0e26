//! After the drain: does the server say the same as its answers and frames did?

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde::Deserialize;
use uuid::Uuid;

use super::ledger::{Entry, Goal, Ledger};
use crate::api::Api;
use crate::frames::State;
use crate::setup::World;
use crate::{Error, Result};

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
            format!(
                "{id}: answered 201, then heard: offered or listed {}, assigned {} times, closed {}",
                entry.reached != 0,
                entry.assigned,
                entry.closed
            )
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

/// What the server says at the end.
#[derive(Debug)]
pub struct ReadBack {
    listed: Vec<Listed>,
    /// `capacity_used` of each agent.
    used: Vec<Option<u64>>,
}

/// Reads everything back; the ledger is not needed for that, and agents still work meanwhile.
pub async fn read_back(server: SocketAddr, admin_token: &str, world: &World) -> Result<ReadBack> {
    let mut api = Api::new(server, admin_token);
    let path = format!("/v1/conversations?work_stream_id={}", world.work_stream_id);
    let read = |item| {
        serde_json::from_value(item)
            .map_err(|error| Error::Protocol(format!("a listed conversation: {error}")))
    };
    let listed = api.list(&path, MAX_LISTED).await?.into_iter().map(read).collect::<Result<_>>()?;
    let mut used = Vec::with_capacity(world.agents.len());
    for agent in &world.agents {
        let there = api.get(&format!("/v1/agents/{}", agent.id)).await?;
        used.push(there["runtime"]["capacity_used"].as_u64());
    }
    Ok(ReadBack { listed, used })
}

/// Compares what the server says with what was heard; gives how many conversations it has for this run.
pub fn check_server(ledger: &mut Ledger, goal: Goal, world: &World, read: ReadBack) -> u64 {
    let mut listed: BTreeMap<Uuid, Listed> = BTreeMap::new();
    for item in read.listed {
        if let Some(twice) = listed.insert(item.id, item) {
            ledger.violation(format!("{}: listed twice", twice.id));
        }
    }
    compare(ledger, goal, world, &listed);
    check_capacity(ledger, goal, world, &read.used);
    listed.len() as u64
}

fn compare(ledger: &mut Ledger, goal: Goal, world: &World, listed: &BTreeMap<Uuid, Listed>) {
    let mut findings = Vec::new();
    for (id, entry) in ledger.entries().filter(|(_, entry)| entry.scheduled != 0) {
        let Some(there) = listed.get(&id) else {
            findings.push(format!("{id}: answered 201 and not in the server's list"));
            continue;
        };
        let wanted = if goal == Goal::Closed { State::Closed } else { State::Active };
        if arrived(entry, goal) && there.state != wanted {
            findings.push(format!("{id}: should be {wanted:?} and is {:?}", there.state));
        }
        let agent = (entry.agent as usize).checked_sub(1).and_then(|at| world.agents.get(at));
        if agent.is_some_and(|agent| there.agent_id.as_ref() != Some(&agent.id)) {
            findings.push(format!(
                "{id}: was assigned to agent {} and is with {:?}",
                entry.agent - 1,
                there.agent_id
            ));
        }
    }
    let unknown =
        listed.keys().filter(|id| ledger.find(**id).is_none_or(|entry| entry.scheduled == 0)).count() as u64;
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
fn check_capacity(ledger: &mut Ledger, goal: Goal, world: &World, used: &[Option<u64>]) {
    let mut held = vec![0_u64; world.agents.len()];
    if goal == Goal::Assigned {
        for (_, entry) in ledger.entries().filter(|(_, entry)| entry.agent > 0) {
            held[entry.agent as usize - 1] += 1;
        }
    }
    for ((agent, held), used) in world.agents.iter().zip(held).zip(used) {
        if *used != Some(held) {
            let id = &agent.id;
            ledger.violation(format!("agent {id}: capacity_used is {used:?} and it holds {held} units"));
        }
    }
}
