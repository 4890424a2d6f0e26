//! One agent that acts at once: accepts every offer and, with the cycle, ends and closes what it gets.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use tokio::sync::mpsc::UnboundedReceiver;
use uuid::Uuid;

use super::ledger::Ledger;
use super::measures::Measure;
use crate::Result;
use crate::clock::{Clock, Nanos};
use crate::frames::{ClientFrame, ServerFrame};
use crate::setup::Mode;
use crate::socket::{AgentSocket, Asked, Outbox};
use crate::websocket::Frame;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ask {
    Accept,
    Pick,
    End,
    Close,
    Subscribe,
}

impl Ask {
    fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Pick => "pick",
            Self::End => "end",
            Self::Close => "close",
            Self::Subscribe => "subscribe",
        }
    }
}

/// An agent of a run.
#[derive(Debug)]
pub struct Agent {
    socket: AgentSocket,
    desk: Desk,
    picks: UnboundedReceiver<Uuid>,
}

/// What an agent decides by, apart from its socket.
#[derive(Debug)]
struct Desk {
    number: u32,
    job: Job,
    ledger: Rc<RefCell<Ledger>>,
    asked: BTreeMap<u64, Asked<Ask>>,
    taking: BTreeMap<Uuid, Nanos>,
}

/// What all agents of a run do alike.
#[derive(Debug, Clone, Copy)]
pub struct Job {
    /// The run's clock.
    pub clock: Clock,
    /// How conversations come.
    pub mode: Mode,
    /// Whether to go on to the close.
    pub cycle: bool,
    /// Whether a lost pick is expected.
    pub contended: bool,
}

impl Agent {
    /// Puts an agent behind a socket; in pick mode it goes for what comes over `picks`.
    pub fn new(
        number: u32,
        socket: AgentSocket,
        picks: UnboundedReceiver<Uuid>,
        job: Job,
        ledger: Rc<RefCell<Ledger>>,
    ) -> Self {
        let desk = Desk { number, job, ledger, asked: BTreeMap::new(), taking: BTreeMap::new() };
        Self { socket, desk, picks }
    }

    /// Subscribes to a queue's pick list, to measure when a conversation is seen there.
    pub fn watch(&mut self, queue_id: &str) {
        let frame = ClientFrame::Subscribe(queue_id);
        self.desk.ask(&mut self.socket.outbox, Ask::Subscribe, Uuid::nil(), &frame);
    }

    /// Works until the socket ends, which in a run is a violation: every agent must be reachable to its end.
    pub async fn work(mut self) {
        if let Err(error) = self.serve().await {
            let number = self.desk.number;
            self.desk.ledger.borrow_mut().violation(format!("agent {number} lost its socket: {error}"));
        }
    }

    async fn serve(&mut self) -> Result<()> {
        loop {
            self.socket.flush().await?;
            let mut picked = None;
            tokio::select! {
                filled = self.socket.fill() => filled?,
                Some(id) = self.picks.recv() => picked = Some(id),
            }
            let AgentSocket { inbox, outbox, .. } = &mut self.socket;
            while let Some(id) = picked {
                self.desk.ask(outbox, Ask::Pick, id, &ClientFrame::Pick(id));
                picked = self.picks.try_recv().ok();
            }
            while let Some(frame) = inbox.take()? {
                match frame {
                    Frame::Text(text) => self.desk.hear(&ServerFrame::parse(text)?, outbox),
                    Frame::Ping(payload) => outbox.pong(payload),
                    Frame::Pong => {}
                    Frame::Close(code) => return Err(crate::Error::Closed(code.to_string())),
                }
            }
        }
    }
}

impl Desk {
    fn ask(&mut self, outbox: &mut Outbox, kind: Ask, conversation: Uuid, frame: &ClientFrame<'_>) {
        let at = self.job.clock.now();
        let id = outbox.send(frame);
        self.asked.insert(id, Asked { kind, conversation, at });
        if matches!(kind, Ask::Accept | Ask::Pick) {
            self.taking.insert(conversation, at);
        }
    }

    fn hear(&mut self, frame: &ServerFrame<'_>, outbox: &mut Outbox) {
        let now = self.job.clock.now();
        match &*frame.kind {
            "offer.created" => {
                if let Some(offer) = frame.offer {
                    self.ledger.borrow_mut().reached(offer.conversation_id, now);
                    self.ask(outbox, Ask::Accept, offer.conversation_id, &ClientFrame::Accept(offer.id));
                }
            }
            "conversation.assigned" => {
                if let Some(conversation) = frame.conversation {
                    self.assigned(conversation.id, now, outbox);
                }
            }
            "reply" => self.reply(frame, now, outbox),
            "pick_list.snapshot" | "pick_list.changed" => {
                let mut ledger = self.ledger.borrow_mut();
                for seen in frame.items.iter().chain(&frame.added) {
                    ledger.reached(seen.id, now);
                }
            }
            "offer.ended" if frame.reason.as_deref() != Some("accepted") => {
                let reason = frame.reason.as_deref().unwrap_or("-");
                self.ledger.borrow_mut().error(format!("offer ended: {reason}"));
            }
            "conversation.removed" if frame.reason.as_deref() != Some("closed") => {
                let reason = frame.reason.as_deref().unwrap_or("-");
                self.ledger.borrow_mut().error(format!("conversation removed: {reason}"));
            }
            "going_away" => self.ledger.borrow_mut().error("going_away"),
            _ => {}
        }
    }

    fn assigned(&mut self, id: Uuid, now: Nanos, outbox: &mut Outbox) {
        let mut ledger = self.ledger.borrow_mut();
        ledger.assigned(id, self.number);
        match self.taking.remove(&id) {
            Some(at) => ledger.measures.record(Measure::Assigned, at, at, now),
            None if self.job.mode == Mode::Direct => ledger.reached(id, now),
            None => {
                ledger.violation(format!("{id}: assigned to agent {} that did not ask for it", self.number));
            }
        }
        drop(ledger);
        if self.job.cycle {
            self.ask(outbox, Ask::End, id, &ClientFrame::End(id));
        }
    }

    fn reply(&mut self, frame: &ServerFrame<'_>, now: Nanos, outbox: &mut Outbox) {
        let Some(asked) = frame.id.and_then(|id| self.asked.remove(&id)) else {
            self.ledger.borrow_mut().violation("a reply to nothing that was asked, or a second one");
            return;
        };
        let Asked { kind, conversation, at } = asked;
        if frame.ok != Some(true) {
            self.taking.remove(&conversation);
            let problem = frame.problem.as_ref();
            let lost =
                kind == Ask::Pick && self.job.contended && problem.is_some_and(|known| known.status == 409);
            let code = problem.map_or_else(|| "-".to_owned(), crate::frames::Problem::kind);
            let what =
                if lost { "pick lost (expected)".to_owned() } else { format!("{}: {code}", kind.name()) };
            self.ledger.borrow_mut().error(what);
            return;
        }
        let mut ledger = self.ledger.borrow_mut();
        match kind {
            Ask::Accept | Ask::Pick => ledger.measures.record(Measure::Accept, at, at, now),
            Ask::End => ledger.measures.record(Measure::End, at, at, now),
            Ask::Close => {
                ledger.measures.record(Measure::Close, at, at, now);
                ledger.closed(conversation, now);
            }
            Ask::Subscribe => {}
        }
        drop(ledger);
        if kind == Ask::End {
            self.ask(outbox, Ask::Close, conversation, &ClientFrame::Close(conversation));
        }
    }
}
