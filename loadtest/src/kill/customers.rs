//! The backend of the durability test: customers arrive, write and leave by seeded chance, one request at a time.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use serde::Deserialize;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::Trial;
use super::ledger::{Birth, Fact, Ledger, Post};
use crate::Result;
use crate::chance::Chance;
use crate::frames::{Problem, State};
use crate::http::{Answer, Client, Request};
use crate::setup::{ENTITY, Records};

/// Customers write to one of this many latest conversations.
const RECENT: usize = 50;
/// Of a hundred arrivals, how many are records.
const RECORDS_PERCENT: u64 = 25;
/// Where records come in.
pub const ROUTE: &str = "/v1/entities/route";

#[derive(Debug)]
struct Backend {
    number: usize,
    round: u64,
    made: u64,
    pause_ms: u64,
    chance: Chance,
    client: Client,
    token: String,
    channel_id: String,
    records: Option<Records>,
    ledger: Rc<RefCell<Ledger>>,
}

/// Starts every backend; each works until its connection ends.
pub fn start(trial: &Trial, server: SocketAddr, round: u64) -> Vec<JoinHandle<()>> {
    (0..trial.settings.backends)
        .map(|number| {
            let mut backend = Backend {
                number,
                round,
                made: 0,
                pause_ms: trial.settings.pause_ms,
                chance: Chance::stream(trial.settings.seed, round * 1_000 + 500 + number as u64),
                client: Client::new(server),
                token: trial.world.backend_token.clone(),
                channel_id: trial.world.channel_id.clone(),
                records: trial.world.records.clone(),
                ledger: Rc::clone(&trial.ledger),
            };
            tokio::task::spawn_local(async move {
                if let Err(error) = backend.work().await {
                    backend.ledger.borrow_mut().unanswered(&format!("backend {}", backend.number), &error);
                }
            })
        })
        .collect()
}

impl Backend {
    async fn work(&mut self) -> Result<()> {
        loop {
            match (self.chance.below(100), self.recent()) {
                (70..95, Some(id)) => self.write(id).await?,
                (95.., Some(id)) => self.leave(id).await?,
                _ => self.arrive().await?,
            }
            tokio::time::sleep(Duration::from_millis(self.chance.between(0, self.pause_ms))).await;
        }
    }

    fn recent(&mut self) -> Option<Uuid> {
        let ledger = self.ledger.borrow();
        let count = ledger.recent.len().min(RECENT);
        let back = self.chance.below(count as u64) as usize;
        ledger.recent.iter().rev().nth(back).copied()
    }

    fn name(&mut self) -> String {
        self.made += 1;
        format!("from backend {} in round {}: {}", self.number, self.round, self.made)
    }

    async fn arrive(&mut self) -> Result<()> {
        let text = self.name();
        if let Some(records) = self.records.clone().filter(|_| self.chance.percent(RECORDS_PERCENT)) {
            let body = record(&records, &text, self.made);
            return self.post(ROUTE.to_owned(), body, text).await;
        }
        let body = format!(
            r#"{{"channel_id":"{}","customer":{{"name":"{text}"}},"context":{{"tier":"gold","amount":{}}},"message":{{"text":"{text}"}}}}"#,
            self.channel_id, self.made
        );
        self.post("/v1/conversations".to_owned(), body, text).await
    }

