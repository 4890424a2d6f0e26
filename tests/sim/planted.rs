//! Planted bugs: the harness tampers with messages, outboxes, folds or the journal; the machines stay clean.

use std::sync::Arc;

use callboard::domain::agent::{self, Agent, Entry, Stage};
use callboard::domain::config::NotificationKind;
use callboard::domain::conversation::{By, Event, Happening, LeaveReason, Prompted};
use callboard::domain::decision::Trigger;
use callboard::domain::ids::AgentId;
use callboard::domain::machine::{Effect, Machine, Outbox, Send};
use callboard::domain::offer::{Grant, GrantKind, Offer};
use callboard::domain::queue::line::{self, Class};
use callboard::domain::queue::{self, Queue};
use callboard::domain::record::Record;
use callboard::domain::time::Timestamp;
use callboard::domain::work_stream::WorkStreamMachine;

mod overflow;

macro_rules! planted {
    ($($name:ident, $text:literal, $id:literal;)*) => {
        /// A bug.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Planted {
            /// None: the house as it is.
            Nothing,
            $(#[doc = $text] $name,)*
        }
        /// Every bug with its name and the invariant that should catch it.
        pub const ALL: &[(Planted, &str, &str)] = &[$((Planted::$name, $text, $id),)*];
    };
}

planted! {
    PushOverCapacity, "push over capacity", "I3";
    NoToken, "no token", "I6";
    HoldNeverLetGo, "hold never let go", "I6";
    ClosedNotFolded, "closed not folded", "I3 or I8";
    LastInFirstOut, "last in first out", "I5";
    WrongAgent, "the worst agent is picked", "I5";
    NoMatchAfterRefusal, "no match after a refusal", "I6";
    HoldsNotCountedAsSlots, "holds not counted as slots", "I3";
    BlindWin, "blind win", "I2";
    BlindReserve, "blind answer to a reserve", "I2";
    LateAcceptHonoured, "late accept honoured", "I2";
    ClosedWithOpenOffer, "closed with an open offer", "I2";
    VoiceBeforeSync, "voice before sync", "I4 or K1";
    TornBatch, "batch torn inside a decide", "I4";
    TimersNotDerived, "timers not derived again", "I7";
    MoveNotFolded, "a move that the new home never folds", "I1";
    KeptApart, "an answer is kept apart from its effect", "K1";
    KeysForgotten, "keys are forgotten", "K1";
    SnapshotForgets, "a snapshot forgets what agents carry", "S1";
    StepWithoutMatch, "no match at the step of a relaxation", "I6";
    NearestIgnored, "the nearest level is ignored", "I5";
    SetsDoNotChain, "a later set does not read what an earlier one wrote", "C1";
    FirstMessageForgotten, "a verified customer on their way is forgotten", "I1";
    EventSkipped, "an event number is skipped", "I8";
    PlaceNeverFreed, "a profile place is never freed", "I3";
    ConsultOutlives, "a consult outlives the grant of who invited", "I2";
    CapIgnored, "the cap is ignored at the second reservation under way", "I3";
    OverflowInARing, "overflow to a visited queue", "O1";
    NoMatchAtOpening, "no match at opening", "I6";
    WaitFromCreation, "wait counted from creation instead of entering this queue", "I7";
    LaterFirst, "a later event is told first", "W1";
    SnapshotForgetsDeliveries, "a snapshot forgets deliveries", "W1";
    SecondWorkItem, "two unfinished work items for one record", "E1";
    WordsForgotten, "what was said by itself is forgotten at a start", "I7";
    WordsTakenForSaid, "what is to be said by itself is taken for said at a start", "I7";
    PushOutOfHours, "the end of the hours is not noticed", "O2 or I5 or I7";
}

impl Planted {
    /// The bug of this name.
    pub fn named(name: &str) -> Option<Self> {
        ALL.iter()
            .find(|(_, text, _)| text.replace(' ', "-") == name.replace(' ', "-"))
            .map(|(bug, _, _)| *bug)
    }

    /// The name of this bug; `None` without one.
    pub fn name(self) -> Option<&'static str> {
        ALL.iter().find(|(bug, _, _)| *bug == self).map(|(_, name, _)| *name)
    }

    /// Whether this message gets lost.
    pub fn swallows(self, send: &Send) -> bool {
        matches!(
            (self, send),
            (Self::NoToken, Send::Queue(_, queue::Input::Ask { .. }))
                | (Self::HoldNeverLetGo, Send::Agent(_, agent::Input::LetGo(_)))
        )
    }

    /// Whether agents never fold this record.
    pub fn hides(self, record: &Record) -> bool {
        self == Self::ClosedNotFolded
            && matches!(record, Record::Event(Event { what: Happening::Closed { .. }, .. }))
    }

    /// Whether the new home never folds a move.
    pub fn forgets_move(self) -> bool {
        self == Self::MoveNotFolded
    }
}

