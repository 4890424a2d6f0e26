//! Toy machines: conversations with the real fold, driven by the text of messages. Deterministic but for what a test
//! plants: a number of panics.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::actors::cast::Cast;
use crate::domain::command::{Act, Answer, Code, Draft, Refusal, Reply, Say};
use crate::domain::config::{ChannelType, Config};
use crate::domain::conversation::{
    Born, By, Conversation, CustomerRef, Event, Happening, Message, Moved, Sender, Visibility,
};
use crate::domain::ids::{AgentId, ChannelId, ConversationId, GrantId, MessageId, QueueId, WorkStreamId};
use crate::domain::machine::{Ctx, Effect, Machine, Outbox, Send};
use crate::domain::record::{Configured, Record};
use crate::domain::time::Timestamp;
use crate::domain::{agent, channel, configuration, entity, queue, work_stream};

thread_local! {
    /// How many folds at agents panic from now on; the stage of a test has the test's thread.
    pub static POISON: Cell<u32> = const { Cell::new(0) };
    /// When queues with conversations want to be told the time, until they have taken it; outlives a rebuild.
    pub static ALARM_CLOCK: Cell<Option<Timestamp>> = const { Cell::new(None) };
    /// How many ticks panic from now on.
    pub static POISONED_TICKS: Cell<u32> = const { Cell::new(0) };
}

/// The toys' cast.
pub struct Toys;

impl Cast for Toys {
    type Channel = Channel;
    type WorkStream = WorkStream;
    type Queue = Queue;
    type Agent = Agent;
    type Configuration = Configuration;
    type Outbound = crate::domain::outbound::Outbound;
    type Entities = entity::Entities;

    fn channel(id: ChannelId) -> Channel {
        Channel { id }
    }
    fn work_stream(_: WorkStreamId) -> WorkStream {
        WorkStream
    }
    fn queue(id: QueueId) -> Queue {
        Queue { id, conversations: BTreeMap::new(), due: None, planted: Cell::new(0) }
    }
    fn agent(id: AgentId, _: Timestamp) -> Agent {
        Agent { id, seen: Vec::new() }
    }
    fn configuration() -> Configuration {
        Configuration
    }
    fn outbound() -> Self::Outbound {
        crate::domain::outbound::Outbound::new()
    }

    fn entities() -> entity::Entities {
        entity::Entities::new()
    }
}

/// Gives a conversation to the queue named by the draft's first message.
#[derive(Debug)]
pub struct Channel {
    id: ChannelId,
}

impl Machine for Channel {
    type Input = channel::Input;
    type Soft = ();

    fn decide(&self, ctx: &Ctx<'_>, input: &channel::Input, out: &mut Outbox<Self>) {
        let channel::Input::Create { draft, caller, reply } = input else { return };
        let born = Arc::new(born(ConversationId(ctx.mint.uuid()), &self.id, draft));
        let trace = Box::new(crate::domain::decision::RoutingTrace {
            rules: Vec::new(),
            written: crate::domain::classification::Written::default(),
            queue_id: born.queue_id.clone(),
            agent_id: None,
            fallback: true,
            problem: None,
            config_version: ctx.config.version,
            duration_us: (ctx.elapsed_us)(),
        });
        let (caller, reply) = (caller.clone(), *reply);
        let queue = born.queue_id.clone();
        let input =
            queue::Input::Enqueue { born, trace, message: None, caller, reply, answer_message: false };
        out.send(Send::Queue(queue, input));
    }
    fn apply(&mut self, _: &Record) {}
    fn note(&mut self, (): &()) {}
    fn folded(_: &Arc<Record>) -> Option<channel::Input> {
        None
    }
    fn next_due(&self, _: &Config) -> Option<Timestamp> {
        None
    }
    fn tick() -> channel::Input {
        channel::Input::MayDelete(Reply::NONE)
    }
}

fn born(id: ConversationId, channel: &ChannelId, draft: &Draft) -> Born {
    let queue = draft.message.as_ref().map_or("default-messaging", |say| &*say.text);
    Born {
        correspondent: None,
        id,
        channel_id: channel.clone(),
        channel_type: ChannelType::LiveChat,
        work_stream_id: "default-live-chat".into(),
        queue_id: queue.into(),
        customer: CustomerRef::default(),
        context: BTreeMap::new(),
        undeclared: Vec::new(),
        misfits: Vec::new(),
        priority: 0,
        asked_priority: None,
        asked_skills: Vec::new(),
        skills: Vec::new(),
        units: 1,
        previous: None,
        first: None,
        record: None,
        party: None,
        language: None,
    }
}

