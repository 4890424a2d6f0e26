//! Who was there when. Connections are not on record, so they are read from signs: an agent is there from the first sign of
//! life (a chosen presence, an offer, anything done, a decision record that saw the agent connected) until a sign of being
//! gone, and in between.

use std::collections::BTreeMap;

use crate::domain::config::Config;
use crate::domain::conversation::{By, Event, Happening, ReturnReason};
use crate::domain::decision::{MatchTrace, Reason};
use crate::domain::ids::{AgentId, PresenceId};
use crate::domain::offer::Withdrawal;
use crate::domain::record::{AgentHappening, AgentRecord};
use crate::domain::time::Timestamp;
use crate::replay::people::{Move, Presence};

/// How long the machines hold offers of an agent who is gone, milliseconds.
const HOLD_MS: i64 = 5_000;

/// One sign; in the order in which those of one time are taken.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Sign {
    /// The agent is there.
    There,
    /// The agent chose a presence.
    Chose(PresenceId),
    /// The agent is gone.
    Gone,
    /// The agent has been gone for as long as offers are held.
    GoneForHold,
    /// The agent has been gone for as long as the grace.
    GoneForGrace,
}

/// Signs of each agent, in the order of the records.
#[derive(Default)]
pub(super) struct Signs {
    seen: BTreeMap<AgentId, Vec<(Timestamp, Sign)>>,
}

impl Signs {
    /// Whether anything is known of this agent.
    pub fn knows(&self, agent: &AgentId) -> bool {
        self.seen.get(agent).is_some_and(|signs| signs.iter().any(|(_, sign)| is_life(sign)))
    }

    fn add(&mut self, agent: &AgentId, at: Timestamp, sign: Sign) {
        let signs = self.seen.entry(agent.clone()).or_default();
        // A thousand decisions say the same: one sign of a kind in a row is enough, but for the last of being there.
        if let [.., (_, Sign::There), (last, Sign::There)] = signs.as_mut_slice()
            && sign == Sign::There
        {
            *last = at;
        } else {
            signs.push((at, sign));
        }
    }

    /// Reads a record about an agent alone.
    pub fn agent(&mut self, record: &AgentRecord) {
        if let AgentHappening::PresenceSet { presence, .. } = &record.what {
            if record.by == By::Agent(record.agent.clone()) {
                self.add(&record.agent, record.at, Sign::There);
            }
            self.add(&record.agent, record.at, Sign::Chose(presence.clone()));
        } else if record.what == AgentHappening::SignedIn {
            self.add(&record.agent, record.at, Sign::There);
        } else if record.what == AgentHappening::SignedOut {
            self.add(&record.agent, record.at, Sign::GoneForGrace);
        }
    }

    /// Reads an event.
    pub fn event(&mut self, event: &Event) {
        if let By::Agent(agent) = &event.by {
            self.add(agent, event.at, Sign::There);
        }
        match &event.what {
            Happening::Offered { offer, trace, .. } => {
                self.add(&offer.grant.agent, event.at, Sign::There);
                self.trace(trace.as_deref());
            }
            Happening::Assigned { trace, .. } => self.trace(trace.as_deref()),
            Happening::Unmatched { trace } => self.trace(Some(trace)),
            Happening::OfferEnded { grant, cause: Some(Withdrawal::AgentDisconnected), .. } => {
                self.add(&grant.agent, event.at, Sign::GoneForHold);
            }
            Happening::Released { ends, reason: ReturnReason::AgentLost, .. } => {
                self.add(&ends.agent, event.at, Sign::GoneForGrace);
            }
            _ => {}
        }
    }

    fn trace(&mut self, trace: Option<&MatchTrace>) {
        let Some(trace) = trace else { return };
        for candidate in &trace.candidates {
            let gone = candidate.reason == Some(Reason::NotConnected);
            self.add(&candidate.agent_id, trace.at, if gone { Sign::Gone } else { Sign::There });
        }
    }

    /// Moves of the agents of a configuration, in order.
    pub fn moves(&self, config: &Config, end: Timestamp) -> Vec<Move> {
        let grace_ms = i64::from(config.settings.presence_grace_seconds) * 1_000;
        let mut moves = Vec::new();
        for id in config.agents.keys().filter(|id| self.knows(id)) {
            let signs = self.seen.get(id).map(Vec::as_slice).unwrap_or_default();
            moves.extend(read(id, signs, grace_ms, end));
        }
        let hours = hours(&moves, end);
        for id in config.agents.keys().filter(|id| !self.knows(id)) {
            for (from, until) in &hours {
                moves.push(Move { at: *from, agent: id.clone(), what: Presence::Connect });
                moves.push(Move { at: *until, agent: id.clone(), what: Presence::Disconnect });
            }
        }
        moves.sort();
        moves
    }
}

fn is_life(sign: &Sign) -> bool {
    matches!(sign, Sign::There)
}

/// One agent's moves. Nobody is gone before the last sign of life.
fn read(agent: &AgentId, signs: &[(Timestamp, Sign)], grace_ms: i64, end: Timestamp) -> Vec<Move> {
    let mut moves = Vec::new();
    let mut there: Option<Timestamp> = None;
    let mut add = |at, what| moves.push(Move { at, agent: agent.clone(), what });
    for (at, sign) in signs {
        let gone = match sign {
            Sign::There => {
                if there.is_none() {
                    add(*at, Presence::Connect);
                }
                there = Some(*at);
                continue;
            }
            Sign::Chose(presence) => {
                add(*at, Presence::Choose(presence.clone()));
                continue;
            }
            Sign::Gone => *at,
            Sign::GoneForHold => at.plus_ms(-HOLD_MS),
            Sign::GoneForGrace => at.plus_ms(-grace_ms),
        };
        if let Some(last) = there.take() {
            add(gone.max(last), Presence::Disconnect);
        }
    }
    if there.is_some() {
        add(end, Presence::Disconnect);
    }
    moves
}

/// When anybody is there.
fn hours(moves: &[Move], end: Timestamp) -> Vec<(Timestamp, Timestamp)> {
    let mut sorted: Vec<&Move> = moves.iter().collect();
    sorted.sort();
    let (mut count, mut since, mut hours) = (0_u32, Timestamp::default(), Vec::new());
    for step in sorted {
        match step.what {
            Presence::Connect => {
                if count == 0 {
                    since = step.at;
                }
                count += 1;
            }
            Presence::Disconnect => {
                count = count.saturating_sub(1);
                if count == 0 {
                    hours.push((since, step.at));
                }
            }
            Presence::Choose(_) => {}
        }
    }
    if count > 0 {
        hours.push((since, end));
    }
    hours
}
