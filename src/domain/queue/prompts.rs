//! Automated messages: what the house says by itself, as a live-chat channel tells it to (SPEC §11).
//!
//! Said by the home queue alone. What something occasions is said in the same unit as that; what waits for time, for a
//! place in line or for the hours is derived from state, and that it was said is on record, so that nothing is said
//! twice, also over a start. Begins anew with each status, and with what somebody writes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Out;
use super::opening::Opening;
use super::state::Queue;
use super::story::Story;
use super::timers::{Due, take};
use crate::config::{ChannelType, Config, LiveChat, Occasion, Piece, message_pieces};
use crate::conversation::{Born, By, Conversation, Happening, Message, Sender, Status, Visibility};
use crate::ids::{AgentId, ChannelId, ConversationId, MessageId, QueueId};
use crate::machine::Ctx;
use crate::time::Timestamp;

type ByTime = BTreeSet<(Timestamp, ConversationId)>;

/// Who could be told something, by channel: derived from the conversations alone.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Prompts {
    /// Unassigned, by the wait that was told last, since when.
    waiting: BTreeMap<(ChannelId, u32), ByTime>,
    /// Unassigned and not told that the queue is closed, since when.
    untold: BTreeMap<ChannelId, ByTime>,
    /// With an agent or waiting for the customer, since when nobody writes.
    idle: BTreeMap<ChannelId, ByTime>,
}

impl Prompts {
    /// Indexes a conversation over live chat. One that is full is told nothing any more.
    pub fn insert(&mut self, conversation: &Conversation) {
        if conversation.born.channel_type != ChannelType::LiveChat || conversation.is_full() {
            return;
        }
        let (channel, id) = (conversation.born.channel_id.clone(), conversation.id());
        let prompted = conversation.prompted;
        match conversation.status {
            Status::Open => {
                let entry = (conversation.status_since, id);
                self.waiting.entry((channel.clone(), prompted.waited)).or_default().insert(entry);
                if !prompted.outside_hours {
                    self.untold.entry(channel).or_default().insert(entry);
                }
            }
            Status::Active | Status::Waiting if !prompted.inactive => {
                self.idle.entry(channel).or_default().insert((conversation.last_activity_at, id));
            }
            _ => {}
        }
    }

    /// Takes out what [`Self::insert`] put in for this same state.
    pub fn remove(&mut self, conversation: &Conversation) {
        if conversation.born.channel_type != ChannelType::LiveChat {
            return;
        }
        let (channel, id) = (&conversation.born.channel_id, conversation.id());
        let since = (conversation.status_since, id);
        take(&mut self.waiting, &(channel.clone(), conversation.prompted.waited), &since);
        take(&mut self.untold, channel, &since);
        take(&mut self.idle, channel, &(conversation.last_activity_at, id));
    }

    fn first_waiting(&self, config: &Config) -> Option<(Timestamp, Due)> {
        let due = self.waiting.iter().filter_map(|((channel, told), set)| {
            let next = waits(chat(config, channel)?).filter(|seconds| seconds > told).min()?;
            let (since, id) = set.first()?;
            Some((since.plus_seconds(next), Due::Prompt(*id, Occasion::Waiting(next))))
        });
        due.min()
    }

    fn first_idle(&self, config: &Config) -> Option<(Timestamp, Due)> {
        let due = self.idle.iter().filter_map(|(channel, set)| {
            let seconds = chat(config, channel)?.messages.iter().find_map(|message| match message.on {
                Occasion::Inactivity(seconds) => Some(seconds),
                _ => None,
            })?;
            let (since, id) = set.first()?;
            Some((since.plus_seconds(seconds), Due::Prompt(*id, Occasion::Inactivity(seconds))))
        });
        due.min()
    }

    fn first_untold(&self, config: &Config, opening: &Opening) -> Option<(Timestamp, Due)> {
        if opening.open {
            return None;
        }
        let due = self.untold.iter().filter_map(|(channel, set)| {
            chat(config, channel)?.message(Occasion::OutsideHours)?;
            let (since, id) = set.first()?;
            Some(((*since).max(opening.since), Due::Prompt(*id, Occasion::OutsideHours)))
        });
        due.min()
    }
}

/// The settings of a live-chat channel that says anything.
fn chat<'a>(config: &'a Config, channel: &ChannelId) -> Option<&'a LiveChat> {
    config.channels.get(channel).map(|channel| &*channel.live_chat).filter(|chat| !chat.messages.is_empty())
}

fn waits(chat: &LiveChat) -> impl Iterator<Item = u32> + '_ {
    chat.messages.iter().filter_map(|message| match message.on {
        Occasion::Waiting(seconds) => Some(seconds),
        _ => None,
    })
}

fn places(chat: &LiveChat) -> impl Iterator<Item = u32> + '_ {
    chat.messages.iter().filter_map(|message| match message.on {
        Occasion::Position(place) => Some(place),
        _ => None,
    })
}

impl Queue {
    /// What is to be said first, and when.
    pub(super) fn first_prompt(&self, config: &Config) -> Option<(Timestamp, Due)> {
        let prompts = &self.prompts;
        let timed = prompts.first_waiting(config).into_iter().chain(prompts.first_idle(config));
        timed.chain(prompts.first_untold(config, &self.opening)).chain(self.first_place(config)).min()
    }

