//! Agents of the durability test: they take, decline, write, end, close, give back and dawdle by seeded chance.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;

use tokio::task::JoinHandle;
use uuid::Uuid;

use super::Trial;
use super::ledger::{Fact, Ledger};
use crate::chance::Chance;
use crate::clock::Clock;
use crate::frames::{ClientFrame, ConversationRef, OfferRef, Problem, ServerFrame, State};
use crate::socket::{AgentSocket, Asked, Outbox};
use crate::websocket::Frame;
use crate::{Error, Result};

/// What an agent asked for; a message stands for its text by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ask {
    Effect(Fact),
    Message(u64),
}

#[derive(Debug)]
struct Desk {
    id: String,
    number: usize,
    round: u64,
    /// Bring everything to its close, leave nothing to chance.
    eager: bool,
    chance: Chance,
    clock: Clock,
    ledger: Rc<RefCell<Ledger>>,
    asked: BTreeMap<u64, Asked<Ask>>,
    messages: u64,
}

/// Connects every agent and lets it work until its socket ends.
pub async fn start(
    trial: &Trial,
    server: SocketAddr,
    round: u64,
    eager: bool,
) -> Result<Vec<JoinHandle<()>>> {
    let mut tasks = Vec::new();
    for (number, access) in trial.world.agents.iter().enumerate() {
        let mut chance = Chance::stream(trial.settings.seed, round * 1_000 + 100 + number as u64);
        let (mut socket, welcome) = AgentSocket::connect(server, None, &access.token, chance.draw()).await?;
        let mut desk = Desk {
            id: access.id.clone(),
            number,
            round,
            eager,
            chance,
            clock: trial.clock,
            ledger: Rc::clone(&trial.ledger),
            asked: BTreeMap::new(),
            messages: 0,
        };
        // What the last round left on the desk goes on from where it was.
        for offer in welcome.offers {
            desk.offered(offer, &mut socket.outbox);
        }
        for conversation in welcome.conversations {
            desk.go_on(conversation, &mut socket.outbox);
        }
        tasks.push(tokio::task::spawn_local(async move {
            if let Err(error) = serve(&mut socket, &mut desk).await {
                desk.ledger.borrow_mut().unanswered(&desk.id, &error);
            }
        }));
    }
    Ok(tasks)
}

async fn serve(socket: &mut AgentSocket, desk: &mut Desk) -> Result<()> {
    loop {
        socket.flush().await?;
        socket.fill().await?;
        let AgentSocket { inbox, outbox, .. } = socket;
        while let Some(frame) = inbox.take()? {
            match frame {
                Frame::Text(text) => desk.hear(&ServerFrame::parse(text)?, outbox),
                Frame::Ping(payload) => outbox.pong(payload),
                Frame::Pong => {}
                Frame::Close(code) => return Err(Error::Closed(code.to_string())),
            }
        }
    }
}

impl Desk {
    fn ask(&mut self, outbox: &mut Outbox, fact: Fact, conversation: Uuid, frame: &ClientFrame<'_>) {
        self.ledger.borrow_mut().tried(conversation, fact);
        let id = outbox.send(frame);
        self.asked.insert(id, Asked { kind: Ask::Effect(fact), conversation, at: self.clock.now() });
    }

    fn hear(&mut self, frame: &ServerFrame<'_>, outbox: &mut Outbox) {
        match (&*frame.kind, frame.offer, frame.conversation) {
            ("offer.created", Some(offer), _) => self.offered(offer, outbox),
            ("conversation.assigned", _, Some(conversation)) => self.go_on(conversation, outbox),
            ("reply", ..) => self.reply(frame, outbox),
            _ => {}
        }
    }

    fn offered(&mut self, offer: OfferRef, outbox: &mut Outbox) {
        let id = offer.conversation_id;
        match self.chance.below(100) {
            roll if self.eager || roll < 85 => {
                self.ask(outbox, Fact::Assigned, id, &ClientFrame::Accept(offer.id));
            }
            85..97 => self.ask(outbox, Fact::Declined, id, &ClientFrame::Decline(offer.id)),
            _ => {} // it runs out
        }
    }

    fn go_on(&mut self, conversation: ConversationRef, outbox: &mut Outbox) {
        let id = conversation.id;
        let roll = self.chance.below(100);
        match conversation.state {
            State::Active => {
                if !self.eager && self.chance.percent(30) {
                    self.write(id, outbox);
                }
                if self.eager || roll < 82 {
                    self.ask(outbox, Fact::WrapUp, id, &ClientFrame::End(id));
                } else if roll < 92 {
                    self.ask(outbox, Fact::Released, id, &ClientFrame::Release(id));
                }
            }
            State::WrapUp if self.eager || roll < 85 => {
                self.ask(outbox, Fact::Closed, id, &ClientFrame::Close(id));
            }
            State::WrapUp | State::Open | State::Waiting | State::Closed => {}
        }
    }

    fn write(&mut self, id: Uuid, outbox: &mut Outbox) {
        self.messages += 1;
        let text = self.text(self.messages);
        self.ledger.borrow_mut().message_tried(id, &text);
        let asked = outbox.send(&ClientFrame::Message(id, &text, &text));
        self.asked.insert(
            asked,
            Asked { kind: Ask::Message(self.messages), conversation: id, at: self.clock.now() },
        );
    }

    /// A text that no other message has.
    fn text(&self, number: u64) -> String {
        format!("from agent {} in round {}: {number}", self.number, self.round)
    }

    fn reply(&mut self, frame: &ServerFrame<'_>, outbox: &mut Outbox) {
        let Some(Asked { kind, conversation: id, .. }) = frame.id.and_then(|id| self.asked.remove(&id))
        else {
            let what = format!("{} got a reply to nothing that it asked", self.id);
            self.ledger.borrow_mut().finding(what);
            return;
        };
        if frame.ok != Some(true) {
            return self.refused(kind, id, frame.problem.as_ref());
        }
        match kind {
            Ask::Message(number) => {
                let text = self.text(number);
                self.ledger.borrow_mut().message_acknowledged(id, &text, None);
            }
            Ask::Effect(fact) => {
                let mut ledger = self.ledger.borrow_mut();
                ledger.acknowledged(id, fact);
                if fact == Fact::Assigned {
                    *ledger.known(id).takers.entry(self.id.clone()).or_default() += 1;
                }
                drop(ledger);
                if fact == Fact::WrapUp && (self.eager || self.chance.percent(90)) {
                    self.ask(outbox, Fact::Closed, id, &ClientFrame::Close(id));
                }
            }
        }
    }

    /// A 409 is a lost race with a timeout, a customer who left or the own message's neighbour; a 404 is a loss.
    fn refused(&self, kind: Ask, id: Uuid, problem: Option<&Problem>) {
        let mut ledger = self.ledger.borrow_mut();
        let status = problem.map_or(0, |problem| problem.status);
        ledger.refused(format!("{kind:?}: {}", problem.map_or_else(|| "-".to_owned(), Problem::kind)));
        if status != 409 && status != 503 && status != 429 {
            ledger.finding(format!("{id}: {} was refused {kind:?} with {status}", self.id));
        }
    }
}