/// Does nothing.
#[derive(Debug)]
pub struct WorkStream;

impl Machine for WorkStream {
    type Input = work_stream::Input;
    type Soft = ();

    fn decide(&self, _: &Ctx<'_>, _: &work_stream::Input, _: &mut Outbox<Self>) {}
    fn apply(&mut self, _: &Record) {}
    fn note(&mut self, (): &()) {}
    fn folded(_: &Arc<Record>) -> Option<work_stream::Input> {
        Some(work_stream::Input::Folded)
    }
    fn next_due(&self, _: &Config) -> Option<Timestamp> {
        None
    }
    fn tick() -> work_stream::Input {
        work_stream::Input::MayDelete(Reply::NONE)
    }
}

/// Keeps conversations and does what messages say.
#[derive(Debug)]
pub struct Queue {
    id: QueueId,
    pub conversations: BTreeMap<ConversationId, Conversation>,
    due: Option<(ConversationId, Timestamp)>,
    planted: Cell<u32>,
}

impl Queue {
    fn event(&self, ctx: &Ctx<'_>, id: ConversationId, seq: u32, what: Happening) -> Effect<QueueSoft> {
        let _ = &self.id;
        Effect::Record(Record::Event(Event { conversation: id, seq, at: ctx.now, by: By::System, what }))
    }

    fn act(&self, ctx: &Ctx<'_>, id: ConversationId, say: &Say, reply: Reply, out: &mut Outbox<Self>) {
        let Some(conversation) = self.conversations.get(&id) else {
            return out.refuse(reply, Refusal::of(Code::UnknownConversation));
        };
        let mut version = conversation.version;
        let mut add = |out: &mut Outbox<Self>, what| {
            version += 1;
            out.effects.push(self.event(ctx, id, version, what));
        };
        let (verb, object) = say.text.split_once(' ').unwrap_or((&say.text, ""));
        match verb {
            "say" => add(out, message(ctx, conversation.messages + 1, object, None)),
            "two" => {
                add(out, Happening::Stranded(true));
                add(out, Happening::Stranded(false));
            }
            "tell" => {
                add(out, message(ctx, conversation.messages + 1, "a", Some(object.into())));
                add(out, message(ctx, conversation.messages + 2, "b", Some(object.into())));
                out.send(Send::Agent(object.into(), agent::Input::LetGo(GrantId(ctx.mint.uuid()))));
            }
            "chain" => {
                add(out, Happening::Stranded(true));
                let say = Say { text: "say chained".into(), ..say.clone() };
                let caller = crate::domain::command::Caller::system();
                let act = Act::Say(say);
                out.then.push(queue::Input::Act { id, act, if_match: None, caller, reply });
                return;
            }
            "move" => {
                let mut conversation = Box::new(conversation.clone());
                conversation.queue_id = object.into();
                conversation.version += 1;
                let moved = Moved { to: object.into(), conversation };
                add(out, Happening::Transferred { moved, ends: None });
            }
            "sleep" => {
                let seconds = object.parse().expect("seconds");
                out.soft(QueueSoft::Due(id, ctx.now.plus_seconds(seconds)));
            }
            "panic" => {
                let times: u32 = object.parse().expect("a number");
                self.planted.set(self.planted.get() + 1);
                assert!(self.planted.get() > times, "planted");
                add(out, Happening::Stranded(true));
            }
            other => panic!("the toy does not know `{other}`"),
        }
        out.answer(reply, Ok(Answer::Conversation { id, version }));
    }
}

fn message(ctx: &Ctx<'_>, seq: u32, text: &str, to: Option<AgentId>) -> Happening {
    let message = Arc::new(Message {
        attachments: Vec::new(),
        id: MessageId(ctx.mint.uuid()),
        seq,
        sender: Sender::System,
        text: text.into(),
        visibility: Visibility::Public,
        client_message_id: None,
        created_at: ctx.now,
        automated: None,
    });
    Happening::Message { message, to, via: None }
}

/// What a toy queue does not put on record.
#[derive(Debug)]
pub enum QueueSoft {
    Due(ConversationId, Timestamp),
    Awake,
}

impl Machine for Queue {
    type Input = queue::Input;
    type Soft = QueueSoft;

