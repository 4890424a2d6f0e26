//! What the house says by itself: on time and once (I7); and one unfinished conversation for each verified customer of a
//! channel (I1).

use std::collections::BTreeSet;

use callboard::domain::config::{Config, Occasion};
use callboard::domain::conversation::{Message, Status};
use callboard::domain::time::Timestamp;

use super::{Check, Seen};
use crate::words;

/// What was said by itself in the present status.
#[derive(Clone, Default)]
pub struct SeenPrompts {
    since: Timestamp,
    said: BTreeSet<Occasion>,
    /// Something that is said once was said again.
    twice: Option<Occasion>,
}

/// Folds a message: one that the house says by itself is nobody's activity.
pub fn said(seen: &mut Seen, message: &Message, at: Timestamp) {
    let fresh = seen.prompts.since != seen.status_since;
    if fresh {
        (seen.prompts.since, seen.prompts.said) = (seen.status_since, BTreeSet::new());
    }
    let silence = |on: &Occasion| matches!(on, Occasion::Inactivity(_));
    let Some(on) = message.automated else {
        seen.active_at = at;
        return seen.prompts.said.retain(|on| !silence(on));
    };
    let timed =
        matches!(on, Occasion::Waiting(_) | Occasion::Position(_) | Occasion::OutsideHours) || silence(&on);
    if !seen.prompts.said.insert(on) && timed {
        seen.prompts.twice = Some(on);
    }
}

/// What is to be said of this conversation, with words.
pub fn due(seen: &Seen, config: &Config) -> Vec<(Timestamp, &'static str)> {
    let Some(channel) = config.channels.get(&seen.born.channel_id) else { return Vec::new() };
    let fresh = seen.prompts.since != seen.status_since;
    let told = |on: &Occasion| !fresh && seen.prompts.said.contains(on);
    let longest = seen.prompts.said.iter().filter_map(|on| match on {
        Occasion::Waiting(seconds) if !fresh => Some(*seconds),
        _ => None,
    });
    let longest = longest.max().unwrap_or(0);
    let one = |on: Occasion| match (on, seen.status) {
        (Occasion::Waiting(seconds), Status::Open) if seconds > longest => {
            Some((seen.status_since.plus_seconds(seconds), "a word on its wait"))
        }
        (Occasion::Inactivity(seconds), Status::Active | Status::Waiting) if !told(&on) => {
            Some((seen.active_at.plus_seconds(seconds), "a word on the silence"))
        }
        _ => None,
    };
    channel.live_chat.messages.iter().filter_map(|message| one(message.on)).collect()
}

impl Check {
    /// Nothing was said twice, and no verified customer has two unfinished conversations on a channel (a full one would not count:
    /// none here comes near it).
    pub fn live_chat(&mut self) {
        let mut parties = BTreeSet::new();
        let mut twice = None;
        let mut again = None;
        for id in &self.ghost.unfinished {
            let Some(seen) = self.ghost.conversations.get(id) else { continue };
            if let Some(on) = seen.prompts.twice {
                twice = Some(format!("{} was told twice: {on:?}", words::conversation(*id)));
            }
            let open = matches!(seen.status, Status::Open | Status::Active | Status::Waiting);
            if let Some(party) = seen.born.party.as_ref().filter(|_| open)
                && !parties.insert((&seen.born.channel_id, party))
            {
                again = Some(format!("{} is another of {party}", words::conversation(*id)));
            }
        }
        self.demand(twice.is_none(), "I7", || twice.unwrap_or_default());
        self.demand(again.is_none(), "I1", || again.unwrap_or_default());
    }
}
