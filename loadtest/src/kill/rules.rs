//! Holds what was read back against what is known; pure, so that each rule has a test with a planted loss.

use serde::Deserialize;
use serde_json::Value;

use super::ledger::{Birth, Fact, Known};
use super::timeline::{Event, Folded, fold};
use crate::frames::State;

/// A conversation, as `GET` gives it.
#[derive(Debug, Clone, Deserialize)]
pub struct Conversation {
    /// Its state.
    pub state: State,
    /// Who has it or had it last.
    pub agent_id: Option<String>,
    /// Its open offer.
    pub offer: Option<Value>,
    /// Its age.
    pub queued_at: String,
    /// When it was made.
    pub created_at: String,
}

/// A message, as the list gives it.
#[derive(Debug, Clone, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: String,
    /// Its place.
    pub seq: u64,
    /// Its text.
    pub text: String,
}

/// Everything that was read of one conversation.
#[derive(Debug, Clone)]
pub struct Read {
    /// The conversation.
    pub conversation: Conversation,
    /// Its timeline.
    pub events: Vec<Event>,
    /// Its messages.
    pub messages: Vec<Message>,
}

impl Read {
    /// What may never change.
    pub fn birth(&self) -> Birth {
        let Conversation { queued_at, created_at, .. } = &self.conversation;
        Birth { queued_at: queued_at.clone(), created_at: created_at.clone() }
    }
}

/// Gives a line for everything that is not as it must be.
pub fn judge(known: &Known, read: &Read) -> Vec<String> {
    let mut findings = Vec::new();
    let folded = fold(&read.events, &mut findings);
    same_birth(known, read, &mut findings);
    only_grown(known, read, &mut findings);
    matches_fold(read, &folded, &mut findings);
    counts(known, &folded, &mut findings);
    messages(known, read, &folded, &mut findings);
    findings
}

fn same_birth(known: &Known, read: &Read, findings: &mut Vec<String>) {
    let now = read.birth();
    if let Some(before) = known.birth.as_ref().filter(|before| **before != now) {
        findings.push(format!("was {before:?} and is now {now:?}"));
    }
}

/// What was once read is durable too: nobody hears of what could vanish.
fn only_grown(known: &Known, read: &Read, findings: &mut Vec<String>) {
    if !read.events.starts_with(&known.seen) {
        let at = known.seen.iter().zip(&read.events).position(|(before, now)| before != now);
        findings.push(format!(
            "the timeline had {} events and has {}; the first that differs is {:?}",
            known.seen.len(),
            read.events.len(),
            at.map(|at| at + 1)
        ));
    }
}

fn matches_fold(read: &Read, folded: &Folded, findings: &mut Vec<String>) {
    let there = &read.conversation;
    if there.state != folded.state {
        findings.push(format!("is {:?}, and its timeline says {:?}", there.state, folded.state));
    }
    if folded.agent.is_some() && folded.state == State::Active && there.agent_id != folded.agent {
        findings.push(format!("is with {:?}, and its timeline says {:?}", there.agent_id, folded.agent));
    }
    if there.offer.as_ref().is_some_and(|offer| !offer.is_null()) != folded.offered {
        let has = there.offer.is_some();
        findings.push(format!("has an open offer: {has}, and its timeline says {}", folded.offered));
    }
}

fn counts(known: &Known, folded: &Folded, findings: &mut Vec<String>) {
    for fact in Fact::ALL {
        let (tried, acknowledged) = (known.tried.of(fact), known.acknowledged.of(fact));
        let recorded = folded.counts.of(fact);
        if recorded < acknowledged {
            findings.push(format!(
                "LOST: {fact:?} was acknowledged {acknowledged} times and is there {recorded} times"
            ));
        }
        if recorded > tried {
            findings.push(format!("{fact:?} was asked for {tried} times and is there {recorded} times"));
        }
    }
    if folded.takers.is_empty() {
        return; // these events name no agents
    }
    for (agent, acknowledged) in &known.takers {
        let recorded = folded.takers.iter().filter(|taker| *taker == agent).count();
        if recorded < *acknowledged as usize {
            findings
                .push(format!("LOST: {agent} took it {acknowledged} times and is there {recorded} times"));
        }
    }
}

