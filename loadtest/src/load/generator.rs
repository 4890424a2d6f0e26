//! The open loop: hand-offs fall due by a seeded schedule, whether or not the server keeps up.
//!
//! A hand-off waits for a free connection in one line; since every measure starts when it was due, a server that
//! stalls is charged for all that should have been sent meanwhile (no coordinated omission).

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io::Write as _;
use std::rc::Rc;

use serde::Deserialize;
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;
use uuid::Uuid;

use super::ledger::Ledger;
use super::measures::Measure;
use crate::Result;
use crate::chance::Chance;
use crate::clock::{Clock, Nanos, Pacer};
use crate::frames::Problem;
use crate::http::{Answer, Client, Request};

/// Hand-offs closer together than this are sent at one wake-up, so that a high rate does not cost a timer each.
const QUANTUM_NANOS: Nanos = 50_000;

/// How the gaps between hand-offs are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    /// Independent customers: exponential gaps.
    Poisson,
    /// A metronome.
    Uniform,
}

/// The moments at which hand-offs fall due.
#[derive(Debug)]
pub struct Arrivals {
    chance: Chance,
    arrival: Arrival,
    gap: f64,
    next: f64,
    end: f64,
}

impl Arrivals {
    /// Draws from `start` to `end` at `rate` a second.
    pub fn new(arrival: Arrival, rate: f64, seed: u64, start: Nanos, end: Nanos) -> Self {
        let gap = 1e9 / rate;
        Self { chance: Chance::stream(seed, 1), arrival, gap, next: start as f64, end: end as f64 }
    }
}

impl Iterator for Arrivals {
    type Item = Nanos;

    fn next(&mut self) -> Option<Nanos> {
        self.next += match self.arrival {
            Arrival::Poisson => self.chance.exponential(self.gap),
            Arrival::Uniform => self.gap,
        };
        (self.next < self.end).then_some(self.next as Nanos)
    }
}

/// The line of hand-offs that are due and wait for a connection.
#[derive(Debug, Default)]
pub struct Line {
    due: RefCell<VecDeque<Nanos>>,
    wake: Notify,
    finished: Cell<bool>,
    taken: Cell<u64>,
}

impl Line {
    /// Puts every arrival in the line at its moment, then closes it.
    pub async fn feed(&self, arrivals: Arrivals, clock: Clock) -> Result<()> {
        let pacer = Pacer::new(clock)?;
        let mut last_wake = 0;
        for due in arrivals {
            if due > clock.now() {
                pacer.until(due.max(last_wake + QUANTUM_NANOS)).await?;
                last_wake = clock.now();
            }
            self.due.borrow_mut().push_back(due);
            self.wake.notify_one();
        }
        self.finished.set(true);
        self.wake.notify_waiters();
        Ok(())
    }

    /// Takes the next one and its number; `None` when the line is closed and empty.
    async fn take(&self) -> Option<(u64, Nanos)> {
        loop {
            let due = self.due.borrow_mut().pop_front();
            if let Some(due) = due {
                let number = self.taken.get();
                self.taken.set(number + 1);
                return Some((number, due));
            }
            if self.finished.get() {
                return None;
            }
            self.wake.notified().await;
        }
    }
}

/// One connection that hands over what is due.
#[derive(Debug)]
pub struct Backend {
    /// Its connection.
    pub client: Client,
    /// The run's clock.
    pub clock: Clock,
    /// The line it takes from.
    pub line: Rc<Line>,
    /// Where it notes the outcome.
    pub ledger: Rc<RefCell<Ledger>>,
    /// The backend's token.
    pub token: Rc<str>,
    /// The channel.
    pub channel_id: Rc<str>,
    /// With this prefix, every hand-off carries an `Idempotency-Key`.
    pub key_prefix: Option<Rc<str>>,
    /// In pick mode: whom to tell of a new conversation, and how many of them try to take it.
    pub pickers: Rc<Pickers>,
}