/// Tampers with what a queue decided.
pub fn queue(queue: &Queue, input: &queue::Input, out: &mut Outbox<Queue>, planted: Planted, now: Timestamp) {
    match planted {
        Planted::PushOverCapacity | Planted::HoldsNotCountedAsSlots | Planted::CapIgnored => {
            reserves(out, planted);
        }
        Planted::LastInFirstOut => last_first(queue, out),
        Planted::WrongAgent => wrong_agent(queue, out, |class| class.eligible.last()),
        Planted::NearestIgnored => {
            wrong_agent(queue, out, |class| {
                class.eligible.iter().min_by_key(|(o, a)| ([o[1], o[2], o[3]], a))
            });
        }
        Planted::StepWithoutMatch
            if out.effects.iter().any(|e| matches!(e, Effect::Soft(queue::Soft::Relaxed(_)))) =>
        {
            out.then.retain(|input| !matches!(input, queue::Input::Match(_)));
        }
        Planted::NoMatchAfterRefusal
            if matches!(input, queue::Input::Refused { .. } | queue::Input::Answer { .. }) =>
        {
            out.then.clear();
        }
        Planted::BlindWin => {
            if let queue::Input::Won { grant, conversation, units, snapshot, .. } = input {
                blindly(queue, out, *grant, *conversation, *units, &snapshot.agent, now);
            }
        }
        Planted::BlindReserve => {
            if let queue::Input::Reserved { grant, .. } = input
                && let Some(r) = queue.reservations.get(grant)
            {
                blindly(queue, out, *grant, r.conversation, r.units, &r.agent, now);
            }
        }
        Planted::OverflowInARing => overflow::in_a_ring(queue, out),
        Planted::WaitFromCreation => overflow::from_creation(out),
        Planted::NoMatchAtOpening => {
            out.then.retain(|input| !matches!(input, queue::Input::Match(Trigger::HoursBegan)));
        }
        Planted::PushOutOfHours => overflow::never_closes(out),
        Planted::LateAcceptHonoured => late(queue, input, out, now),
        Planted::ClosedWithOpenOffer => {
            let closes = out.effects.iter().any(|e| {
                matches!(e, Effect::Record(Record::Event(Event { what: Happening::Closed { .. }, .. })))
            });
            if closes {
                drop_withdrawal(out);
            }
        }
        Planted::ConsultOutlives => {
            drop_event(out, |what| matches!(what, Happening::Left { reason: LeaveReason::PrimaryLeft, .. }));
        }
        Planted::EventSkipped => skip_messages(out),
        _ => {}
    }
}

fn skip_messages(out: &mut Outbox<Queue>) {
    for effect in &mut out.effects {
        if let Effect::Record(Record::Event(event)) = effect
            && matches!(event.what, Happening::Message { .. })
        {
            event.seq += 1;
        }
    }
}

fn reserves(out: &mut Outbox<Queue>, planted: Planted) {
    for send in &mut out.sends {
        if let Send::Agent(_, agent::Input::Reserve(reserve)) = send {
            if planted == Planted::CapIgnored {
                // One that costs nothing but a place under the cap: asked for as one that may exceed it.
                if reserve.kind == GrantKind::Push && reserve.units == 0 && reserve.places.is_empty() {
                    reserve.kind = GrantKind::Affinity;
                }
            } else if planted == Planted::HoldsNotCountedAsSlots {
                reserve.offers = false;
                if reserve.kind == GrantKind::Push {
                    reserve.kind = GrantKind::Transfer;
                }
            } else if reserve.kind == GrantKind::Push {
                reserve.kind = GrantKind::Affinity;
            }
        }
    }
}

fn last_first(queue: &Queue, out: &mut Outbox<Queue>) {
    for send in &mut out.sends {
        if let Send::Agent(_, agent::Input::Bid { best: Some(best), .. }) = send {
            let class = queue.line.classes.values().find(|class| class.waiting.contains(&best.rank));
            if let Some(last) = class.and_then(|class| class.waiting.last()) {
                best.rank = *last;
            }
        }
    }
}

/// Another of the eligible is asked instead of the first.
fn wrong_agent(
    queue: &Queue,
    out: &mut Outbox<Queue>,
    which: impl Fn(&Class) -> Option<&(line::Order, AgentId)>,
) {
    for effect in &mut out.effects {
        let Effect::Soft(queue::Soft::Reserve(wanted)) = effect else { continue };
        let Some(conversation) = queue.homes.get(&wanted.conversation) else { continue };
        let class = queue.line.classes.get(&queue.line.class_of(conversation));
        let Some((_, worst)) = class.and_then(&which) else { continue };
        if wanted.kind != GrantKind::Push || conversation.first.is_some() || *worst == wanted.agent {
            continue;
        }
        wanted.agent = worst.clone();
        for send in &mut out.sends {
            if let Send::Agent(to, agent::Input::Reserve(asked)) = send
                && asked.grant == wanted.grant
            {
                *to = worst.clone();
            }
        }
    }
}

