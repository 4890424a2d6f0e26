//! After a start: repeats what was left unanswered, then reads conversations back and judges them.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::customers::{ROUTE, route, send};
use super::ledger::Post;
use super::rules::{Read, judge};
use super::{Ledger, Trial};
use crate::api::Api;
use crate::chance::Chance;
use crate::frames::State;
use crate::http::Client;
use crate::{Error, Result};

/// Connections that read at once.
const READERS: usize = 8;
/// Acknowledged POSTs that are repeated after each start.
const REPEATED: usize = 20;
/// A conversation that was read whole this often after its close is from then on only drawn by lot.
const READS_AFTER_CLOSE: u32 = 2;
/// How many of those are drawn a round.
const DRAWN: usize = 200;
/// Timers run while we read, so a conversation may change between two calls; a fault stays through all attempts.
const ATTEMPTS: usize = 4;
/// A bound on what is read back.
const MAX_LISTED: usize = 5_000_000;

/// Checks everything that one start must have kept; `whole` reads every conversation.
pub async fn check(trial: &Trial, server: SocketAddr, seed: u64, whole: bool) -> Result<()> {
    let mut chance = Chance::new(seed);
    repeat_posts(trial, server, &mut chance).await?;
    route_again(trial, server, &mut chance).await?;
    compare_lists(trial, server).await?;
    let ids = selection(&trial.ledger.borrow(), &mut chance, whole);
    read_all(trial, server, ids).await
}

/// Sends every unanswered POST again, and some answered ones: the first answer must come, marked as a replay.
async fn repeat_posts(trial: &Trial, server: SocketAddr, chance: &mut Chance) -> Result<()> {
    let (unanswered, mut answered): (Vec<usize>, Vec<usize>) = {
        let ledger = trial.ledger.borrow();
        (0..ledger.posts.len()).partition(|at| ledger.posts[*at].answer.is_none())
    };
    while answered.len() > REPEATED {
        let at = chance.below(answered.len() as u64) as usize;
        answered.swap_remove(at);
    }
    let mut client = Client::new(server);
    for at in unanswered.into_iter().chain(answered) {
        let post = trial.ledger.borrow().posts[at].clone();
        let replayed = send(&mut client, &trial.world.backend_token, &trial.ledger, at, &post).await?;
        if post.answer.is_some() && !replayed {
            let what =
                format!("POST {} with the key {} again was not marked as a replay", post.path, post.key);
            trial.ledger.borrow_mut().finding(what);
        }
    }
    Ok(())
}

/// Hands some unfinished records over once more, under another key: each must still have the work item that it had.
async fn route_again(trial: &Trial, server: SocketAddr, chance: &mut Chance) -> Result<()> {
    let mut records: Vec<Post> = {
        let ledger = trial.ledger.borrow();
        let unfinished = |post: &&Post| {
            let known = post.answer.and_then(|id| ledger.conversations.get(&id));
            post.path == ROUTE && known.is_some_and(|known| known.read_closed == 0)
        };
        ledger.posts.iter().filter(unfinished).cloned().collect()
    };
    let (mut api, mut client) = (Api::new(server, &trial.admin_token), Client::new(server));
    for _ in 0..REPEATED.min(records.len()) {
        let post = records.swap_remove(chance.below(records.len() as u64) as usize);
        let Some(id) = post.answer else { continue };
        // Agents are gone, so that it stays unfinished if it is. One that is not there is found by whoever reads it.
        let there = api.find(&format!("/v1/conversations/{id}")).await?;
        if there.is_none_or(|there| there["state"] == "closed") {
            continue;
        }
        let key = format!("{}-again-{}", post.key, chance.draw());
        let again = Post { key, answer: None, ..post };
        let now = route(&mut client, &trial.world.backend_token, &trial.ledger, &again).await?;
        if let Some(now) = now.filter(|now| *now != id) {
            let what = format!("{id}: the record `{}` has another work item, too: {now}", again.text);
            trial.ledger.borrow_mut().finding(what);
        }
    }
    Ok(())
}

/// The server's list of this trial must be exactly what is known: nothing lost, nothing twice, nothing from nowhere.
async fn compare_lists(trial: &Trial, server: SocketAddr) -> Result<()> {
    let listed = list(trial, server, "").await?;
    let there: BTreeSet<Uuid> = listed.iter().copied().collect();
    let mut ledger = trial.ledger.borrow_mut();
    if there.len() != listed.len() {
        ledger.finding(format!("the list has {} items and {} conversations", listed.len(), there.len()));
    }
    let known: BTreeSet<Uuid> = ledger.conversations.keys().copied().collect();
    for lost in known.difference(&there) {
        ledger.finding(format!("{lost}: LOST: is not in the server's list"));
    }
    for extra in there.difference(&known) {
        ledger.finding(format!("{extra}: nobody asked for it"));
    }
    Ok(())
}

