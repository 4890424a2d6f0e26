//! What holds when no internal message is under way: I1, I3, I6 and I8 in full.

use std::collections::BTreeSet;

use callboard::domain::agent::Agent;
use callboard::domain::config::{Config, Mode};
use callboard::domain::conversation::{Conversation, Status};
use callboard::domain::ids::{AgentId, ConversationId};
use callboard::domain::presence::BasePresence;
use callboard::domain::queue::Queue;
use callboard::domain::queue::line::Line;
use callboard::domain::record::Record;
use callboard::domain::time::Timestamp;

use super::hours::held;
use super::line::barred;
use super::places::Counts;
use super::skills::{above, need, requirement};
use super::{Check, Failure, Seen};
use crate::house::House;
use crate::journal::Journal;
use crate::words;

/// How long a cooldown that is over may stay unnoticed: its tick comes within this.
const TICK_MS: i64 = 1_000;

impl Check {
    /// Looks at everything. `deep`: also replays the journal.
    pub fn quiet(
        &mut self,
        house: &House,
        journal: &Journal,
        now: Timestamp,
        started: Timestamp,
        deep: bool,
    ) {
        self.overdue(house, now);
        if !self.dirty || self.failure.is_some() {
            return;
        }
        self.dirty = false;
        let _ = started;
        let result = self
            .places(house)
            .and_then(|()| self.owner_knows(house))
            .and_then(|()| self.nothing_left(house))
            .and_then(|()| self.ledgers(house, now))
            .and_then(|()| self.no_pair(house, now))
            .and_then(|()| self.nobody_late(house, now))
            .and_then(|()| if deep { self.replayed(house, journal) } else { Ok(()) });
        for id in ["I1", "I3", "I6", "I8", "E1"] {
            self.look(id);
        }
        if let Err(failure) = result {
            self.fail(failure);
        }
    }

    fn places(&self, house: &House) -> Result<(), Failure> {
        for id in &self.ghost.unfinished {
            let seen = &self.ghost.conversations[id];
            let homes: Vec<_> = house.queues.values().filter(|q| q.homes.contains_key(id)).collect();
            let fail = |what: String| Err(Failure::new("I1", format!("{} {what}", words::conversation(*id))));
            let [home] = homes.as_slice() else {
                return fail(format!(
                    "is in {:?}, by the records in {}",
                    homes.iter().map(|q| &q.id).collect::<Vec<_>>(),
                    seen.home
                ));
            };
            if home.id != seen.home || house.directory.get(id) != Some(&seen.home) {
                return fail(format!("is in {}, by the records in {}", home.id, seen.home));
            }
            same(&home.homes[id], seen)?;
            if !house.config.work_streams.contains_key(&seen.born.work_stream_id)
                || !house.config.channels.contains_key(&seen.born.channel_id)
            {
                return fail("came in over what is configured no more".to_owned());
            }
            if seen.skills.iter().any(|skill| !house.config.skills.contains_key(&skill.skill_id)) {
                return fail(format!("requires what is configured no more: {:?}", seen.skills));
            }
            let held = seen.grant.as_ref().filter(|_| seen.status == Status::Active);
            let holder = held.or(seen.offer.as_ref().map(|offer| &offer.grant)).map(|grant| &grant.agent);
            if let Some(agent) = holder.filter(|agent| !house.config.agents.contains_key(*agent)) {
                return fail(format!("is with {agent}, who is configured no more"));
            }
        }
        Ok(())
    }

