//! Delivery: sends, folds, knocks and timers find their hosts. Addresses are ids, resolved at this moment.

use std::rc::Rc;
use std::sync::Arc;

use super::hosts::HostOf;
use super::{Asker, Stage};
use crate::actors::cast::Cast;
use crate::actors::gate::Knock;
use crate::actors::messages::{Address, Asks, Envelope, Origin, What};
use crate::actors::ride::Item;
use crate::actors::shown::Pending;
use crate::domain::command::{Answer, Caller, Command, FieldProblem, Refusal, Reply, Request};
use crate::domain::ids::{ChannelId, ConversationId, WorkStreamId};
use crate::domain::machine::{Machine, Send, audience};
use crate::domain::outbound::Outbound;
use crate::domain::record::{Kept, KeptAnswer, Record};
use crate::domain::time::Timestamp;
use crate::domain::{agent, channel, configuration, entity, outbound, queue, work_stream};

/// How long a message to an unknown conversation steps back for messages that are ready: two hops, under any backlog
/// that the gate lets in.
const MAX_YIELDS_FOR_HOME: usize = 1_000;

impl<C: Cast> Stage<C> {
    /// Puts a message into a host's mailbox. Unbounded there: bounded by the protocol between machines, and by the gate.
    pub(super) fn put<M: Machine + Unpin + 'static>(
        &self,
        host: &HostOf<C, M>,
        origin: Origin,
        what: What<M::Input>,
    ) where
        M::Input: Asks,
    {
        self.sent();
        host.do_send(Envelope { id: self.backstage.next_id(), failures: 0, origin, what });
    }

    /// Sends to a host if there is one; otherwise whoever waits is told so.
    fn put_or_refuse<M: Machine + Unpin + 'static>(
        self: &Rc<Self>,
        host: Option<&HostOf<C, M>>,
        input: M::Input,
    ) where
        M::Input: Asks,
    {
        match host {
            Some(host) => self.put(host, Origin::Sent, What::Input(input)),
            None if input.reply() != Reply::NONE => self.answer(input.reply(), Err(input.nobody_there())),
            None => {}
        }
    }

    /// Delivers what a machine sends.
    pub(super) fn post(self: &Rc<Self>, send: Send) {
        let hosts = self.hosts.borrow();
        match send {
            Send::Channel(id, input) => match (hosts.channels.get(&id), input.returned()) {
                (None, Some(back)) => self.post(back),
                (host, _) => self.put_or_refuse(host, input),
            },
            Send::WorkStream(id, input) => match (hosts.work_streams.get(&id), input.returned()) {
                (None, Some(back)) => self.post(back),
                (host, _) => self.put_or_refuse(host, input),
            },
            Send::Queue(id, input) => match (hosts.queues.get(&id), input.returned(&id)) {
                (None, Some(back)) => self.post(back),
                (host, _) => self.put_or_refuse(host, input),
            },
            Send::Home(id, input) if self.directory.borrow().home(id).is_none() => {
                actix::spawn(self.clone().post_when_home(id, input));
            }
            Send::Home(id, input) => self.post_home(id, input),
            Send::Agent(id, input) => self.put_or_refuse(hosts.agents.get(&id), input),
            Send::Configuration(input) => self.put_or_refuse(hosts.configuration.as_ref(), input),
            Send::Entities(input) => self.put_or_refuse(hosts.entities.as_ref(), input),
            Send::Everyone => {
                for host in hosts.queues.values() {
                    self.put(host, Origin::Sent, What::Input(queue::Input::Configured(None)));
                }
                for host in hosts.agents.values() {
                    self.put(host, Origin::Sent, What::Input(agent::Input::Configured));
                }
            }
        }
    }

    fn post_home(self: &Rc<Self>, id: ConversationId, input: queue::Input) {
        let hosts = self.hosts.borrow();
        let directory = self.directory.borrow();
        let host = directory.home(id).and_then(|home| hosts.queues.get(home));
        self.put_or_refuse(host, input);
    }

    /// A conversation that nobody knows may be on its way from its channel to its first queue (the successor of an ended
    /// one, which a second message joins): waits until no message is ready, then it is there or unknown.
    async fn post_when_home(self: Rc<Self>, id: ConversationId, input: queue::Input) {
        for _ in 0..MAX_YIELDS_FOR_HOME {
            if self.ready.get() == 0 || self.directory.borrow().home(id).is_some() {
                break;
            }
            tokio::task::yield_now().await;
        }
        if !self.is_over() {
            self.post_home(id, input);
        }
    }

    /// Sends a record to everyone who folds it beside its author.
    pub(super) fn post_folds(&self, author: &Address, record: &Arc<Record>) {
        let cares = audience(record);
        let hosts = self.hosts.borrow();
        if let Some(id) = cares.new_home
            && !matches!(author, Address::Queue(own) if own == id)
        {
            match hosts.queues.get(id) {
                Some(host) => self.put(host, Origin::Sent, What::Fold(record.clone())),
                None => {
                    tracing::error!(queue.id = %id, ?author, "a conversation moved to a queue that is not there");
                }
            }
        }
        let [first, second] = cares.agents;
        for id in first.into_iter().chain(second.filter(|id| Some(*id) != first)) {
            if matches!(author, Address::Agent(own) if own == id) {
                continue;
            }
            if let Some(host) = hosts.agents.get(id) {
                self.put(host, Origin::Sent, What::Fold(record.clone()));
            }
        }
        if let Some(entry) = cares.entry.and_then(|id| self.directory.borrow().entry(id).cloned()) {
            if let Some(host) = hosts.channels.get(&entry.channel) {
                self.put(host, Origin::Sent, What::Fold(record.clone()));
            }
            if let Some(host) = hosts.work_streams.get(&entry.work_stream) {
                self.put(host, Origin::Sent, What::Fold(record.clone()));
            }
            if let Some(host) = hosts.entities.as_ref().filter(|_| entry.of_record) {
                self.put(host, Origin::Sent, What::Fold(record.clone()));
            }
        }
        if let (true, false, Some(host)) =
            (cares.configuration, *author == Address::Configuration, &hosts.configuration)
        {
            self.put(host, Origin::Sent, What::Fold(record.clone()));
        }
        if *author != Address::Outbound
            && Outbound::cares(record, &self.config.borrow())
            && let Some(host) = &hosts.outbound
        {
            self.put(host, Origin::Sent, What::Fold(record.clone()));
        }
    }

    /// Takes what passed the gate.
    pub(in crate::actors) fn take(self: &Rc<Self>, knock: Knock) {
        match knock {
            Knock::Ask(request, pending) => self.ask(request, pending),
            Knock::Tell(id, act) => {
                let (caller, reply) = (Caller::system(), Reply::NONE);
                self.post(Send::Agent(id, agent::Input::Act { act, caller, reply }));
            }
            Knock::Forget(conversations) => self.forget(conversations),
        }
    }

    fn ask(self: &Rc<Self>, request: Request, pending: Pending) {
        let Request { caller, command, key } = request;
        let reply = Reply(self.backstage.next_id());
        self.asked.borrow_mut().insert(reply, Asker { pending, key, good: None });
        match command {
            Command::Create(draft) if draft.record.is_some() => {
                self.post(Send::Entities(entity::Input::Route { draft, caller, reply }));
            }
            Command::FindRecord(key) => self.post(Send::Entities(entity::Input::Find { key, reply })),
            Command::Create(draft) => {
                let id = draft.channel_id.clone();
                self.post(Send::Channel(id, channel::Input::Create { draft, caller, reply }));
            }
            Command::Continue { draft } => {
                let id = draft.channel_id.clone();
                self.post(Send::Channel(id, channel::Input::Continue { draft, caller, reply }));
            }
            Command::Conversation { id, act, if_match } => {
                self.post(Send::Home(id, queue::Input::Act { id, act, if_match, caller, reply }));
            }
            Command::Agent { id, act } => {
                self.post(Send::Agent(id, agent::Input::Act { act, caller, reply }));
            }
            Command::Configure { changes, if_match } => {
                let input = configuration::Input::Configure { changes, if_match, caller, reply };
                self.post(Send::Configuration(input));
            }
            Command::ConfigureOnce { changes, if_match, answer } => {
                if let Some(asker) = self.asked.borrow_mut().get_mut(&reply) {
                    asker.good = Some(answer);
                }
                let input = configuration::Input::Configure { changes, if_match, caller, reply };
                self.post(Send::Configuration(input));
            }
            Command::Outbound { act, answer } => {
                if let Some(asker) = self.asked.borrow_mut().get_mut(&reply) {
                    asker.good = answer;
                }
                let input = outbound::Input::Act { act, caller, reply };
                self.put_or_refuse(self.hosts.borrow().outbound.as_ref(), input);
            }
            Command::Simulate { draft, work_stream, at, under } => {
                let of = work_stream.or_else(|| self.stream_of(&draft.channel_id));
                self.simulate(of, work_stream::Asked { draft, at, under, reply });
            }
            Command::Keep(answer) => self.keep(answer, reply),
        }
    }

    fn stream_of(&self, channel: &ChannelId) -> Option<WorkStreamId> {
        self.config.borrow().channels.get(channel).map(|channel| channel.work_stream_id.clone())
    }

    /// Asks the work stream; of a draft that is not saved, which has no machine, any other one.
    fn simulate(self: &Rc<Self>, of: Option<WorkStreamId>, asked: work_stream::Asked) {
        let problem = match of {
            Some(of) => {
                let hosts = self.hosts.borrow();
                let streams = &hosts.work_streams;
                let any = asked.under.as_ref().and_then(|_| streams.keys().next());
                let host = if streams.contains_key(&of) { Some(of.clone()) } else { any.cloned() };
                drop(hosts);
                if let Some(host) = host {
                    let asked = Box::new(asked);
                    return self.post(Send::WorkStream(host, work_stream::Input::Simulate(of, asked)));
                }
                FieldProblem::UnknownWorkStream(of)
            }
            None => FieldProblem::UnknownChannel(asked.draft.channel_id),
        };
        self.answer(asked.reply, Err(Refusal::fields(vec![problem])));
    }

    /// Keeps an answer of the edge for its idempotency key: a unit without a machine.
    fn keep(self: &Rc<Self>, answer: KeptAnswer, reply: Reply) {
        let key = self.asked.borrow().get(&reply).and_then(|asker| asker.key);
        if let Some((key, body)) = key {
            let record = Record::Kept(Kept { key, body, at: self.now(), answer });
            self.open.borrow_mut().unit(&[Arc::new(record)]);
        }
        self.answer(reply, Ok(Answer::Done));
    }

    /// Answers without a machine.
    fn answer(self: &Rc<Self>, reply: Reply, answer: Result<Answer, Refusal>) {
        let Some(asker) = self.asked.borrow_mut().remove(&reply) else { return };
        self.open.borrow_mut().items.push(Item::Answer(asker.pending, answer));
        self.hand_over_soon();
    }

    /// Changes the time at which a machine wants to be told.
    pub(in crate::actors) fn arm(&self, address: &Address, old: Option<Timestamp>, new: Option<Timestamp>) {
        if self.timers.borrow_mut().set(address, old, new) {
            self.timer_changed.notify_one();
        }
    }

    /// The one sleep of the stage.
    pub(super) async fn keep_time(self: Rc<Self>) {
        while !self.is_over() {
            let first = self.timers.borrow().first();
            match first {
                Some(at) if at > self.now() => {
                    let sleep = tokio::time::sleep_until(self.backstage.clock.instant_of(at));
                    tokio::select! {
                        () = sleep => {}
                        () = self.timer_changed.notified() => {}
                    }
                }
                Some(_) => self.tick(),
                None => self.timer_changed.notified().await,
            }
        }
    }

    /// Tells one machine that its time has come.
    fn tick(&self) {
        let Some(address) = self.timers.borrow_mut().take_due(self.now()) else { return };
        if let Some(until) = self.backstage.tick_parked_until(&address) {
            // Whatever the machine wants meanwhile.
            self.timers.borrow_mut().set(&address, None, Some(until));
            return;
        }
        let hosts = self.hosts.borrow();
        match &address {
            Address::Channel(id) => self.tick_host(hosts.channels.get(id), &address),
            Address::WorkStream(id) => self.tick_host(hosts.work_streams.get(id), &address),
            Address::Queue(id) => self.tick_host(hosts.queues.get(id), &address),
            Address::Agent(id) => self.tick_host(hosts.agents.get(id), &address),
            Address::Configuration => self.tick_host(hosts.configuration.as_ref(), &address),
            Address::Outbound => self.tick_host(hosts.outbound.as_ref(), &address),
            Address::Entities => self.tick_host(hosts.entities.as_ref(), &address),
        }
    }

    fn tick_host<M: Machine + Unpin + 'static>(&self, host: Option<&HostOf<C, M>>, address: &Address)
    where
        M::Input: Asks,
    {
        if let Some(host) = host {
            self.derived(host, address, Origin::Timer, M::tick());
        }
    }
}