fn grant_of(
    queue: &Queue,
    id: callboard::domain::ids::ConversationId,
    grant: callboard::domain::ids::GrantId,
    units: u32,
    agent: &callboard::domain::ids::AgentId,
) -> Option<(u32, Grant)> {
    let conversation = queue.homes.get(&id)?;
    let grant = Grant {
        id: grant,
        agent: agent.clone(),
        units,
        places: Vec::new(),
        kind: GrantKind::Push,
        work_stream: conversation.born.work_stream_id.clone(),
    };
    Some((conversation.version + 1, grant))
}

#[allow(clippy::too_many_arguments)] // one grant
fn blindly(
    queue: &Queue,
    out: &mut Outbox<Queue>,
    grant: callboard::domain::ids::GrantId,
    id: callboard::domain::ids::ConversationId,
    units: u32,
    agent: &callboard::domain::ids::AgentId,
    now: Timestamp,
) {
    let refused = out.sends.iter().any(|send| matches!(send, Send::Agent(_, agent::Input::LetGo(_))));
    let Some((seq, grant)) = grant_of(queue, id, grant, units, agent).filter(|_| refused) else { return };
    out.sends.clear();
    let offer = Offer {
        grant,
        notification: NotificationKind::ScreenPopDecline,
        created_at: now,
        expires_at: now.plus_seconds(10),
        by: By::System,
    };
    let what = Happening::Offered { offer, ends: None, trace: None };
    out.record(Record::Event(Event { conversation: id, seq, at: now, by: By::System, what }));
}

fn late(queue: &Queue, input: &queue::Input, out: &mut Outbox<Queue>, now: Timestamp) {
    let queue::Input::Answer { grant, conversation, agent, accept: true, .. } = input else { return };
    if !out.effects.is_empty() || !out.sends.is_empty() {
        return;
    }
    let Some((seq, grant)) = grant_of(queue, *conversation, *grant, 1, agent) else { return };
    let what = Happening::Assigned { grant, from_offer: true, ends: None, trace: None };
    out.record(Record::Event(Event { conversation: *conversation, seq, at: now, by: By::System, what }));
}

fn drop_withdrawal(out: &mut Outbox<Queue>) {
    drop_event(out, |what| matches!(what, Happening::OfferEnded { .. }));
}

/// Drops the first event like this; those behind it close the gap.
fn drop_event(out: &mut Outbox<Queue>, like: impl Fn(&Happening) -> bool) {
    let ended = |e: &Effect<queue::Soft>| matches!(e, Effect::Record(Record::Event(Event { what, .. })) if like(what));
    if let Some(at) = out.effects.iter().position(ended) {
        out.effects.remove(at);
        for effect in out.effects.iter_mut().skip(at) {
            if let Effect::Record(Record::Event(event)) = effect {
                event.seq -= 1;
            }
        }
    }
}

/// Lets an agent fold a record, and then tampers with it.
pub fn fold(agent: &mut Agent, record: &Record, planted: Planted) {
    agent.apply(record);
    let Record::Event(event) = record else { return };
    let ended = event.what.ended().filter(|grant| grant.agent == agent.id && !grant.places.is_empty());
    if let Some(grant) = ended.filter(|_| planted == Planted::PlaceNeverFreed) {
        let kept = Entry {
            conversation: event.conversation,
            work_stream: grant.work_stream.clone(),
            units: 0,
            places: grant.places.clone(),
            stage: Stage::Holding,
        };
        agent.ledger.insert(grant.id, kept);
    }
}

/// Tampers with a queue that was folded again: with what it remembers to have said by itself.
pub fn replayed(queue: &mut Queue, planted: Planted) {
    let prompted = match planted {
        Planted::WordsForgotten => Prompted::default(),
        Planted::WordsTakenForSaid => {
            Prompted { waited: u32::MAX, place: Some(0), outside_hours: true, inactive: true }
        }
        _ => return,
    };
    for conversation in queue.homes.values_mut() {
        queue.prompts.remove(conversation);
        conversation.prompted = prompted;
        queue.prompts.insert(conversation);
    }
}

/// Tampers with what a work stream decided.
pub fn stream(out: &mut Outbox<WorkStreamMachine>, planted: Planted) {
    for send in &mut out.sends {
        if let Send::Queue(_, queue::Input::Enqueue { born, .. }) = send
            && planted == Planted::SetsDoNotChain
        {
            Arc::make_mut(born).context.remove("lane");
        }
    }
}

/// Tampers with what an agent decided.
pub fn agent(_agent: &Agent, _input: &agent::Input, _out: &mut Outbox<Agent>, _planted: Planted) {}