    fn ledgers(&self, house: &House, now: Timestamp) -> Result<(), Failure> {
        for (id, agent) in &house.agents {
            let with = |seen: &&Seen| seen.parts.contains_key(id);
            let seen = self.ghost.unfinished.iter().map(|id| &self.ghost.conversations[id]);
            let parts: BTreeSet<_> = seen.filter(with).map(|seen| seen.born.id).collect();
            if agent.parts != parts {
                let what = format!("{id} takes part in {:?}, by the records in {parts:?}", agent.parts);
                return Err(Failure::new("I3", what));
            }
            let (taken, counts) = (Counts::of(&agent.taken(now)), self.ghost.counts(id, now));
            if taken != counts {
                let what = format!("{id} has {taken:?} taken, the records say {counts:?}");
                return Err(Failure::new("I3", what));
            }
            let by_records: BTreeSet<_> =
                self.ghost.agents.get(id).map(|a| a.grants.keys().copied().collect()).unwrap_or_default();
            let by_ledger: BTreeSet<_> = agent.ledger.keys().copied().collect();
            if by_records != by_ledger || agent.used() != self.ghost.units(id) {
                return Err(Failure::new(
                    "I3",
                    format!(
                        "{id} uses {} by its ledger {by_ledger:?}, {} by the records {by_records:?}, holds {:?}",
                        agent.used(),
                        self.ghost.units(id),
                        agent.holds
                    ),
                ));
            }
        }
        Ok(())
    }

    fn nothing_left(&self, house: &House) -> Result<(), Failure> {
        for (id, agent) in &house.agents {
            if !agent.holds.is_empty() || agent.round.is_some() {
                return Err(Failure::new(
                    "I6",
                    format!("{id} keeps holds {:?} and a round {:?}", agent.holds, agent.round),
                ));
            }
        }
        for (id, channel) in &house.channels {
            if !channel.coming.is_empty() || !channel.going.is_empty() || !channel.held.is_empty() {
                return Err(Failure::new(
                    "I6",
                    format!("{id} keeps {:?} {:?}", channel.coming, channel.going),
                ));
            }
        }
        for (id, stream) in &house.streams {
            if !stream.coming.is_empty() || !stream.going.is_empty() {
                return Err(Failure::new("I6", format!("{id} keeps {:?} {:?}", stream.coming, stream.going)));
            }
        }
        for (id, queue) in &house.queues {
            if !queue.reservations.is_empty() || !queue.pushing.is_empty() {
                return Err(Failure::new("I6", format!("{id} keeps reservations {:?}", queue.reservations)));
            }
        }
        Ok(())
    }

    fn no_pair(&self, house: &House, now: Timestamp) -> Result<(), Failure> {
        let config = &house.config;
        for id in &self.ghost.unfinished {
            let seen = &self.ghost.conversations[id];
            let Some(stream) = config.work_streams.get(&seen.born.work_stream_id) else { continue };
            if seen.status != Status::Open || seen.offer.is_some() {
                continue;
            }
            let fail = |what: String| Err(Failure::new("I6", format!("{} {what}", words::conversation(*id))));
            // Hours that have just begun are noticed by a tick.
            let held = [now, now.plus_ms(-TICK_MS)].iter().any(|at| held(seen, config, *at));
            if held && seen.first.as_ref().is_none_or(|first| !first.affinity) {
                continue;
            }
            if let Some(first) = &seen.first {
                let there = house.agents.get(&first.agent).is_some_and(Agent::connected)
                    && config.is_member(&seen.home, &first.agent);
                if first.affinity || there {
                    return fail(format!("waits for {}, and nothing is under way", first.agent));
                }
                continue;
            }
            if seen.stranded
                || stream.distribution.mode != Mode::Push
                || !config.queues.contains_key(&seen.home)
            {
                continue;
            }
            for (agent, resource) in &config.agents {
                let member =
                    resource.queue_ids.contains(&seen.home) || seen.home.as_str().starts_with("default-");
                if member
                    && !recently_barred(seen, agent, stream, now)
                    && self.able(house, agent, seen, stream, now)
                {
                    return fail(format!("waits in {}, and {agent} could take it", seen.home));
                }
            }
        }
        Ok(())
    }

