//! The stub's whole state: a dispatcher of the contract in one struct, without time, rules or storage.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use uuid::Uuid;

/// A fault that the stub has, so that a test can see the harness find it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    /// Tells a second agent that it has the same conversation.
    TellsTwo,
    /// Answers 201 and never offers.
    Drops,
    /// A kill loses the last close.
    ForgetsClose,
    /// A kill loses a conversation.
    ForgetsCreation,
    /// A kill loses a message.
    ForgetsMessage,
    /// A kill gives a conversation that somebody has to another agent, too.
    SecondAgent,
    /// A kill loses the idempotency keys.
    ForgetsKeys,
    /// A kill changes the age of a conversation.
    Rejuvenates,
    /// A kill loses which work item a record has.
    ForgetsRecords,
    /// A kill loses a record's work item.
    ForgetsWorkItem,
}

#[derive(Debug)]
pub struct Kept {
    pub conversation: Value,
    pub events: Vec<Value>,
    pub messages: Vec<Value>,
}

#[derive(Debug)]
pub struct Book {
    pub fault: Fault,
    pub mode: String,
    pub kept: BTreeMap<Uuid, Kept>,
    /// Answers by key, with their status.
    pub keys: BTreeMap<String, (u16, Value)>,
    /// Work items by record.
    pub records: BTreeMap<String, Uuid>,
    pub agents: Vec<String>,
    pub sockets: BTreeMap<String, UnboundedSender<Value>>,
    made: u128,
    turn: usize,
}

impl Book {
    pub fn new(fault: Fault) -> Self {
        let mode = String::new();
        let (kept, keys, records, agents, sockets) = Default::default();
        Self { fault, mode, kept, keys, records, agents, sockets, made: 0, turn: 0 }
    }

    fn number(&mut self) -> Uuid {
        self.made += 1;
        Uuid::from_u128(self.made)
    }

    fn event(&mut self, id: Uuid, kind: &str, data: &Value) {
        let events = &mut self.kept.get_mut(&id).expect("kept").events;
        let seq = events.len() + 1;
        events.push(json!({ "seq": seq, "type": kind, "at": format!("t{seq}"), "by": null, "data": data }));
    }

    fn tell(&self, agent: &str, frame: Value) {
        if let Some(socket) = self.sockets.get(agent) {
            let _ = socket.send(frame);
        }
    }

    fn conversation(&mut self, id: Uuid) -> &mut Value {
        &mut self.kept.get_mut(&id).expect("kept").conversation
    }

    pub fn create(&mut self, stream: &Value, text: Option<&str>) -> Value {
        let id = self.number();
        let age = format!("age-{id}");
        let conversation = json!({ "id": id, "state": "open", "agent_id": null, "offer": null,
            "queued_at": age, "created_at": age, "work_stream_id": stream });
        self.kept.insert(id, Kept { conversation: conversation.clone(), events: vec![], messages: vec![] });
        self.event(id, "conversation.created", &json!({}));
        if let Some(text) = text {
            self.message(id, text);
        }
        self.match_open();
        conversation
    }

    /// A record's work item: the one that it has while that is unfinished.
    pub fn route(&mut self, body: &Value) -> Value {
        let record = body["record_id"].as_str().unwrap_or("").to_owned();
        let has = self.records.get(&record).copied();
        let unfinished =
            |id: &Uuid| self.kept.get(id).is_some_and(|kept| kept.conversation["state"] != "closed");
        let id = has.filter(unfinished).unwrap_or_else(|| {
            let made = self.create(&body["work_stream_id"], None);
            made["id"].as_str().and_then(|id| id.parse().ok()).expect("id")
        });
        self.records.insert(record, id);
        json!({ "work_item_id": id, "conversation_id": id, "location": format!("/v1/conversations/{id}") })
    }

    /// Writes a message; to one that is over, it starts a new conversation.
    pub fn message(&mut self, id: Uuid, text: &str) -> Value {
        let state = self.conversation(id)["state"].clone();
        if state == "wrap_up" || state == "closed" {
            let stream = self.conversation(id)["work_stream_id"].clone();
            let born = self.create(&stream, None);
            let id = born["id"].as_str().and_then(|id| id.parse().ok()).expect("id");
            return self.message(id, text);
        }
        let number = self.number();
        self.event(id, "message", &json!({}));
        let messages = &mut self.kept.get_mut(&id).expect("kept").messages;
        let message = json!({ "id": number, "conversation_id": id, "seq": messages.len() + 1, "text": text });
        messages.push(message.clone());
        message
    }

    /// Hands every open conversation without an offer to the next connected agent.
    pub fn match_open(&mut self) {
        let connected: Vec<String> = self.sockets.keys().cloned().collect();
        if connected.is_empty() || self.mode == "pick" {
            return;
        }
        let open: Vec<Uuid> = self
            .kept
            .iter()
            .filter(|(_, kept)| kept.conversation["state"] == "open" && kept.conversation["offer"].is_null())
            .map(|(id, _)| *id)
            .collect();
        for id in open {
            self.turn += 1;
            let agent = &connected[self.turn % connected.len()];
            if self.fault == Fault::Drops && self.turn == 20 {
                self.conversation(id)["offer"] = json!({ "id": Uuid::nil(), "agent_id": "nobody" });
            } else if self.mode == "open_directly" {
                self.assign(id, agent);
            } else {
                self.offer(id, agent);
            }
        }
    }

