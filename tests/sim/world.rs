//! The world: one value that holds the house, its journal, the network, people and the checkers, and moves
//! through time by one job a step.

use std::collections::BTreeMap;
use std::sync::Arc;

use callboard::domain::agent::{self, Agent};
use callboard::domain::command::Answer;
use callboard::domain::ids::{AgentId, ConversationId, Mint, mix};
use callboard::domain::machine::{Ctx, Effect, Outbox, Send, audience};
use callboard::domain::queue::{self, Queue};
use callboard::domain::record::Record;
use callboard::domain::time::Timestamp;

use crate::check::{Check, Failure};
use crate::house::{Address, House, agents_of};
use crate::journal::{Journal, Said};
use crate::people::{People, Person};
use crate::planted::{self, Planted};
use crate::played::Played;
use crate::random::Streams;
use crate::shell::{Keys, Shell};
use crate::words;

/// Steps after which a seed is stopped: a livelock.
const MAX_STEPS: u64 = 200_000;
/// Depth of inputs that a machine tells itself, beyond which it does not end.
const MAX_DEPTH: u32 = 300;

/// Something on its way between machines, or from the edge.
pub enum Mail {
    /// A message.
    Send(Send),
    /// A record to fold.
    Fold(Arc<Record>),
}

/// Something that happens at a time.
pub enum Job {
    /// A message arrives.
    Mail(Address, Address, Mail),
    /// A machine asked to be told the time.
    Tick(Address),
    /// A sync ends that covers so many units.
    Synced(usize),
    /// Something said reaches a socket or a caller.
    Hear(Said),
    /// A person looks up.
    Wake(usize),
    /// A person answers an offer.
    Decide(usize, callboard::domain::ids::GrantId, ConversationId),
    /// Customers, backends, supervisors, administrators do something.
    Outside,
    /// A backend asks again with its key.
    Again(usize),
    /// Something breaks.
    Fault,
}

/// What may be switched on and off.
#[derive(Clone, Copy, Debug)]
pub struct Phase {
    /// Whether people act and things break.
    pub faults: bool,
    /// Whether new conversations arrive.
    pub arrivals: bool,
}

/// A world.
pub struct World {
    /// Its seed.
    pub seed: u64,
    /// The bug that it carries, if any.
    pub planted: Planted,
    /// Time as the heap counts it, ms.
    pub real: i64,
    /// Stage time less that; changes at a start only.
    pub offset: i64,
    /// When the house started last.
    pub started_at: Timestamp,
    /// Steps so far.
    pub steps: u64,
    /// Streams of chance.
    pub random: Streams,
    /// The machines.
    pub house: House,
    /// The journal.
    pub journal: Journal,
    /// People.
    pub people: People,
    /// Checkers.
    pub check: Check,
    /// The shell's part.
    pub shell: Shell,
    /// Hand-offs with idempotency keys.
    pub keys: Keys,
    /// What goes on now.
    pub phase: Phase,
    /// How rough the network is: 0, 1 or 2.
    pub rough: u8,
    /// Trace lines, if wanted.
    pub trace: Option<Vec<String>>,
    pub(crate) jobs: BTreeMap<(i64, u64), Job>,
    sequence: u64,
    minted: u64,
    pub(crate) lines: BTreeMap<(Address, Address), i64>,
    pub(crate) ticks: BTreeMap<Address, i64>,
    /// Messages and syncs under way.
    pub under_way: usize,
    /// Planted: a start that derives no timers.
    pub restarting: bool,
}

impl World {
    /// The world of `seed`, before anything happened.
    pub fn new(seed: u64, planted: Planted, traced: bool) -> Self {
        let mut random = Streams::of(seed);
        // 70 s before midnight in Los Angeles, where the days of profiles end.
        let now = Timestamp(1_799_999_930_000);
        let rough = random.network.below(3) as u8;
        let mut world = Self {
            seed,
            planted,
            real: 0,
            offset: now.0,
            started_at: now,
            steps: 0,
            random,
            house: House::empty(now),
            journal: Journal::default(),
            people: People::default(),
            check: Check::default(),
            shell: Shell::default(),
            keys: Keys::default(),
            phase: Phase { faults: true, arrivals: true },
            rough,
            trace: traced.then(Vec::new),
            jobs: BTreeMap::new(),
            sequence: 0,
            minted: 0,
            lines: BTreeMap::new(),
            ticks: BTreeMap::new(),
            under_way: 0,
            restarting: false,
        };
        world.found();
        world
    }