fn messages(known: &Known, read: &Read, folded: &Folded, findings: &mut Vec<String>) {
    if !read.messages.is_sorted_by(|before, after| before.seq < after.seq) {
        findings.push("messages are not in order".to_owned());
    }
    let mut later = 0;
    for (text, sent) in &known.messages {
        let there: Vec<&Message> = read.messages.iter().filter(|message| message.text == *text).collect();
        match (&sent.acknowledged, there.as_slice()) {
            (Some(_), []) => findings.push(format!("LOST: the message `{text}` was acknowledged")),
            (_, [_, _, ..]) => findings.push(format!("the message `{text}` is there {} times", there.len())),
            (Some(Some((id, seq))), [message]) if message.id != *id || message.seq != *seq => {
                findings.push(format!(
                    "the message `{text}` was {id} at {seq}, is {} at {}",
                    message.id, message.seq
                ));
            }
            _ => {}
        }
        later += usize::from(matches!(sent.acknowledged, Some(Some(_))));
    }
    if folded.messages < later {
        findings
            .push(format!("LOST: {later} messages were acknowledged, the timeline has {}", folded.messages));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Conversation, Message, Read, judge};
    use crate::frames::State;
    use crate::kill::ledger::{Birth, Fact, Known, Sent};
    use crate::kill::timeline::Event;

    fn event(seq: u64, kind: &str) -> Event {
        let data = json!({ "agent_id": "a", "reason": "" });
        Event { seq, kind: kind.to_owned(), at: format!("t{seq}"), data }
    }

    /// A conversation that was created, taken by `a`, ended and closed, with one message; all acknowledged.
    fn life() -> (Known, Read) {
        let mut known = Known {
            birth: Some(Birth { queued_at: "q".to_owned(), created_at: "c".to_owned() }),
            seen: vec![event(1, "conversation.created"), event(2, "offered")],
            ..Known::default()
        };
        for fact in [Fact::Assigned, Fact::WrapUp, Fact::Closed] {
            known.tried.add(fact);
            known.acknowledged.add(fact);
        }
        known.takers.insert("a".to_owned(), 1);
        known.messages.insert("hello".to_owned(), Sent { acknowledged: Some(Some(("m".to_owned(), 1))) });
        let kinds = ["conversation.created", "offered", "message", "assigned", "wrap_up", "closed"];
        let read = Read {
            conversation: Conversation {
                state: State::Closed,
                agent_id: Some("a".to_owned()),
                offer: None,
                queued_at: "q".to_owned(),
                created_at: "c".to_owned(),
            },
            events: kinds.iter().zip(1..).map(|(kind, seq)| event(seq, kind)).collect(),
            messages: vec![Message { id: "m".to_owned(), seq: 1, text: "hello".to_owned() }],
        };
        (known, read)
    }

    /// Plants a fault in a sound life and expects a finding with this part.
    fn planted(part: &str, fault: impl FnOnce(&mut Known, &mut Read)) {
        let (mut known, mut read) = life();
        fault(&mut known, &mut read);
        let findings = judge(&known, &read);
        assert!(findings.iter().any(|what| what.contains(part)), "{part}: {findings:?}");
    }

    #[test]
    fn a_sound_life_has_no_findings() {
        let (known, read) = life();
        assert_eq!(judge(&known, &read), Vec::<String>::new());
    }

    #[test]
    fn each_planted_loss_is_found() {
        planted("LOST: Closed", |_, read| {
            read.events.pop();
            read.conversation.state = State::WrapUp;
        });
        planted("its timeline says", |_, read| {
            read.conversation.state = State::WrapUp;
        });
        planted("was Birth", |_, read| {
            read.conversation.queued_at = "later".to_owned();
        });
        planted("the message `hello` was acknowledged", |_, read| {
            read.messages.clear();
        });
        planted("was m at 1", |_, read| read.messages[0].seq = 2);
        planted("is there 2 times", |_, read| {
            read.messages.push(read.messages[0].clone());
        });
        planted("LOST: 1 messages", |_, read| {
            read.events[2].kind = "routed".to_owned();
        });
        planted("first that differs is Some(2)", |_, read| {
            read.events[1].at = "else".to_owned();
        });
        planted("LOST: b took it", |known, _| {
            known.takers.insert("b".to_owned(), 1);
        });
        planted("Released was asked for 0 times", |_, read| {
            read.events.insert(4, event(5, "released"));
        });
        planted("has an open offer", |_, read| {
            read.conversation.offer = Some(json!({ "id": "o" }));
        });
    }
}