    /// Somebody in line, nobody being asked for it, is at a place that was not told. No further down the line than
    /// the channels of those who wait here ask.
    fn first_place(&self, config: &Config) -> Option<(Timestamp, Due)> {
        let channels = self.prompts.waiting.keys().filter_map(|(channel, _)| chat(config, channel));
        let most = channels.flat_map(places).max()?;
        (1..=most).zip(&self.standing.unassigned).find_map(|(place, rank)| {
            let conversation = self.homes.get(&rank.id)?;
            let asked_for = conversation.offer.is_some() || self.pushing.contains_key(&rank.id);
            if asked_for || conversation.is_full() {
                return None;
            }
            let news = |at: &u32| place <= *at && conversation.prompted.place.is_none_or(|told| *at < told);
            let at = places(chat(config, &conversation.born.channel_id)?).filter(news).min()?;
            Some((conversation.status_since, Due::Prompt(rank.id, Occasion::Position(at))))
        })
    }

    /// Says what has come due.
    pub(super) fn prompt(&self, ctx: &Ctx<'_>, id: ConversationId, on: Occasion, out: &mut Out) {
        let Some(conversation) = self.homes.get(&id) else { return };
        let mut story = Story::of(ctx, conversation, &By::System);
        let waited = u32::try_from(ctx.now.ms_since(conversation.status_since) / 1000).unwrap_or(0);
        let passed = |chat: &LiveChat| waits(chat).filter(|seconds| *seconds <= waited).max();
        let on = match on {
            // Of several that passed while nobody looked, the last.
            Occasion::Waiting(seconds) => {
                let chat = chat(ctx.config, &conversation.born.channel_id);
                Occasion::Waiting(chat.and_then(passed).unwrap_or(seconds))
            }
            other => other,
        };
        let place = matches!(on, Occasion::Position(_))
            .then(|| self.standing.unassigned.range(..=conversation.rank()).count());
        let to = conversation.grant.as_ref().map(|grant| grant.agent.clone());
        let words = Words { agent: to.as_ref(), place, ..Words::of(conversation) };
        if let Some(happening) = words.said(ctx, on, conversation.messages + 1, to.clone()) {
            story.tell(out, happening);
        }
    }
}

/// Says what is configured for an occasion, behind (or before) the event that occasions it. One that is full is told
/// nothing.
pub(super) fn announce(
    ctx: &Ctx<'_>,
    conversation: &Conversation,
    on: Occasion,
    agent: Option<&AgentId>,
    story: &mut Story<'_>,
    out: &mut Out,
) {
    let words = Words { agent, ..Words::of(conversation) };
    if let Some(happening) =
        words.said(ctx, on, conversation.messages + 1, None).filter(|_| !conversation.is_full())
    {
        story.tell(out, happening);
    }
}

/// The same before a move, whose record carries the conversation: `after` is told, too.
pub(super) fn announce_move(
    ctx: &Ctx<'_>,
    after: &mut Conversation,
    on: Occasion,
    story: &mut Story<'_>,
    out: &mut Out,
) {
    let words = Words::of(after);
    let said = words.said(ctx, on, after.messages + 1, None).filter(|_| !after.is_full());
    if let Some(happening) = said {
        story.tell_into(out, happening, after);
    }
}

/// Last words, before the end of one that has not ended yet.
pub(super) fn farewell(ctx: &Ctx<'_>, conversation: &Conversation, story: &mut Story<'_>, out: &mut Out) {
    if matches!(conversation.status, Status::Open | Status::Active | Status::Waiting) {
        announce(ctx, conversation, Occasion::Ended, conversation.agent.as_ref(), story, out);
    }
}

/// First words of one that has just been created, whose last message has this number.
pub(super) fn greeting(ctx: &Ctx<'_>, born: &Born, messages: u32) -> Option<Happening> {
    let words =
        Words { born, name: born.customer.name.as_deref(), queue: &born.queue_id, agent: None, place: None };
    words.said(ctx, Occasion::Started, messages + 1, None)
}

/// What the slugs of a message stand for.
#[derive(Clone, Copy)]
struct Words<'a> {
    born: &'a Born,
    name: Option<&'a str>,
    queue: &'a QueueId,
    agent: Option<&'a AgentId>,
    place: Option<usize>,
}

impl<'a> Words<'a> {
    fn of(conversation: &'a Conversation) -> Self {
        Self {
            born: &conversation.born,
            name: conversation.customer.name.as_deref(),
            queue: &conversation.queue_id,
            agent: conversation.agent.as_ref(),
            place: None,
        }
    }

    /// The message of this occasion as an event, if the channel has one.
    fn said(&self, ctx: &Ctx<'_>, on: Occasion, seq: u32, to: Option<AgentId>) -> Option<Happening> {
        let chat = chat(ctx.config, &self.born.channel_id)?;
        let texts = &chat.message(on)?.text;
        let text = chat.text(texts, self.born.language.as_deref()).cloned().unwrap_or_default();
        let message = Arc::new(Message {
            attachments: Vec::new(),
            id: MessageId(ctx.mint.uuid()),
            seq,
            sender: Sender::System,
            text: self.fill(ctx.config, &text).into(),
            visibility: Visibility::Public,
            client_message_id: None,
            created_at: ctx.now,
            automated: Some(on),
        });
        Some(Happening::Message { message, to, via: None })
    }

    fn fill(&self, config: &Config, text: &str) -> String {
        let Ok(pieces) = message_pieces(text) else { return text.to_owned() };
        let mut filled = String::with_capacity(text.len());
        for piece in pieces {
            match piece {
                Piece::Text(words) => filled.push_str(words),
                Piece::Slug("agent.name") => {
                    let agent = self.agent.and_then(|agent| config.agents.get(agent));
                    filled.push_str(agent.map_or("", |agent| &agent.name));
                }
                Piece::Slug("customer.name") => filled.push_str(self.name.unwrap_or_default()),
                Piece::Slug("queue.name") => {
                    filled.push_str(config.queues.get(self.queue).map_or("", |queue| &queue.name));
                }
                Piece::Slug(_) => filled.extend(self.place.map(|place| place.to_string())),
            }
        }
        filled
    }
}