    fn offer(&mut self, id: Uuid, agent: &str) {
        let offer = json!({ "id": self.number(), "conversation_id": id, "agent_id": agent });
        self.conversation(id)["offer"] = offer.clone();
        self.event(id, "offered", &json!({ "offer_id": offer["id"], "agent_id": agent }));
        self.tell(agent, json!({ "type": "offer.created", "offer": offer }));
    }

    fn assign(&mut self, id: Uuid, agent: &str) {
        self.event(id, "assigned", &json!({ "agent_id": agent }));
        let conversation = self.conversation(id);
        conversation["offer"] = Value::Null;
        conversation["state"] = json!("active");
        conversation["agent_id"] = json!(agent);
        let frame = json!({ "type": "conversation.assigned", "conversation": conversation });
        self.tell(agent, frame.clone());
        if self.fault == Fault::TellsTwo && self.made > 40 {
            self.fault = Fault::None;
            let other = self.sockets.keys().find(|other| *other != agent).expect("two agents").clone();
            self.tell(&other, frame);
        }
    }

    /// Does what a client frame asks; `Err` is the status of the refusal.
    pub fn act(&mut self, agent: &str, frame: &Value) -> Result<(), u16> {
        let id = |field: &str| frame[field].as_str().and_then(|id| id.parse::<Uuid>().ok());
        let kind = frame["type"].as_str().unwrap_or("");
        if let Some(offer) = id("offer_id") {
            let found = self.kept.iter().find(|(_, kept)| kept.conversation["offer"]["id"] == json!(offer));
            let id = found.map(|(id, _)| *id).ok_or(409_u16)?;
            if kind == "offer.accept" {
                self.assign(id, agent);
            } else {
                self.conversation(id)["offer"] = Value::Null;
                self.event(id, "offer_ended", &json!({ "offer_id": offer, "reason": "declined" }));
                self.match_open();
            }
            return Ok(());
        }
        let Some(id) = id("conversation_id") else {
            return Ok(());
        };
        let state = self.kept.get(&id).ok_or(404_u16)?.conversation["state"].clone();
        match (kind, state.as_str().unwrap_or("")) {
            ("conversation.pick", "open") => self.assign(id, agent),
            ("conversation.end", "active") => self.move_to(id, "wrap_up"),
            ("conversation.close", "wrap_up") => self.move_to(id, "closed"),
            ("message.send", "active") => {
                self.message(id, frame["text"].as_str().unwrap_or(""));
            }
            ("conversation.release", "active") => {
                self.event(id, "released", &json!({}));
                self.conversation(id)["state"] = json!("open");
                self.match_open();
            }
            _ => return Err(409),
        }
        Ok(())
    }

    fn move_to(&mut self, id: Uuid, state: &str) {
        self.event(id, state, &json!({}));
        self.conversation(id)["state"] = json!(state);
    }

    /// The customer leaves.
    pub fn leave(&mut self, id: Uuid) -> Result<Value, u16> {
        let state = self.kept.get(&id).ok_or(404_u16)?.conversation["state"].clone();
        match state.as_str() {
            Some("open") => {
                self.conversation(id)["offer"] = Value::Null;
                self.move_to(id, "closed");
            }
            Some("active") => self.move_to(id, "wrap_up"),
            _ => return Err(409),
        }
        Ok(self.conversation(id).clone())
    }

    /// What a kill does to the memory of a faulty server.
    pub fn killed(&mut self) {
        self.sockets.clear();
        let find = |book: &Self, state: &str| {
            book.kept.iter().rev().find(|(_, kept)| kept.conversation["state"] == state).map(|(id, _)| *id)
        };
        let closed = find(self, "closed");
        match (self.fault, closed) {
            (Fault::ForgetsClose, Some(id)) => {
                self.kept.get_mut(&id).expect("kept").events.pop();
                self.conversation(id)["state"] = json!("wrap_up");
            }
            (Fault::ForgetsCreation, Some(id)) => {
                self.kept.remove(&id);
            }
            (Fault::ForgetsMessage, _) => {
                let kept = self.kept.values_mut().rev().find(|kept| !kept.messages.is_empty());
                kept.expect("a message").messages.pop();
            }
            (Fault::SecondAgent, Some(id)) => {
                let events = &mut self.kept.get_mut(&id).expect("kept").events;
                let seq = events.len() + 1;
                events
                    .push(json!({ "seq": seq, "type": "assigned", "at": "t", "data": { "agent_id": "x" } }));
            }
            (Fault::Rejuvenates, Some(id)) => {
                self.conversation(id)["queued_at"] = json!("just now");
            }
            (Fault::ForgetsKeys, _) => self.keys.clear(),
            (Fault::ForgetsRecords, _) => self.records.clear(),
            (Fault::ForgetsWorkItem, _) => {
                if let Some(id) = self.records.values().next_back().copied() {
                    self.kept.remove(&id);
                }
            }
            _ => {}
        }
    }
}