async fn list(trial: &Trial, server: SocketAddr, filter: &str) -> Result<Vec<Uuid>> {
    let mut api = Api::new(server, &trial.admin_token);
    let records = trial.world.records.as_ref().map(|records| &records.work_stream_id);
    let mut items = Vec::new();
    for stream in std::iter::once(&trial.world.work_stream_id).chain(records) {
        let path = format!("/v1/conversations?work_stream_id={stream}{filter}");
        items.extend(api.list(&path, MAX_LISTED).await?);
    }
    items.into_iter().map(|mut item| read_as(item["id"].take())).collect()
}

fn read_as<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|error| Error::Protocol(format!("not as in the contract: {error}")))
}

fn selection(ledger: &Ledger, chance: &mut Chance, whole: bool) -> Vec<Uuid> {
    let (mut ids, mut settled): (Vec<Uuid>, Vec<Uuid>) = ledger
        .conversations
        .keys()
        .partition(|id| whole || ledger.conversations[id].read_closed < READS_AFTER_CLOSE);
    for _ in 0..DRAWN.min(settled.len()) {
        let at = chance.below(settled.len() as u64) as usize;
        ids.push(settled.swap_remove(at));
    }
    ids
}

async fn read_all(trial: &Trial, server: SocketAddr, ids: Vec<Uuid>) -> Result<()> {
    let (ids, next): (Rc<[Uuid]>, _) = (Rc::from(ids), Rc::new(Cell::new(0)));
    let readers: Vec<_> = (0..READERS)
        .map(|_| {
            let (ids, next, ledger) = (Rc::clone(&ids), Rc::clone(&next), Rc::clone(&trial.ledger));
            let mut api = Api::new(server, &trial.admin_token);
            tokio::task::spawn_local(async move {
                while let Some(id) = ids.get(next.replace(next.get() + 1)) {
                    let known = ledger.borrow().conversations[id].clone();
                    let (read, findings) = read_and_judge(&mut api, *id, &known).await?;
                    note(&mut ledger.borrow_mut(), *id, read, findings);
                }
                Ok::<_, Error>(())
            })
        })
        .collect();
    for reader in readers {
        reader.await.map_err(|error| Error::Protocol(error.to_string()))??;
    }
    Ok(())
}

async fn read_and_judge(
    api: &mut Api,
    id: Uuid,
    known: &super::ledger::Known,
) -> Result<(Option<Read>, Vec<String>)> {
    let mut last = (None, Vec::new());
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            tokio::time::sleep(Duration::from_millis(20 * attempt as u64)).await;
        }
        let Some(conversation) = api.find(&format!("/v1/conversations/{id}")).await? else {
            return Ok((None, vec!["LOST: the server answers 404".to_owned()]));
        };
        let events = api.list(&format!("/v1/conversations/{id}/events"), MAX_LISTED).await?;
        let messages = api.list(&format!("/v1/conversations/{id}/messages"), MAX_LISTED).await?;
        let read = Read {
            conversation: read_as(conversation)?,
            events: events.into_iter().map(read_as).collect::<Result<_>>()?,
            messages: messages.into_iter().map(read_as).collect::<Result<_>>()?,
        };
        let findings = judge(known, &read);
        let sound = findings.is_empty();
        last = (Some(read), findings);
        if sound {
            break;
        }
    }
    Ok(last)
}

fn note(ledger: &mut Ledger, id: Uuid, read: Option<Read>, findings: Vec<String>) {
    for what in findings {
        ledger.finding(format!("{id}: {what}"));
    }
    let Some(read) = read else { return };
    let birth = read.birth();
    let closed = read.conversation.state == State::Closed;
    let known = ledger.known(id);
    known.birth = Some(birth);
    known.read_closed += u32::from(closed);
    known.seen = read.events;
    if closed {
        ledger.recent.retain(|recent| *recent != id);
    }
}

/// Waits until nothing of this trial is open, active or in wrap-up; a conversation put aside does not occur.
pub async fn all_closed(trial: &Trial, server: SocketAddr) -> Result<()> {
    for state in ["open", "active", "wrap_up", "open"] {
        while !list(trial, server, &format!("&state={state}")).await?.is_empty() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    Ok(())
}

/// With everything closed, no agent may hold a unit.
pub async fn check_capacity(trial: &Trial, server: SocketAddr) -> Result<()> {
    let mut api = Api::new(server, &trial.admin_token);
    for agent in &trial.world.agents {
        let there = api.get(&format!("/v1/agents/{}", agent.id)).await?;
        let used = &there["runtime"]["capacity_used"];
        if used.as_u64() != Some(0) {
            let what = format!("agent {}: capacity_used is {used} with everything closed", agent.id);
            trial.ledger.borrow_mut().finding(what);
        }
    }
    Ok(())
}
