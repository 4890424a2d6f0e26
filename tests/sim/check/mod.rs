//! Checkers: each invariant with its id and one line, told of every record, decision and voice.

mod classified;
mod ghost;
mod hours;
mod line;
mod live_chat;
mod places;
mod quiet;
mod skills;
mod timers;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use callboard::domain::agent::{self, Agent};
use callboard::domain::command::Answer;
use callboard::domain::config::Config;
use callboard::domain::conversation::{Happening, Status};
use callboard::domain::ids::{ConversationId, GrantId};
use callboard::domain::machine::{Effect, Notice, Outbox};
use callboard::domain::offer::GrantKind;
use callboard::domain::queue::{self, Queue};
use callboard::domain::record::Record;
use callboard::domain::time::Timestamp;

use crate::house::{Address, House, agents_of};
use crate::journal::Journal;
pub use ghost::{Ghost, Seen};
use places::{Counts, wrong_day};

/// Invariants: id and the sentence that it checks.
pub const INVARIANTS: [(&str, &str); 17] = [
    ("I1", "a conversation is in exactly one place, and only its home writes about it"),
    ("I2", "at most one open offer and one assignment; each offer ends exactly once"),
    (
        "I3",
        "a ledger covers what the records say, equals it when quiet, and no push exceeds units, places, caps or slots",
    ),
    ("I4", "nothing that was said outside is lost: conversations, messages, offers, assignments"),
    (
        "I5",
        "the matcher and each bid choose the least rank that somebody can take, and the best agent for it",
    ),
    ("I6", "when quiet nothing that could be matched waits, and no hold, reservation or token is left"),
    ("I7", "each timer takes effect once, within a second of its time, also over restarts"),
    ("I8", "events are gapless, follow the chart, and replaying them gives the state"),
    ("O1", "overflow never moves a conversation to a queue where it has been"),
    ("O2", "nothing is pushed out of hours, unless overflow said so"),
    ("L", "the world comes to rest"),
    ("A1", "each question is answered, and once"),
    ("K1", "a hand-off that is repeated with its key has one effect and one answer, also over a crash"),
    ("S1", "a start from a snapshot and what is behind it makes the same house as the whole log"),
    ("W1", "a webhook hears of each event that it wants, at least once or never again, in order"),
    ("E1", "a record has at most one unfinished work item, which its owner knows"),
    ("C1", "classification writes what its sets say, in order, over what was given, and nothing sticks"),
];

/// An invariant that does not hold.
#[derive(Clone, PartialEq, Debug)]
pub struct Failure {
    /// Which.
    pub id: &'static str,
    /// How it shows.
    pub what: String,
}

impl Failure {
    /// Invariant `id` does not hold.
    pub fn new(id: &'static str, what: String) -> Self {
        Self { id, what }
    }
}

/// All checkers with their state.
#[derive(Default)]
pub struct Check {
    /// What the records say.
    pub ghost: Ghost,
    /// The first failure.
    pub failure: Option<Failure>,
    /// How often each invariant was looked at.
    pub looked: BTreeMap<&'static str, u64>,
    kinds: BTreeMap<GrantId, GrantKind>,
    versions: BTreeMap<ConversationId, u32>,
    grants: BTreeSet<(ConversationId, GrantId)>,
    disturbed: Timestamp,
    most_offers: u32,
    /// How often each kind of thing happened.
    pub covered: BTreeMap<String, u64>,
    /// What was given about each conversation, apart from what was written.
    given: classified::GivenBook,
    dirty: bool,
    now: Timestamp,
    overdue_at: Timestamp,
}

impl Check {
    /// Notes the first failure.
    pub fn fail(&mut self, failure: Failure) {
        self.failure.get_or_insert(failure);
    }

    fn look(&mut self, id: &'static str) {
        *self.looked.entry(id).or_default() += 1;
    }

    fn demand(&mut self, holds: bool, id: &'static str, what: impl FnOnce() -> String) {
        self.look(id);
        if !holds {
            self.fail(Failure::new(id, what()));
        }
    }

    /// A key's effect, or its answer, is the first one.
    pub fn one_effect(&mut self, holds: bool, what: impl FnOnce() -> String) {
        self.demand(holds, "K1", what);
    }

    /// What must hold of a record.
    pub fn looked_at_record(&mut self, holds: bool, what: impl FnOnce() -> String) {
        self.demand(holds, "E1", what);
    }

    /// What the offline check found in a log with a snapshot.
    pub fn same_start(&mut self, found: &[String], at: u64) {
        self.demand(found.is_empty(), "S1", || format!("from the snapshot at {at}: {}", found.join("; ")));
    }