    fn able(
        &self,
        house: &House,
        id: &AgentId,
        seen: &Seen,
        stream: &callboard::domain::config::WorkStream,
        now: Timestamp,
    ) -> bool {
        // A step's tick comes within this, like a cooldown's.
        let need = need(&seen.skills, &stream.skill_relaxation, seen.queued_at, now.plus_ms(-TICK_MS));
        let Some(agent) = house.agents.get(id) else { return false };
        let Some(resource) = house.config.agents.get(id) else { return false };
        let skills = resource.skills.iter().map(|s| (s.skill_id.clone(), s.level)).collect();
        let presence = self.presence(id, &house.config, agent);
        let free = i64::from(resource.capacity) - i64::from(self.ghost.units(id));
        !agent.sessions.is_empty()
            && !agent.unheard
            && presence != BasePresence::Inactive
            && stream.distribution.allowed_presences.contains(&presence)
            && free >= i64::from(stream.capacity)
            && self.ghost.offers(id) < house.config.settings.max_open_offers
            && above(&skills, &need).is_some()
            && self.has_places(house, id, seen, stream, now)
    }

    /// By the records; a place that comes back by the clock may go unnoticed until its tick.
    fn has_places(
        &self,
        house: &House,
        id: &AgentId,
        seen: &Seen,
        stream: &callboard::domain::config::WorkStream,
        now: Timestamp,
    ) -> bool {
        let needs = &stream.capacity_profile_ids;
        let none = |now| {
            self.ghost.no_place(id, &[], &seen.born.work_stream_id, needs, &house.config, now).is_none()
        };
        none(now) && none(now.plus_ms(-TICK_MS))
    }

    /// The presence of an agent with a socket, by SPEC §5.
    fn presence(&self, id: &AgentId, config: &Config, agent: &Agent) -> BasePresence {
        let none = super::ghost::SeenAgent::default();
        let seen = self.ghost.agents.get(id).unwrap_or(&none);
        if !seen.missed.is_empty() {
            return BasePresence::Inactive;
        }
        let load: u32 =
            seen.grants.values().filter(|granted| !granted.offer).map(|granted| granted.grant.units).sum();
        let total = config.agents.get(id).map_or(0, |a| a.capacity);
        let automatic = match load {
            0 => BasePresence::Available,
            load if load >= total => BasePresence::BusyDnd,
            _ => BasePresence::Busy,
        };
        let sticky = |base: BasePresence| {
            matches!(base, BasePresence::Away | BasePresence::Offline | BasePresence::BusyDnd)
        };
        let _ = agent;
        if let Some((_, base, at)) = &seen.chosen {
            return if sticky(*base) || *at >= seen.load_changed_at { *base } else { automatic };
        }
        let default = config.agents.get(id).and_then(|a| config.base_presence(&a.default_presence));
        let fresh = seen.signed_in_at.is_some_and(|at| at > seen.load_changed_at);
        default.filter(|base| sticky(*base) || fresh).unwrap_or(automatic)
    }

    /// Fresh machines from the journal equal the live ones; indexes equal those made from scratch.
    fn replayed(&self, house: &House, journal: &Journal) -> Result<(), Failure> {
        let fresh = House::folded(journal.records(), Timestamp(0));
        let fail = |what: String| Err(Failure::new("I8", what));
        for (id, queue) in &fresh.queues {
            let Some(live) = house.queues.get(id) else { continue };
            if queue.homes != live.homes || queue.last_offered != live.last_offered {
                return fail(format!("a replay makes another {id}"));
            }
            index(live, &house.config)?;
        }
        for (id, agent) in &fresh.agents {
            let Some(live) = house.agents.get(id) else { continue };
            let missed = |a: &Agent| a.carried.missed.iter().copied().collect::<BTreeSet<_>>();
            let mut carried = live.carried.clone();
            carried.missed.clone_from(&agent.carried.missed);
            let same = missed(agent) == missed(live) && agent.carried == carried;
            if agent.ledger != live.ledger || !same {
                return fail(format!("a replay makes another {id}: {:?} {:?}", agent.carried, live.carried));
            }
        }
        for (id, channel) in &fresh.channels {
            if house.channels.get(id).is_some_and(|live| live.unfinished != channel.unfinished) {
                return fail(format!("a replay makes another {id}"));
            }
        }
        for (id, stream) in &fresh.streams {
            if house.streams.get(id).is_some_and(|live| live.unfinished != stream.unfinished) {
                return fail(format!("a replay makes another {id}"));
            }
        }
        for id in &self.ghost.unfinished {
            let seen = &self.ghost.conversations[id];
            let events =
                seen.events.iter().filter_map(|r| if let Record::Event(e) = &**r { Some(e) } else { None });
            let replayed = Conversation::replay(events);
            if replayed.as_ref()
                != house.queues.get(&seen.home).and_then(|q| q.homes.get(id)).map(AsRef::as_ref)
            {
                return fail(format!("replaying {} gives another state", words::conversation(*id)));
            }
        }
        Ok(())
    }
}

