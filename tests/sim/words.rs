//! Trace lines in readable words.

use callboard::domain::agent::Input as A;
use callboard::domain::conversation::Happening;
use callboard::domain::ids::ConversationId;
use callboard::domain::machine::Send;
use callboard::domain::queue::Input as Q;
use callboard::domain::record::Record;
use uuid_tail::tail;

mod uuid_tail {
    /// The end of an id, which is the part that differs.
    pub fn tail(id: impl std::fmt::Display) -> String {
        let text = id.to_string();
        text[text.len().saturating_sub(6)..].to_owned()
    }
}

/// A conversation's short name.
pub fn conversation(id: ConversationId) -> String {
    format!("c:{}", tail(id))
}

/// A record.
pub fn record(record: &Record) -> String {
    match record {
        Record::Event(event) => {
            let what = match &event.what {
                Happening::Created(born) => format!(
                    "created in {} ({}, {} units, first {:?})",
                    born.queue_id,
                    born.work_stream_id,
                    born.units,
                    born.first.as_ref().map(|f| &f.agent)
                ),
                Happening::Offered { offer, ends, .. } => format!(
                    "offered {} to {} ({:?}, {} units) ends {:?}",
                    tail(offer.grant.id),
                    offer.grant.agent,
                    offer.grant.kind,
                    offer.grant.units,
                    ends.as_ref().map(|g| tail(g.id))
                ),
                Happening::OfferEnded { grant, end, cause, .. } => {
                    format!("offer {} to {} {} {cause:?}", tail(grant.id), grant.agent, end.as_str())
                }
                Happening::Assigned { grant, from_offer, ends, .. } => format!(
                    "assigned {} to {} ({:?}, {} units, from offer {from_offer}) ends {:?}",
                    tail(grant.id),
                    grant.agent,
                    grant.kind,
                    grant.units,
                    ends.as_ref().map(|g| tail(g.id))
                ),
                Happening::Transferred { moved, ends } => {
                    format!("transferred to {} ends {:?}", moved.to, ends.as_ref().map(|g| tail(g.id)))
                }
                Happening::Overflowed { trace, .. } => {
                    format!("overflow in {}: {:?}, {:?}", trace.queue_id, trace.outcome, trace.trigger)
                }
                Happening::Routed { trace, moved, first } => {
                    format!(
                        "routed to {} moved {} first {:?}",
                        trace.queue_id,
                        moved.is_some(),
                        first.as_ref().map(|f| &f.agent)
                    )
                }
                Happening::Released { ends, reason, first } => format!(
                    "released by {} ({}) first {:?}",
                    ends.agent,
                    reason.as_str(),
                    first.as_ref().map(|f| &f.agent)
                ),
                Happening::Reopened { first, .. } => {
                    format!("reopened first {:?}", first.as_ref().map(|f| &f.agent))
                }
                Happening::Closed { reason, ends, .. } => {
                    format!("closed ({}) ends {:?}", reason.as_str(), ends.as_ref().map(|g| tail(g.id)))
                }
                Happening::WrapUp { grant, hold_until, .. } => {
                    format!("wrap_up of {} hold {hold_until:?}", grant.agent)
                }
                other => other.kind().to_owned(),
            };
            format!("{} #{} {what}", conversation(event.conversation), event.seq)
        }
        Record::Agent(record) => format!("{} {:?}", record.agent, record.what),
        Record::Configured(configured) => short(format!("{:?}", configured.change)),
        other => format!("{other:?}"),
    }
}

fn short(mut text: String) -> String {
    if text.len() > 400 {
        text.truncate(400);
    }
    text
}

/// A message.
pub fn send(send: &Send) -> String {
    match send {
        Send::Channel(_, input) => short(format!("{input:?}")),
        Send::WorkStream(_, input) => short(format!("{input:?}")),
        Send::Queue(_, input) => queue(input),
        Send::Home(id, input) => format!("home of {}: {}", conversation(*id), queue(input)),
        Send::Agent(_, input) => agent(input),
        Send::Configuration(input) => short(format!("{input:?}")),
        Send::Entities(input) => short(format!("{input:?}")),
        Send::Everyone => "everyone".into(),
    }
}

fn snapshot(s: &callboard::domain::agent::Snapshot) -> String {
    format!(
        "v{} connected {} {} free {} slots {}",
        s.version,
        s.connected,
        s.presence.as_str(),
        s.free,
        s.slots
    )
}

/// An input of a queue.
pub fn queue(input: &Q) -> String {
    match input {
        Q::Enqueue { born, .. } => format!("enqueue {}", conversation(born.id)),
        Q::Act { id, act, caller, .. } => {
            short(format!("{:?} on {} by {:?}", act, conversation(*id), caller.by))
        }
        Q::Classified { what, .. } => format!("classified {}", conversation(what.id)),
        Q::Reserved { grant, snapshot: s } => format!("reserved {} ({})", tail(grant), snapshot(s)),
        Q::Refused { grant, reason, snapshot: s } => {
            format!("refused {} {reason:?} ({})", tail(grant), snapshot(s))
        }
        Q::Seen(s) => format!("seen {} ({})", s.agent, snapshot(s)),
        Q::Ask { token, snapshot: s } => format!("ask {} of {} ({})", token.0, s.agent, snapshot(s)),
        Q::Won { grant, conversation: id, snapshot: s, .. } => {
            format!("won {} of {} ({})", tail(grant), conversation(*id), snapshot(s))
        }
        Q::Answer { grant, conversation: id, accept, .. } => {
            format!("answer {accept} to {} of {}", tail(grant), conversation(*id))
        }
        Q::End { grant, conversation: id, why } => {
            format!("end {} of {} {why:?}", tail(grant), conversation(*id))
        }
        other => short(format!("{other:?}")),
    }
}

/// An input of an agent.
pub fn agent(input: &A) -> String {
    match input {
        A::Reserve(r) => format!(
            "reserve {} for {} ({:?}, {} units, offers {})",
            tail(r.grant),
            conversation(r.conversation),
            r.kind,
            r.units,
            r.offers
        ),
        A::LetGo(grant) => format!("let go {}", tail(grant)),
        A::Bid { token, best, .. } => {
            format!("bid {} {:?}", token.0, best.as_ref().map(|b| (conversation(b.rank.id), b.units)))
        }
        A::Act { act, .. } => short(format!("{act:?}")),
        other => short(format!("{other:?}")),
    }
}

/// Something that leaves.
pub fn said(said: &crate::journal::Said) -> String {
    short(format!("{said:?}"))
}
