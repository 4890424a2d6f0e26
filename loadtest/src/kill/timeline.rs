//! Folds a conversation's events into its state, and says where they contradict themselves.

use serde::Deserialize;
use serde_json::Value;

use super::ledger::{Counts, Fact};
use crate::frames::State;

/// One event, as `GET …/events` gives it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Event {
    /// 1, 2, …
    pub seq: u64,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: String,
    /// When.
    pub at: String,
    /// The rest.
    #[serde(default)]
    pub data: Value,
}

impl Event {
    fn text(&self, field: &str) -> Option<&str> {
        self.data.get(field).and_then(Value::as_str)
    }
}

/// What the events add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// The state.
    pub state: State,
    /// The agent who has it or had it last, where the events name agents.
    pub agent: Option<String>,
    /// Whether an offer is open.
    pub offered: bool,
    /// Recorded effects.
    pub counts: Counts,
    /// Who took it, in order, where the events name agents.
    pub takers: Vec<String>,
    /// Recorded messages.
    pub messages: usize,
}

/// Folds events; every contradiction becomes a line in `findings`. Types it does not know change nothing.
pub fn fold(events: &[Event], findings: &mut Vec<String>) -> Folded {
    let mut fold = Fold::default();
    if events.first().is_none_or(|first| first.kind != "conversation.created") {
        findings.push("the timeline does not begin with conversation.created".to_owned());
    }
    for (at, event) in events.iter().enumerate() {
        if event.seq != at as u64 + 1 {
            findings.push(format!("event {} of the timeline has seq {}", at + 1, event.seq));
        }
        if let Err(what) = fold.take(event) {
            findings.push(format!("event {} ({}): {what}", event.seq, event.kind));
        }
    }
    fold.folded
}

struct Fold {
    folded: Folded,
    offers: Vec<String>,
    accepted: bool,
}

impl Default for Fold {
    fn default() -> Self {
        Self {
            folded: Folded {
                state: State::Open,
                agent: None,
                offered: false,
                counts: Counts::default(),
                takers: Vec::new(),
                messages: 0,
            },
            offers: Vec::new(),
            accepted: false,
        }
    }
}

impl Fold {
    fn take(&mut self, event: &Event) -> Result<(), &'static str> {
        let folded = &mut self.folded;
        let was_closed = folded.state == State::Closed;
        match event.kind.as_str() {
            "message" => folded.messages += 1,
            "offered" => return self.offered(event),
            "offer_ended" => return self.offer_ended(event),
            "assigned" => return self.assigned(event),
            "waiting" => folded.state = State::Waiting,
            "wrap_up" => {
                folded.counts.add(Fact::WrapUp);
                folded.state = State::WrapUp;
            }
            "released" => {
                folded.counts.add(Fact::Released);
                folded.state = State::Open;
            }
            "closed" => {
                folded.counts.add(Fact::Closed);
                folded.state = State::Closed;
                // A closing customer withdraws the offer; whether that has an event of its own comes after.
                self.accepted = std::mem::replace(&mut folded.offered, false);
            }
            _ => return Ok(()),
        }
        if was_closed && event.kind != "message" { Err("after it was closed") } else { Ok(()) }
    }

    fn offered(&mut self, event: &Event) -> Result<(), &'static str> {
        let twice = std::mem::replace(&mut self.folded.offered, true);
        self.accepted = false;
        if let Some(id) = event.text("offer_id") {
            if self.offers.iter().any(|before| before == id) {
                return Err("the same offer was made before");
            }
            self.offers.push(id.to_owned());
        }
        match (twice, self.folded.state) {
            (true, _) => Err("while another offer is open"),
            (false, State::Open | State::Waiting) => Ok(()),
            (false, _) => Err("while an agent has it or it is over"),
        }
    }

    fn offer_ended(&mut self, event: &Event) -> Result<(), &'static str> {
        let reason = event.text("reason").unwrap_or("");
        if reason == "declined" {
            self.folded.counts.add(Fact::Declined);
        }
        if std::mem::replace(&mut self.folded.offered, false) {
            self.accepted = false;
            return Ok(());
        }
        // The offer's end may stand behind what ended it: the assignment, or the close.
        if std::mem::replace(&mut self.accepted, false) && matches!(reason, "accepted" | "withdrawn") {
            return Ok(());
        }
        Err("no offer is open")
    }

    fn assigned(&mut self, event: &Event) -> Result<(), &'static str> {
        let folded = &mut self.folded;
        self.accepted = std::mem::replace(&mut folded.offered, false);
        let before = std::mem::replace(&mut folded.state, State::Active);
        folded.counts.add(Fact::Assigned);
        if let Some(agent) = event.text("agent_id") {
            folded.agent = Some(agent.to_owned());
            folded.takers.push(agent.to_owned());
        }
        match before {
            State::Open | State::Waiting => Ok(()),
            State::Active => Err("while another agent has it"),
            State::WrapUp | State::Closed => Err("after it was ended"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Event, fold};
    use crate::frames::State;

    /// Folds `type[:agent or reason]` words.
    fn check(words: &str) -> (State, Vec<String>) {
        let events: Vec<Event> = words
            .split(' ')
            .enumerate()
            .map(|(at, word)| {
                let (kind, detail) = word.split_once(':').unwrap_or((word, ""));
                let kind = if kind == "created" { "conversation.created" } else { kind };
                let data = json!({ "agent_id": detail, "reason": detail });
                Event { seq: at as u64 + 1, kind: kind.to_owned(), at: String::new(), data }
            })
            .collect();
        let mut findings = Vec::new();
        (fold(&events, &mut findings).state, findings)
    }

    #[test]
    fn lives_that_are_fine() {
        for (words, state) in [
            ("created routed offered", State::Open),
            ("created routed offered offer_ended:declined offered assigned:a wrap_up closed", State::Closed),
            ("created offered assigned:a offer_ended:accepted wrap_up message", State::WrapUp),
            ("created offered offer_ended:accepted assigned:a released offered assigned:b", State::Active),
            ("created offered closed offer_ended:withdrawn", State::Closed),
            ("created something.new assigned:a", State::Active),
        ] {
            assert_eq!(check(words), (state, Vec::new()), "{words}");
        }
    }

    #[test]
    fn lives_that_are_not() {
        for (words, part) in [
            ("created offered offered", "another offer is open"),
            ("created offered assigned:a assigned:b", "another agent has it"),
            ("created offered assigned:a offered", "an agent has it"),
            ("created offer_ended:declined", "no offer is open"),
            ("created offered offer_ended:declined offer_ended:declined", "no offer is open"),
            ("created closed wrap_up", "after it was closed"),
            ("routed offered", "does not begin"),
        ] {
            let findings = check(words).1;
            assert!(findings.iter().any(|what| what.contains(part)), "{words}: {findings:?}");
        }
    }

    #[test]
    fn a_gap_is_found() {
        let event =
            |seq| Event { seq, kind: "conversation.created".to_owned(), at: String::new(), data: json!({}) };
        let mut findings = Vec::new();
        fold(&[event(1), event(3)], &mut findings);
        assert_eq!(findings, ["event 2 of the timeline has seq 3"]);
    }
}