    /// Stage time.
    pub fn now(&self) -> Timestamp {
        Timestamp(self.real + self.offset)
    }

    /// Writes a line, if somebody reads.
    pub fn say(&mut self, line: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>9.3} {}", self.real as f64 / 1000.0, line()));
        }
    }

    fn found(&mut self) {
        let changes = crate::topology::first(&mut self.random.topology);
        let unit: Vec<Arc<Record>> = changes
            .into_iter()
            .map(|change| {
                let by = callboard::domain::conversation::By::System;
                Arc::new(Record::Configured(callboard::domain::record::Configured {
                    at: self.now(),
                    by,
                    change,
                }))
            })
            .collect();
        self.journal.append(unit);
        self.journal.durable = 1;
        self.start();
        let people: Vec<AgentId> = (0..5).map(|n| format!("a{n}").into()).collect();
        for (n, agent) in people.into_iter().enumerate() {
            self.people.agents.push(Person::new(agent, &mut self.random.people));
            let at = self.random.people.between(0, 4000);
            self.push(at, Job::Wake(n));
        }
        self.push(500, Job::Outside);
        let first = self.random.faults.between(5_000, 40_000);
        self.push(first, Job::Fault);
    }

    /// Adds a job, so many ms from now.
    pub fn push(&mut self, delay: i64, job: Job) {
        if matches!(job, Job::Mail(..) | Job::Synced(_)) {
            self.under_way += 1;
        }
        self.sequence += 1;
        self.jobs.insert((self.real + delay.max(0), self.sequence), job);
    }

    /// Builds all machines from the journal and starts them.
    pub fn start(&mut self) {
        self.jobs.retain(|_, job| matches!(job, Job::Wake(_) | Job::Outside | Job::Fault));
        self.under_way = 0;
        self.lines.clear();
        self.ticks.clear();
        self.started_at = self.now();
        self.house = House::folded(self.journal.records(), self.started_at);
        self.restart_shell();
        self.check.restarted(&self.journal, self.started_at);
        self.check.after_start(&self.house);
        for queue in self.house.queues.values_mut() {
            planted::replayed(queue, self.planted);
        }
        for id in self.house.queues.keys().cloned().collect::<Vec<_>>() {
            self.turn::<Queue>(&id, &queue::Input::Started, 0);
        }
        for id in self.house.agents.keys().cloned().collect::<Vec<_>>() {
            self.turn::<Agent>(&id, &agent::Input::Started, 0);
        }
        self.sync();
        self.speak();
    }

    /// One step; false when nothing is left to do.
    pub fn step(&mut self) -> bool {
        let Some(((at, _), job)) = self.jobs.pop_first() else { return false };
        self.real = at;
        self.steps += 1;
        if self.steps > MAX_STEPS {
            self.check.fail(Failure::new("L", "the world does not come to rest".into()));
        }
        match job {
            Job::Mail(from, to, mail) => {
                self.under_way -= 1;
                self.deliver(&from, &to, mail);
            }
            Job::Tick(address) => self.tick(&address),
            Job::Synced(units) => {
                self.under_way -= 1;
                self.synced(units);
            }
            Job::Hear(said) => self.hear(said),
            Job::Wake(n) => self.wake(n),
            Job::Decide(n, grant, id) => self.answer_offer(n, grant, id),
            Job::Outside => self.outside(),
            Job::Again(n) => self.try_key(n),
            Job::Fault => self.fault(),
        }
        self.sync();
        self.speak();
        if self.under_way == 0 {
            let often = self.random.checks.chance(2) || !self.phase.faults;
            let (now, started) = (self.now(), self.started_at);
            self.check.quiet(&self.house, &self.journal, now, started, often);
            let waits = self.people.replies.iter().next().filter(|_| self.journal.held.is_empty());
            if let Some((reply, asker)) = waits {
                self.check.fail(Failure::new("A1", format!("{reply:?} ({asker:?}) is never answered")));
            }
        }
        true
    }

    fn synced(&mut self, units: usize) {
        self.journal.syncing = None;
        self.journal.durable = units;
        self.shell.feed(&self.journal.units, units, self.planted);
        self.say(|| format!("journal: {units} units durable"));
    }

    fn sync(&mut self) {
        if self.journal.wants_sync() {
            let target = self.journal.units.len();
            self.journal.syncing = Some(target);
            let slow = self.random.network.chance(5);
            let delay = if slow {
                self.random.network.between(100, 1_500)
            } else {
                self.random.network.between(1, 60)
            };
            if self.planted == Planted::TornBatch && self.journal.units[target - 1].len() > 1 {
                self.journal.torn = Some((target - 1, 1));
            } else {
                self.journal.torn = None;
            }
            self.push(delay, Job::Synced(target));
        }
    }

    /// Lets leave what may.
    fn speak(&mut self) {
        while let Some(said) = self.journal.speak(self.planted == Planted::VoiceBeforeSync) {
            self.leaves(said);
        }
    }

    /// One decide of a machine with everything that follows from it.
    pub fn turn<M: Played>(&mut self, id: &M::Id, input: &M::Input, depth: u32) {
        let now = self.now();
        self.minted += 1;
        let config = self.house.config.clone();
        let Some(machine) = M::find(&mut self.house, id) else {
            self.say(|| format!("nobody at {}", M::address(id)));
            return;
        };
        let mint = Mint::new(now, mix(self.seed ^ mix(self.minted)));
        let ctx = Ctx { now, config: &config, mint, elapsed_us: &|| 0 };
        let mut out = Outbox::default();
        machine.decide(&ctx, input, &mut out);
        M::tamper(machine, input, &mut out, self.planted, now);
        M::watch(machine, input, &out, &mut self.check, &config, now);
        let mut unit = Vec::new();
        for effect in out.effects {
            match effect {
                Effect::Record(record) => {
                    machine.apply(&record);
                    unit.push(Arc::new(record));
                }
                Effect::Soft(soft) => machine.note(&soft),
            }
        }
        M::after(machine, &mut self.check, &config);
        let address = M::address(id);
        let kept = self.kept(&out.answers);
        if self.planted == Planted::KeptApart {
            self.commit(&address, unit);
            self.commit(&address, kept);
        } else {
            unit.extend(kept);
            self.commit(&address, unit);
        }
        for send in out.sends {
            self.send(&address, send);
        }
        out.notices.into_iter().for_each(|notice| self.journal.say(Said::Notice(notice)));
        for (reply, answer) in out.answers {
            self.journal.say(Said::Answer(reply, answer));
        }
        if depth > MAX_DEPTH {
            return self.check.fail(Failure::new("L", format!("{address} talks to itself without end")));
        }
        for input in out.then {
            self.turn::<M>(id, &input, depth + 1);
        }
        if depth == 0 {
            self.plan(&address);
        }
    }

    /// Puts the records of one decide on record and sends them to whoever folds them.
    #[allow(clippy::needless_pass_by_value)] // a unit is given away
    fn commit(&mut self, author: &Address, unit: Vec<Arc<Record>>) {
        if unit.is_empty() {
            return;
        }
        let now = self.now();
        self.journal.append(unit.clone());
        self.check.unit(author, &unit, &self.house, now);
        for record in &unit {
            self.say(|| format!("{author} records {}", words::record(record)));
            self.note_effect(record);
            if let Record::Configured(configured) = &**record {
                self.house.configure(&configured.change, now);
                self.check.configured(now);
            }
            self.fan_out(author, record);
        }
        if matches!(&**unit.last().unwrap_or(&unit[0]), Record::Configured(_)) {
            self.plan_all();
        }
    }

    fn fan_out(&mut self, author: &Address, record: &Arc<Record>) {
        self.house.note_entry(record);
        let audience = audience(record);
        if let (Some(id), Some(new)) = (audience.home, audience.new_home) {
            let to = Address::Queue(new.clone());
            if to == *author {
                self.house.directory.insert(id, new.clone());
            } else if !self.planted.forgets_move() {
                self.post(author, Mail::Fold(record.clone()), to);
            }
        }
        for agent in agents_of(record) {
            let to = Address::Agent(agent);
            if to != *author && !self.planted.hides(record) {
                self.post(author, Mail::Fold(record.clone()), to);
            }
        }
        if let Some((channel, stream)) = audience.entry.and_then(|id| self.house.entries.get(&id)).cloned() {
            if crate::records::is_entity(&channel) {
                self.post(author, Mail::Fold(record.clone()), Address::Entities);
            }
            self.post(author, Mail::Fold(record.clone()), Address::Channel(channel));
            self.post(author, Mail::Fold(record.clone()), Address::Stream(stream));
        }
    }

    /// What was answered to a caller, as the checkers should know.
    pub fn told(&mut self, answer: &Answer) {
        self.check.told(answer);
    }
}