    fn decide(&self, ctx: &Ctx<'_>, input: &queue::Input, out: &mut Outbox<Self>) {
        match input {
            queue::Input::Enqueue { born, reply, .. } => {
                out.effects.push(self.event(ctx, born.id, 1, Happening::Created(born.clone())));
                out.answer(*reply, Ok(Answer::Conversation { id: born.id, version: 1 }));
            }
            queue::Input::Act { id, act: Act::Say(say), reply, .. } => self.act(ctx, *id, say, *reply, out),
            queue::Input::Started => {
                assert!(!self.conversations.values().any(|c| c.stranded), "planted in the start");
            }
            queue::Input::Tick => {
                let poison = POISONED_TICKS.get();
                POISONED_TICKS.set(poison.saturating_sub(1));
                assert_eq!(poison, 0, "planted in a tick");
                let woken = ALARM_CLOCK.take().and_then(|at| Some((*self.conversations.keys().next()?, at)));
                let due = woken.or(self.due).filter(|(_, at)| *at <= ctx.now);
                let Some((id, _)) = due else { return };
                let version = self.conversations[&id].version + 1;
                out.effects.push(self.event(ctx, id, version, Happening::Stranded(true)));
                out.soft(QueueSoft::Awake);
            }
            _ => {}
        }
    }
    fn apply(&mut self, record: &Record) {
        let Record::Event(event) = record else { return };
        if let Some(conversation) = Conversation::begin(event) {
            self.conversations.insert(event.conversation, conversation);
        } else if let Some(moved) = event.what.moved() {
            self.conversations.remove(&event.conversation);
            if moved.to == self.id {
                self.conversations.insert(event.conversation, *moved.conversation.clone());
            }
        } else if let Some(conversation) = self.conversations.get_mut(&event.conversation) {
            conversation.apply(event);
        }
    }
    fn note(&mut self, soft: &QueueSoft) {
        self.due = match soft {
            QueueSoft::Due(id, at) => Some((*id, *at)),
            QueueSoft::Awake => None,
        };
    }
    fn folded(record: &Arc<Record>) -> Option<queue::Input> {
        Some(queue::Input::Folded(record.clone()))
    }
    fn next_due(&self, _: &Config) -> Option<Timestamp> {
        let woken = ALARM_CLOCK.get().filter(|_| !self.conversations.is_empty());
        self.due.map(|(_, at)| at).or(woken)
    }
    fn tick() -> queue::Input {
        queue::Input::Tick
    }
}

/// Sees what it folds and is told, and says so in notices.
#[derive(Debug)]
pub struct Agent {
    id: AgentId,
    pub seen: Vec<u32>,
}

impl Machine for Agent {
    type Input = agent::Input;
    type Soft = ();

    fn decide(&self, _: &Ctx<'_>, input: &agent::Input, out: &mut Outbox<Self>) {
        let code = match input {
            agent::Input::LetGo(_) if self.seen.len() == 2 => "let go after two folds",
            agent::Input::LetGo(_) => "let go too early",
            agent::Input::Folded(_) => "folded",
            agent::Input::Configured => "configured",
            _ => return,
        };
        out.notice(crate::domain::machine::Notice::Banner { agent: self.id.clone(), code });
    }
    fn apply(&mut self, record: &Record) {
        let poison = POISON.get();
        POISON.set(poison.saturating_sub(1));
        assert_eq!(poison, 0, "planted in a fold");
        if let Record::Event(event) = record {
            self.seen.push(event.seq);
        }
    }
    fn note(&mut self, (): &()) {}
    fn folded(record: &Arc<Record>) -> Option<agent::Input> {
        Some(agent::Input::Folded(record.clone()))
    }
    fn next_due(&self, _: &Config) -> Option<Timestamp> {
        None
    }
    fn tick() -> agent::Input {
        agent::Input::Tick
    }
}

/// Records every change.
#[derive(Debug)]
pub struct Configuration;

impl Machine for Configuration {
    type Input = configuration::Input;
    type Soft = ();

    fn decide(&self, ctx: &Ctx<'_>, input: &configuration::Input, out: &mut Outbox<Self>) {
        let configuration::Input::Configure { changes, reply, .. } = input else { return };
        for change in changes {
            let change = change.clone();
            out.record(Record::Configured(Configured { at: ctx.now, by: By::System, change }));
        }
        out.send(Send::Everyone);
        out.answer(*reply, Ok(Answer::Configured { version: ctx.config.version + changes.len() as u64 }));
    }
    fn apply(&mut self, _: &Record) {}
    fn note(&mut self, (): &()) {}
    fn folded(_: &Arc<Record>) -> Option<configuration::Input> {
        None
    }
    fn next_due(&self, _: &Config) -> Option<Timestamp> {
        None
    }
    fn tick() -> configuration::Input {
        configuration::Input::Deletable { reply: Reply::NONE, result: Ok(()) }
    }
}