    async fn write(&mut self, id: Uuid) -> Result<()> {
        let text = self.name();
        let body = format!(r#"{{"text":"{text}","client_message_id":"{text}"}}"#);
        self.ledger.borrow_mut().message_tried(id, &text);
        self.post(format!("/v1/conversations/{id}/messages"), body, text).await
    }

    async fn post(&mut self, path: String, body: String, text: String) -> Result<()> {
        let key = format!("{}-{}", self.channel_id, text.replace([' ', ':'], "-"));
        let post = Post { key, path, body: body.into_bytes(), text, answer: None };
        let at = self.ledger.borrow().posts.len();
        self.ledger.borrow_mut().posts.push(post.clone());
        send(&mut self.client, &self.token, &self.ledger, at, &post).await.map(|_| ())
    }

    async fn leave(&mut self, id: Uuid) -> Result<()> {
        self.ledger.borrow_mut().leaving(id);
        let path = format!("/v1/conversations/{id}/end");
        let request =
            Request { method: "POST", path: &path, token: &self.token, idempotency_key: None, body: &[] };
        let answer = self.client.call(&request).await?;
        let mut ledger = self.ledger.borrow_mut();
        if answer.status != 200 {
            refused(&mut ledger, &path, &answer, &[409]);
            return Ok(());
        }
        match answer.json::<Answered>()?.state {
            State::Closed => ledger.acknowledged(id, Fact::Closed),
            State::WrapUp => ledger.acknowledged(id, Fact::WrapUp),
            other => ledger.finding(format!("{id}: is {other:?} after the customer left")),
        }
        Ok(())
    }
}

/// A record of this name.
fn record(records: &Records, name: &str, amount: u64) -> String {
    let Records { work_stream_id, organization_id } = records;
    let (entity, set) = ENTITY;
    format!(
        r#"{{"organization_id":"{organization_id}","work_stream_id":"{work_stream_id}","entity_logical_name":"{entity}","entity_set_name":"{set}","record_id":"{name}","record_details":[{{"key":"amount","value":{amount}}}]}}"#
    )
}

/// What a record's answer says.
#[derive(Deserialize)]
struct Routed {
    conversation_id: Uuid,
}

#[derive(Deserialize)]
struct Answered {
    id: Uuid,
    state: State,
    queued_at: String,
    created_at: String,
}

#[derive(Deserialize)]
struct Written {
    id: String,
    conversation_id: Uuid,
    seq: u64,
}

/// Sends a POST for the first time or again and notes its answer; says whether it was marked as a replay.
pub async fn send(
    client: &mut Client,
    token: &str,
    ledger: &RefCell<Ledger>,
    at: usize,
    post: &Post,
) -> Result<bool> {
    let request = Request {
        method: "POST",
        path: &post.path,
        token,
        idempotency_key: Some(&post.key),
        body: &post.body,
    };
    let answer = client.call(&request).await?;
    let mut ledger = ledger.borrow_mut();
    let of_record = post.path == ROUTE;
    if answer.status != if of_record { 202 } else { 201 } {
        refused(&mut ledger, &post.path, &answer, &[]);
        return Ok(answer.replayed);
    }
    let id = if of_record {
        let Routed { conversation_id } = answer.json()?;
        ledger.routed(conversation_id, &post.text);
        conversation_id
    } else if post.path.ends_with("/messages") {
        let Written { id, conversation_id, seq } = answer.json()?;
        ledger.message_acknowledged(conversation_id, &post.text, Some((id, seq)));
        conversation_id
    } else {
        let Answered { id, queued_at, created_at, .. } = answer.json()?;
        ledger.creation_acknowledged();
        ledger.born(id, Birth { queued_at, created_at });
        ledger.message_acknowledged(id, &post.text, None);
        id
    };
    match ledger.posts[at].answer.replace(id) {
        Some(before) if before != id => {
            ledger.finding(format!("the key {} gave {before} first and {id} now", post.key));
        }
        Some(_) => {}
        // Nobody writes to a record.
        None if of_record => {}
        None => ledger.recent.push(id),
    }
    Ok(answer.replayed)
}

/// Hands a record over, apart from the requests that the ledger keeps; gives its work item.
pub async fn route(
    client: &mut Client,
    token: &str,
    ledger: &RefCell<Ledger>,
    post: &Post,
) -> Result<Option<Uuid>> {
    let request =
        Request { method: "POST", path: ROUTE, token, idempotency_key: Some(&post.key), body: &post.body };
    let answer = client.call(&request).await?;
    if answer.status != 202 {
        refused(&mut ledger.borrow_mut(), ROUTE, &answer, &[]);
        return Ok(None);
    }
    Ok(Some(answer.json::<Routed>()?.conversation_id))
}

fn refused(ledger: &mut Ledger, path: &str, answer: &Answer<'_>, expected: &[u16]) {
    let kind =
        answer.json::<Problem>().map_or_else(|_| format!("{} -", answer.status), |problem| problem.kind());
    let what = path.rsplit('/').next().unwrap_or("");
    ledger.refused(format!("POST {what}: {kind}"));
    if !expected.contains(&answer.status) && answer.status != 503 && answer.status != 429 {
        ledger.finding(format!("POST {path} was refused with {kind}"));
    }
}
