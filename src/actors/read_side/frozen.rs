//! What a snapshot holds: the records that rebuild all live state, as it is at one position.
//!
//! In this order: the configuration as the changes that make it from the built-in one, version by version; each
//! unfinished conversation's events; what each agent carries (which replaces what those events made of it); parked
//! inputs; deliveries (for which those events are history). Ended conversations and kept answers are not in it: a snapshot is written by the archive's thread after the
//! archive has passed its position, and an archive that is behind its snapshot is rebuilt from the journal.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{ReadSide, live};
use crate::domain::config::{Change, Config, Key};
use crate::domain::conversation::{By, Status};
use crate::domain::ids::AgentId;
use crate::domain::outbound::{Outbound, OutboundHappening, OutboundRecord};
use crate::domain::record::{AgentHappening, AgentRecord, Carried, Configured, Record};
use crate::domain::time::Timestamp;

/// All live state at one position: shared events, so that freezing copies pointers only.
pub struct Frozen {
    config: Arc<Config>,
    timelines: Vec<Vec<Arc<Record>>>,
    people: Vec<(AgentId, Carried)>,
    parked: Vec<(u64, Timestamp)>,
    outbound: Vec<OutboundHappening>,
}

impl ReadSide {
    /// All live state as of the records applied so far. Called by the READ thread, between two rides.
    pub fn freeze(&self) -> Frozen {
        let mut timelines: Vec<Vec<Arc<Record>>> = self
            .live
            .iter()
            .filter(|entry| entry.conversation.status != Status::Closed)
            .map(|entry| entry.events.clone())
            .collect();
        timelines.sort_by_key(|events| {
            events.first().and_then(|record| live::event(record)).map(|event| event.conversation)
        });
        let config = self.config();
        let mut people: Vec<(AgentId, Carried)> = self
            .people
            .iter()
            .filter(|entry| config.agents.contains_key(entry.key()))
            .map(|entry| (entry.key().clone(), entry.carried.clone()))
            .collect();
        people.sort_by(|a, b| a.0.cmp(&b.0));
        let parked = super::lock(&self.parked).iter().map(|(message, at)| (*message, *at)).collect();
        let outbound = self.outbound(Outbound::freeze);
        Frozen { config, timelines, people, parked, outbound }
    }

    /// When the oldest unfinished conversation began.
    pub(in crate::actors) fn oldest_unfinished(&self) -> Option<Timestamp> {
        let unfinished = self.live.iter().filter(|entry| entry.conversation.status != Status::Closed);
        unfinished.map(|entry| entry.conversation.created_at).min()
    }
}

impl Frozen {
    /// When the oldest unfinished conversation began.
    pub fn oldest(&self) -> Option<Timestamp> {
        let first = |events: &Vec<Arc<Record>>| live::event(events.first()?).map(|event| event.at);
        self.timelines.iter().filter_map(first).min()
    }

    /// The records, in the order in which they are to be applied.
    pub fn records(&self) -> impl Iterator<Item = Arc<Record>> + '_ {
        let configured = config_records(&self.config).map(|record| Arc::new(Record::Configured(record)));
        let events = self.timelines.iter().flatten().cloned();
        let carried = self.people.iter().map(|(agent, carried)| {
            Arc::new(Record::Agent(AgentRecord {
                agent: agent.clone(),
                at: Timestamp::default(),
                by: By::System,
                what: AgentHappening::Carried(carried.clone()),
            }))
        });
        let parked =
            self.parked.iter().map(|(message, at)| Arc::new(Record::Parked { message: *message, at: *at }));
        let outbound = |what: &OutboundHappening| {
            let (at, by) = (Timestamp::default(), By::System);
            Arc::new(Record::Outbound(OutboundRecord { at, by, what: what.clone() }))
        };
        let restoring = std::iter::once(outbound(&OutboundHappening::Restoring));
        let restored = std::iter::once(outbound(&OutboundHappening::Restored));
        let deliveries = self.outbound.iter().map(outbound).chain(restored);
        restoring.chain(configured).chain(events).chain(carried).chain(parked).chain(deliveries)
    }
}

/// The changes that make `config` from the built-in configuration, one for each version, so that versions and `ETag`s
/// come out the same. A version whose change was overwritten since is a deletion of what is not there.
pub fn config_records(config: &Config) -> impl Iterator<Item = Configured> + '_ {
    let first = Config::default();
    let written: BTreeMap<u64, &Key> = config.written.iter().map(|(key, version)| (*version, key)).collect();
    // What each free version is used for: built-in resources that are gone, void tokens.
    let gone = first.written.into_keys().filter(|key| !config.written.contains_key(key)).map(Change::Delete);
    let void = config.tokens_void_before.iter().map(|(agent, at)| Change::VoidTokens(agent.clone(), *at));
    let mut free: Vec<Change> = gone.chain(void).collect();
    let nothing = || Change::Delete(Key::IdentificationRule(String::new()));
    (first.version + 1..=config.version).map(move |version| {
        let change = match written.get(&version) {
            Some(key) => Change::putting(config, key).unwrap_or_else(nothing),
            None => free.pop().unwrap_or_else(nothing),
        };
        Configured { at: Timestamp::default(), by: By::System, change }
    })
}