    /// Whether an agent was deleted: what queues know of its last offers is open then.
    pub fn deleted_any(&self) -> bool {
        self.ghost.deleted_any
    }

    /// The house was built from the journal: everything said must be there.
    pub fn restarted(&mut self, journal: &Journal, now: Timestamp) {
        self.disturbed = now;
        self.dirty = true;
        self.kinds.clear();
        self.ghost = Ghost::default();
        for record in journal.records() {
            if let Err(failure) = self.ghost.fold(record, None) {
                self.fail(failure);
            }
        }
        self.given_again();
        for (id, version) in self.versions.clone() {
            let seq = self.ghost.conversations.get(&id).map(|seen| seen.seq);
            self.demand(seq >= Some(version), "I4", || {
                format!(
                    "{} was said to be at version {version}, after the crash it is {seq:?}",
                    crate::words::conversation(id)
                )
            });
        }
        for (id, grant) in self.grants.clone() {
            let there = self.ghost.conversations.get(&id).is_some_and(|seen| seen.grants.contains(&grant));
            self.demand(there, "I4", || {
                format!("the announced grant {grant} of {} is lost", crate::words::conversation(id))
            });
        }
    }

    /// Built, before anything is decided: ledgers are what the records say.
    pub fn after_start(&mut self, house: &House) {
        let now = self.disturbed;
        self.most_offers = self.most_offers.max(house.config.settings.max_open_offers);
        for (id, agent) in &house.agents {
            let (used, units) = (agent.used(), self.ghost.units(id));
            self.demand(used == units, "I3", || {
                format!("after a start {id} uses {used}, the records say {units}")
            });
            let (taken, counts) = (Counts::of(&agent.taken(now)), self.ghost.counts(id, now));
            self.demand(taken == counts, "I3", || {
                format!("after a start {id} has {taken:?} taken, the records say {counts:?}")
            });
        }
    }

    /// The configuration changed.
    pub fn configured(&mut self, now: Timestamp) {
        self.disturbed = now;
        self.dirty = true;
    }

    /// A machine put a unit on record.
    pub fn unit(&mut self, author: &Address, unit: &[Arc<Record>], house: &House, now: Timestamp) {
        self.dirty = true;
        self.now = now;
        self.most_offers = self.most_offers.max(house.config.settings.max_open_offers);
        let queue = if let Address::Queue(id) = author { Some(id) } else { None };
        for record in unit {
            self.look("I1");
            self.look("I2");
            self.look("I8");
            if let Err(failure) = self.ghost.fold(record, queue) {
                self.fail(failure);
            }
            if let Record::Event(event) = &**record {
                if matches!(event.what, Happening::Overflowed { .. }) {
                    self.look("O1");
                }
                self.within_hours(event, &house.config);
            }
        }
        for record in unit {
            for id in agents_of(record) {
                if let Some(agent) = house.agents.get(&id) {
                    self.covers(agent);
                }
                self.slots(record);
            }
        }
        self.overdue(house, now);
        unit.iter().for_each(|record| self.cover(record));
        self.one_successor(unit);
        unit.iter().for_each(|record| self.one_work_item(record));
    }

    /// Two messages to an ended conversation make one successor.
    fn one_successor(&mut self, unit: &[Arc<Record>]) {
        for record in unit {
            let Record::Event(event) = &**record else { continue };
            let Happening::Created(born) = &event.what else { continue };
            let Some(previous) = born.previous else { continue };
            let mut others = self.ghost.unfinished.iter().filter_map(|id| self.ghost.conversations.get(id));
            let twice = others.any(|other| {
                other.born.previous == Some(previous)
                    && other.born.id != born.id
                    && other.status != Status::WrapUp
            });
            self.demand(!twice, "I1", || {
                format!("{} has two successors", crate::words::conversation(previous))
            });
        }
    }

