//! What is measured of agents over time: connected, at work, units used, each presence.
//!
//! Measured, not counted: who is connected is no record (ARCHITECTURE §2.1), so this is what the house saw while it ran.
//! It goes to the store about once a minute and at a stop; a crash loses what came after.

use std::collections::BTreeMap;

use super::row::Quarter;
use super::shelf::{self, Put};
use super::times::Times;
use crate::domain::command::AgentShown;
use crate::domain::ids::{AgentId, PresenceId};
use crate::domain::time::Timestamp;

/// One agent as it is since the last change.
#[derive(Clone, Debug, Default)]
struct Meter {
    presence: Option<PresenceId>,
    connected: bool,
    capacity: u32,
    busy: bool,
    units: u32,
    /// Up to when it was measured.
    until: Timestamp,
}

/// All agents, and what was measured of the last quarter hours.
#[derive(Debug, Default)]
pub struct Meters {
    agents: BTreeMap<AgentId, Meter>,
    times: BTreeMap<(Quarter, AgentId), Times>,
    /// What changed since it was last handed over.
    unsaved: std::collections::BTreeSet<(Quarter, AgentId)>,
}

impl Meters {
    /// What an earlier run of the house measured in the quarter hour at hand.
    pub fn resume(&mut self, quarter: Quarter, agent: &AgentId, times: &Times) {
        self.times.entry((quarter, agent.clone())).or_default().add(times);
    }

    /// An agent shows itself.
    pub fn shows(&mut self, agent: &AgentId, shown: &AgentShown, now: Timestamp) {
        let meter = self.change(agent, now);
        meter.presence = Some(shown.presence.clone());
        meter.connected = shown.connected;
        meter.capacity = shown.capacity;
    }

    /// What an agent works on changed.
    pub(super) fn works(&mut self, agent: &AgentId, busy: bool, units: u32, at: Timestamp) {
        let meter = self.change(agent, at);
        (meter.busy, meter.units) = (busy, units);
    }

    /// Measures everybody up to now.
    pub fn settle(&mut self, now: Timestamp) {
        let connected: Vec<AgentId> =
            self.agents.iter().filter(|(_, meter)| meter.connected).map(|(agent, _)| agent.clone()).collect();
        for agent in &connected {
            self.change(agent, now);
        }
    }

    /// What was measured since the last call, for the store; older quarter hours then leave memory.
    pub fn take_due(&mut self, now: Timestamp) -> Vec<Put> {
        self.settle(now);
        let unsaved = std::mem::take(&mut self.unsaved);
        let puts = unsaved.iter().filter_map(|(quarter, agent)| {
            let times = self.times.get(&(*quarter, agent.clone()))?;
            Some(shelf::times_put(*quarter, agent, times))
        });
        let puts = puts.collect();
        let before = Quarter(Quarter::of(now).0.saturating_sub(1));
        self.times.retain(|(quarter, _), _| *quarter >= before);
        // Who is gone and has nothing shows itself again when it comes back.
        self.agents.retain(|_, meter| meter.connected || meter.busy);
        puts
    }

    /// Everything in memory; it counts, whatever the store has of the same quarter hours.
    pub fn times(&self) -> impl Iterator<Item = (Quarter, &AgentId, &Times)> {
        self.times.iter().map(|((quarter, agent), times)| (*quarter, agent, times))
    }

    /// The meter of an agent, measured up to `now`, to be changed.
    fn change(&mut self, agent: &AgentId, now: Timestamp) -> &mut Meter {
        if !self.agents.contains_key(agent) {
            self.agents.insert(agent.clone(), Meter { until: now, ..Meter::default() });
        }
        let Self { agents, times, unsaved } = self;
        let meter = agents.get_mut(agent).expect("it was put there just now");
        while meter.until < now {
            let quarter = Quarter::of(meter.until);
            let until = now.min(quarter.ends());
            if meter.connected {
                let ms = u64::try_from(until.ms_since(meter.until)).unwrap_or(0);
                let key = (quarter, agent.clone());
                measure(times.entry(key.clone()).or_default(), meter, ms);
                unsaved.insert(key);
                meter.until = until;
            } else {
                meter.until = now;
            }
        }
        meter
    }
}

fn measure(times: &mut Times, meter: &Meter, ms: u64) {
    times.connected_ms += ms;
    times.busy_ms += if meter.busy { ms } else { 0 };
    times.used_unit_ms += u64::from(meter.units) * ms;
    times.total_unit_ms += u64::from(meter.capacity) * ms;
    if let Some(presence) = &meter.presence {
        *times.presence_ms.entry(presence.clone()).or_default() += ms;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::presence::BasePresence;

    fn shown(presence: &str, connected: bool) -> AgentShown {
        AgentShown {
            presence: presence.into(),
            base: BasePresence::Available,
            connected,
            sessions: u32::from(connected),
            capacity: 10,
            used: 0,
            since: Timestamp(0),
        }
    }

    #[test]
    fn time_counts_while_connected_and_is_cut_at_the_quarter_hour() {
        let quarter = 15 * 60 * 1000;
        let mut meters = Meters::default();
        let ana: AgentId = "ana".into();
        meters.shows(&ana, &shown("offline", false), Timestamp(0));
        meters.shows(&ana, &shown("available", true), Timestamp(1_000));
        meters.works(&ana, true, 4, Timestamp(quarter - 2_000));
        meters.shows(&ana, &shown("lunch", true), Timestamp(quarter + 3_000));
        meters.shows(&ana, &shown("offline", false), Timestamp(quarter + 10_000));
        meters.settle(Timestamp(3 * quarter));
        let first = &meters.times[&(Quarter(0), ana.clone())];
        assert_eq!((first.connected_ms, first.busy_ms), (899_000, 2_000));
        assert_eq!((first.used_unit_ms, first.total_unit_ms), (8_000, 8_990_000));
        let second = &meters.times[&(Quarter(1), ana.clone())];
        assert_eq!((second.connected_ms, second.busy_ms), (10_000, 10_000));
        let presences: Vec<_> = second.presence_ms.iter().map(|(id, ms)| (id.as_str(), *ms)).collect();
        assert_eq!(presences, [("available", 3_000), ("lunch", 7_000)]);
        assert_eq!(meters.times.len(), 2, "nothing is measured of who is gone");
    }

    #[test]
    fn what_was_handed_over_is_handed_over_again_only_after_a_change() {
        let mut meters = Meters::default();
        let ana: AgentId = "ana".into();
        meters.resume(Quarter(0), &ana, &Times { connected_ms: 7, ..Times::default() });
        meters.shows(&ana, &shown("available", true), Timestamp(0));
        assert_eq!(meters.take_due(Timestamp(60_000)).len(), 1);
        assert_eq!(meters.times[&(Quarter(0), ana.clone())].connected_ms, 60_007);
        meters.shows(&ana, &shown("offline", false), Timestamp(60_000));
        assert_eq!(meters.take_due(Timestamp(120_000)).len(), 0);
    }
}