/// The agents' ears in pick mode; empty in the others.
#[derive(Debug, Default)]
pub struct Pickers {
    /// One sender an agent.
    pub agents: Vec<UnboundedSender<Uuid>>,
    /// How many agents go for the same conversation.
    pub contend: usize,
}

impl Pickers {
    fn tell(&self, id: Uuid) {
        let first = id.as_u128() as usize;
        for next in 0..self.contend.min(self.agents.len()) {
            let _ = self.agents[first.wrapping_add(next) % self.agents.len()].send(id);
        }
    }
}

#[derive(Deserialize)]
struct CreatedConversation {
    id: Uuid,
}

impl Backend {
    /// Works until the line is closed and empty.
    pub async fn work(mut self) {
        let (mut body, mut key) = (Vec::with_capacity(512), String::new());
        while let Some((number, due)) = self.line.take().await {
            write_hand_off(&mut body, &self.channel_id, number);
            if let Some(prefix) = &self.key_prefix {
                key = format!("{prefix}-{number}");
            }
            let request = Request {
                method: "POST",
                path: "/v1/conversations",
                token: &self.token,
                idempotency_key: self.key_prefix.is_some().then_some(key.as_str()),
                body: &body,
            };
            self.ledger.borrow_mut().measures.record(Measure::Late, due, due, self.clock.now());
            let outcome = self.client.call(&request).await;
            let mut ledger = self.ledger.borrow_mut();
            match outcome.map(|answer| judge(&answer)) {
                Ok(Ok(id)) => {
                    ledger.created(id, due, self.clock.now());
                    self.pickers.tell(id);
                }
                Ok(Err(kind)) => ledger.error(format!("hand-off: {kind}")),
                Err(error) => ledger.unanswered(format!("hand-off: {}", error.kind())),
            }
        }
    }
}

fn judge(answer: &Answer<'_>) -> std::result::Result<Uuid, String> {
    if answer.status == 201 {
        return answer.json::<CreatedConversation>().map(|made| made.id).map_err(|error| error.kind());
    }
    Err(match answer.json::<Problem>() {
        Ok(problem) => problem.kind(),
        Err(_) => format!("{} -", answer.status),
    })
}

/// Writes a hand-off of about 300 bytes, as a chat backend would send it.
pub fn write_hand_off(out: &mut Vec<u8>, channel_id: &str, number: u64) {
    out.clear();
    let tier = ["gold", "silver", "none"][(number % 3) as usize];
    let amount = number % 1000;
    // Writing to a Vec cannot fail.
    let _ = write!(
        out,
        r#"{{"channel_id":"{channel_id}","customer":{{"name":"Customer {number}","email":"customer-{number}@example.com"}},"context":{{"tier":"{tier}","amount":{amount}}},"message":{{"text":"Hello, my order has not arrived yet; it was promised for last week. Could somebody look where it is?"}}}}"#
    );
}

#[cfg(test)]
mod tests {
    use super::{Arrival, Arrivals, write_hand_off};

    #[test]
    fn arrivals_keep_their_rate_and_repeat_by_seed() {
        for arrival in [Arrival::Poisson, Arrival::Uniform] {
            let draw = || Arrivals::new(arrival, 10_000.0, 5, 1_000, 1_000_001_000).collect::<Vec<_>>();
            let moments = draw();
            assert!((9_500..=10_500).contains(&moments.len()), "{}", moments.len());
            assert!(moments.is_sorted());
            assert_eq!(moments, draw());
        }
    }

    #[test]
    fn hand_off_is_json_of_about_300_bytes() {
        let mut body = Vec::new();
        write_hand_off(&mut body, "load-abc", 12_345);
        let value: serde_json::Value = serde_json::from_slice(&body).expect("json");
        assert_eq!(value["context"]["amount"], 345);
        assert!((250..350).contains(&body.len()), "{}", body.len());
    }
}