    fn cover(&mut self, record: &Record) {
        if let Record::Event(event) = record
            && let Happening::Offered { trace: Some(trace), .. } = &event.what
            && trace.relaxed_steps > 0
        {
            *self.covered.entry("offered after a relaxation".to_owned()).or_default() += 1;
        }
        let name = match record {
            Record::Event(event) => match &event.what {
                Happening::Offered { offer, ends, .. } => format!(
                    "offered {:?} {:?} transfer {}",
                    offer.grant.kind,
                    offer.notification,
                    ends.is_some()
                ),
                Happening::OfferEnded { end, cause, missed, .. } => {
                    format!("offer_ended {} {cause:?} missed {missed}", end.as_str())
                }
                Happening::Assigned { grant, from_offer, ends, .. } => {
                    format!("assigned {:?} from offer {from_offer} transfer {}", grant.kind, ends.is_some())
                }
                Happening::Routed { moved, first, .. } => {
                    format!("routed moved {} first {}", moved.is_some(), first.is_some())
                }
                Happening::Released { reason, first, .. } => {
                    format!("released {} first {}", reason.as_str(), first.is_some())
                }
                Happening::Reopened { first, .. } => format!("reopened first {}", first.is_some()),
                Happening::Closed { reason, .. } => format!("closed {}", reason.as_str()),
                Happening::Overflowed { trace, .. } => hours::word(trace),
                Happening::Stranded(is) => format!("stranded {is}"),
                other => other.kind().to_owned(),
            },
            Record::Agent(_) => "agent".to_owned(),
            Record::Configured(_) => "configured".to_owned(),
            _ => "other".to_owned(),
        };
        *self.covered.entry(name).or_default() += 1;
    }

    fn slots(&mut self, record: &Record) {
        let Record::Event(event) = record else { return };
        let Happening::Offered { offer, .. } = &event.what else { return };
        let wrong = wrong_day(&offer.grant);
        self.demand(wrong.is_none(), "I3", || wrong.unwrap_or_default());
        let (open, most) = (self.ghost.offers(&offer.grant.agent), self.most_offers);
        self.demand(open <= most, "I3", || {
            format!("{open} offers are open to {}, at most {most} may be", offer.grant.agent)
        });
    }

    fn covers(&mut self, agent: &Agent) {
        let (used, units) = (agent.used(), self.ghost.units(&agent.id));
        self.demand(used >= units, "I3", || format!("{} uses {used}, the records say {units}", agent.id));
        let counts = self.ghost.counts(&agent.id, self.now);
        let taken = Counts::of(&agent.taken(self.now));
        self.demand(taken.covers(&counts), "I3", || {
            format!("{} has {taken:?} taken, the records say {counts:?}", agent.id)
        });
    }

    /// A queue decided; nothing of it is done yet.
    pub fn queue_decides(
        &mut self,
        queue: &Queue,
        input: &queue::Input,
        out: &Outbox<Queue>,
        config: &Config,
        now: Timestamp,
    ) {
        self.dirty = true;
        for effect in &out.effects {
            if let Effect::Soft(queue::Soft::Reserve(reservation)) = effect {
                self.kinds.insert(reservation.grant, reservation.kind);
            }
        }
        self.choices(queue, input, out, config, now);
        self.context_taken(queue, input, out, config);
    }

    /// An agent decided: what it holds for a push fits.
    pub fn agent_decides(&mut self, agent: &Agent, out: &Outbox<Agent>, config: &Config, now: Timestamp) {
        self.dirty = true;
        self.now = now;
        for effect in &out.effects {
            let Effect::Soft(agent::Soft::Hold(grant, hold)) = effect else { continue };
            let kind = self.kinds.get(grant).copied().unwrap_or(GrantKind::Push);
            let total = config.agents.get(&agent.id).map_or(0, |a| a.capacity);
            let used = agent.used() + hold.units;
            let pushed = matches!(kind, GrantKind::Push | GrantKind::Transfer);
            let fits = !pushed || used <= total;
            self.demand(fits, "I3", || format!("{} holds {used} of {total} for a {kind:?}", agent.id));
            let Some(seen) = self.ghost.conversations.get(&hold.conversation).filter(|_| pushed) else {
                continue;
            };
            let (stream, held) = (&seen.born.work_stream_id, self.ghost.only_held(agent, *grant));
            let needs: Vec<_> = hold.places.iter().map(|place| place.profile.clone()).collect();
            let problem = self.ghost.no_place(&agent.id, &held, stream, &needs, config, now);
            self.demand(problem.is_none(), "I3", || {
                format!("{} holds for a {kind:?}: {}", agent.id, problem.unwrap_or_default())
            });
        }
    }

    /// An agent folded or noted something.
    pub fn agent_became(&mut self, agent: &Agent, _config: &Config) {
        self.covers(agent);
    }

    /// Said to a caller.
    pub fn told(&mut self, answer: &Answer) {
        match answer {
            Answer::Conversation { id, version } => {
                let known = self.versions.entry(*id).or_default();
                *known = (*known).max(*version);
            }
            Answer::Message { conversation, .. } => {
                self.versions.entry(*conversation).or_insert(1);
            }
            _ => {}
        }
    }

    /// Said to a socket.
    pub fn told_notice(&mut self, notice: &Notice) {
        if let Notice::OfferCreated { conversation, grant, .. }
        | Notice::Assigned { conversation, grant, .. } = notice
        {
            self.grants.insert((*conversation, *grant));
        }
    }
}
