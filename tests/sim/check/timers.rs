//! I7: what is due by the records, and that it does not stay due.

use callboard::domain::config::Config;
use callboard::domain::conversation::Status;
use callboard::domain::ids::AgentId;
use callboard::domain::record::Record;
use callboard::domain::time::Timestamp;

use super::{Check, Seen, hours, live_chat};
use crate::house::House;
use crate::words;

/// A second, and what a message may take meanwhile.
const SLACK_MS: i64 = 1_000;
/// What messages between machines may take, where two have a part in it.
const MESSAGES_MS: i64 = 1_500;
/// How often it is looked at.
const EVERY_MS: i64 = 250;

/// What this conversation waits for, with words.
fn due(seen: &Seen, config: &Config) -> Vec<(Timestamp, &'static str)> {
    let mut due = Vec::new();
    if let Some(offer) = &seen.offer {
        due.push((offer.expires_at, "the offer's deadline"));
    }
    if let Some(until) = seen.hold_until {
        due.push((until, "the end of the wrap-up hold"));
    }
    if let Some(first) = seen.first.as_ref().filter(|first| !first.affinity)
        && seen.status == Status::Open
        && seen.offer.is_none()
    {
        due.push((first.until, "the wait for the rule's agent"));
    }
    for (until, _) in seen.parts.values() {
        due.extend(until.map(|until| (until, "the end of an invitation")));
    }
    let limits = config.settings.age_limits.get(&seen.born.channel_type).copied().unwrap_or_default();
    let limit = match seen.status {
        Status::Open => limits.open_seconds,
        Status::Active => limits.active_seconds,
        Status::Waiting => limits.waiting_seconds,
        Status::WrapUp => limits.wrap_up_seconds,
        Status::Closed => None,
    };
    if let Some(limit) = limit {
        due.push((seen.status_since.plus_seconds(limit), "the age limit"));
    }
    let stream = config.work_streams.get(&seen.born.work_stream_id);
    if let Some(silence) = stream.and_then(|s| s.auto_close_after_inactivity_seconds)
        && seen.status == Status::Waiting
    {
        due.push((seen.active_at.plus_seconds(silence), "the inactivity limit"));
    }
    due
}

impl Check {
    /// Nothing is due for longer than a second.
    pub fn overdue(&mut self, house: &House, now: Timestamp) {
        let config = &house.config;
        if now.ms_since(self.overdue_at).abs() < EVERY_MS {
            return;
        }
        self.overdue_at = now;
        self.look("I7");
        self.live_chat();
        let mut late = None;
        for id in &self.ghost.unfinished {
            let Some(seen) = self.ghost.conversations.get(id) else { continue };
            for (at, what) in due(seen, config)
                .into_iter()
                .chain(hours::due(seen, config, now))
                .chain(live_chat::due(seen, config))
            {
                if now.ms_since(at.max(self.disturbed)) > SLACK_MS {
                    late = Some(format!(
                        "{} is past {what} by {} ms",
                        words::conversation(*id),
                        now.ms_since(at)
                    ));
                }
            }
        }
        let late = late.or_else(|| self.unrelaxed(house, now)).or_else(|| self.absent(house, now));
        self.demand(late.is_none(), "I7", || late.unwrap_or_default());
    }

    /// Conversations that stand where they stood before a step of theirs that has come due.
    fn unrelaxed(&self, house: &House, now: Timestamp) -> Option<String> {
        self.ghost.unfinished.iter().find_map(|id| {
            let seen = self.ghost.conversations.get(id)?;
            let stream = house.config.work_streams.get(&seen.born.work_stream_id)?;
            let queue = house.queues.get(&seen.home)?;
            let waits = queue.homes.get(id).is_some_and(|live| live.status == Status::Open);
            if !waits || seen.skills.is_empty() || !house.config.queues.contains_key(&seen.home) {
                return None;
            }
            let due =
                stream.skill_relaxation.iter().map(|step| seen.queued_at.plus_seconds(step.after_seconds));
            // One that has just come back, or been asked more of, is looked at in the same turn.
            let changed = seen.events.last().map_or(now, |record| match &**record {
                Record::Event(event) => event.at,
                _ => now,
            });
            let missed = |at: &Timestamp| {
                let since = (*at).max(self.disturbed).max(changed);
                *at > queue.timers.relaxation.until() && now.ms_since(since) > SLACK_MS
            };
            due.into_iter().find(missed).map(|at| {
                let late = now.ms_since(at);
                format!("{} is past a step that relaxes its skills by {late} ms", words::conversation(*id))
            })
        })
    }

    /// Offers of agents that are gone for 5 s, conversations of those gone beyond the grace, frames that
    /// nobody acknowledged: each is another machine's to end, so that messages take their time too.
    fn absent(&self, house: &House, now: Timestamp) -> Option<String> {
        let late = |since: Timestamp| now.ms_since(since.max(self.disturbed)) > SLACK_MS + MESSAGES_MS;
        let grace = house.config.settings.presence_grace_seconds;
        for id in &self.ghost.unfinished {
            let seen = self.ghost.conversations.get(id)?;
            let gone = |agent: &AgentId| {
                house.agents.get(agent).filter(|a| a.sessions.is_empty()).map(|a| a.gone_since)
            };
            if let Some(offer) = &seen.offer
                && let Some(since) = gone(&offer.grant.agent)
                && late(since.plus_seconds(5).max(offer.created_at))
            {
                return Some(format!(
                    "{} is on offer to {}, who is gone",
                    words::conversation(*id),
                    offer.grant.agent
                ));
            }
            if seen.status == Status::Active
                && let Some(agent) = &seen.agent
                && let Some(since) = gone(agent)
                && late(since.plus_seconds(grace).max(seen.status_since))
            {
                return Some(format!("{} is with {agent}, who is lost", words::conversation(*id)));
            }
        }
        for id in &self.ghost.unfinished {
            let seen = self.ghost.conversations.get(id)?;
            let lost = seen.parts.iter().find(|(agent, (_, since))| {
                let agent = house.agents.get(*agent).filter(|agent| agent.sessions.is_empty());
                agent.is_some_and(|agent| late(agent.gone_since.plus_seconds(grace).max(*since)))
            });
            if let Some((agent, _)) = lost {
                return Some(format!("{agent}, who is lost, takes part in {}", words::conversation(*id)));
            }
        }
        let mut agents = house.agents.values();
        agents.find_map(|agent| {
            let mut unheard = agent.deliveries.values().filter_map(|d| d.left_at);
            unheard
                .find(|left| late(left.plus_seconds(5)))
                .map(|_| format!("{} never acknowledged a frame", agent.id))
        })
    }
}