fn recently_barred(
    seen: &Seen,
    agent: &AgentId,
    stream: &callboard::domain::config::WorkStream,
    now: Timestamp,
) -> bool {
    barred(seen, agent, stream, now.plus_ms(-TICK_MS))
}

/// The live conversation is what the ghost says.
fn same(live: &Conversation, seen: &Seen) -> Result<(), Failure> {
    let problem = if live.version != seen.seq {
        "version"
    } else if live.status != seen.status {
        "status"
    } else if live.offer != seen.offer {
        "offer"
    } else if live.grant != seen.grant {
        "grant"
    } else if live.first != seen.first {
        "first"
    } else if live.preferred != seen.preferred {
        "preferred"
    } else if live.hold_until != seen.hold_until {
        "hold"
    } else if live.stranded != seen.stranded {
        "stranded"
    } else if live.wait.anyway != seen.wait.anyway || live.late != seen.wait.late {
        "wait"
    } else if live.queued_at != seen.queued_at {
        "age"
    } else if live
        .participants
        .iter()
        .map(|p| (p.agent.clone(), (p.until, p.since)))
        .collect::<std::collections::BTreeMap<_, _>>()
        != seen.parts
    {
        "participants"
    } else if live.agent != seen.agent {
        "agent"
    } else {
        return Ok(());
    };
    Err(Failure::new(
        "I8",
        format!("{} differs from its events in its {problem}", words::conversation(live.id())),
    ))
}

/// The line and the timers equal those made from scratch.
fn index(live: &Queue, config: &Config) -> Result<(), Failure> {
    let mut line = Line::default();
    let streams: Vec<_> = config.work_streams.iter().map(|(id, s)| (id.clone(), Some(s.clone()))).collect();
    line.learn(live.line.method(), &streams, &live.members);
    for conversation in live.homes.values() {
        if live.waits(conversation) {
            let stream = config.work_streams.get(&conversation.born.work_stream_id);
            let steps = stream.map(|stream| stream.skill_relaxation.as_slice()).unwrap_or_default();
            let until = live.timers.relaxation.until();
            let need = need(&conversation.skills, steps, conversation.queued_at, until);
            line.insert(conversation, requirement(&need), &live.members);
        }
    }
    let fail = |what: &str| {
        Err(Failure::new("I8", format!("{}: {what} differs from one made from scratch", live.id)))
    };
    for (key, class) in &live.line.classes {
        match line.classes.get(key) {
            Some(fresh) => {
                if fresh.waiting != class.waiting {
                    return fail("who waits");
                }
                if fresh.eligible != class.eligible
                    || fresh.passed != class.passed
                    || fresh.counts != class.counts
                {
                    return fail("who is eligible");
                }
            }
            None if class.waiting.is_empty() => {}
            None => return fail("a class"),
        }
    }
    if live.standing != live.standing_anew() {
        return fail("who is unassigned");
    }
    let explainable = |id: &ConversationId| live.homes.get(id).is_some_and(|c| live.explainable(c));
    let explain: BTreeSet<_> = live.unexplained.keys().copied().filter(explainable).collect();
    if live.to_explain != explain {
        return fail("who is to be explained");
    }
    if live.timers != live.timers_anew() {
        return fail("what is due");
    }
    if live.prompts != live.prompts_anew() {
        return fail("what is to be said");
    }
    Ok(())
}
