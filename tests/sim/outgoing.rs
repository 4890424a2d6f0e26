//! What goes out, played over the timelines of a seed: endpoints that fail, refuse and hear a call whose outcome is lost,
//! and crashes between, started again from the log or from a snapshot.
//!
//! The checker keeps what is wanted and what was heard by code of its own (W1).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use callboard::domain::command::{Caller, Reply};
use callboard::domain::config::{Change, Config, Key, Secret, Webhook};
use callboard::domain::conversation::{By, Event, Happening};
use callboard::domain::ids::{ChannelId, ConversationId, Mint, WebhookId};
use callboard::domain::machine::{Ctx, Effect, Machine, Outbox};
use callboard::domain::outbound::{
    Act, Delivery, Input, Outbound, OutboundHappening, OutboundRecord, Outcome, Report, Spot, Target,
    TrialResult,
};
use callboard::domain::record::{Configured, Record};
use callboard::domain::time::Timestamp;

use crate::check::Failure;
use crate::planted::Planted;
use crate::random::Random;

/// Rounds without faults within which everything must have gone out: each passes to what is due next.
const ROUNDS: usize = 200_000;

/// What the checker knows of one webhook and one conversation.
#[derive(Default)]
struct Line {
    wanted: BTreeSet<u32>,
    /// Heard at least once, or given up.
    done: BTreeSet<u32>,
}

/// The play of one seed.
pub struct Outgoing {
    random: Random,
    planted: Planted,
    now: Timestamp,
    config: Config,
    machine: Outbound,
    log: Vec<Arc<Record>>,
    /// A snapshot: what the log held then, and what was pending and dead.
    snapshot: Option<(usize, Vec<OutboundHappening>)>,
    under_way: Vec<Delivery>,
    channels: BTreeMap<ConversationId, ChannelId>,
    lines: BTreeMap<(WebhookId, ConversationId), Line>,
    /// How often the checker looked.
    pub looked: u64,
    failure: Option<Failure>,
}

/// Plays the outside of these records; says how often the checker looked, and what it found.
pub fn play(seed: u64, planted: Planted, records: &[Arc<Record>]) -> (u64, Option<Failure>) {
    let mut play = Outgoing {
        random: Random::named(seed, "outgoing"),
        planted,
        now: Timestamp(0),
        config: Config::default(),
        machine: Outbound::new(),
        log: Vec::new(),
        snapshot: None,
        under_way: Vec::new(),
        channels: BTreeMap::new(),
        lines: BTreeMap::new(),
        looked: 0,
        failure: None,
    };
    play.run(records);
    (play.looked, play.failure)
}

impl Outgoing {
    fn run(&mut self, records: &[Arc<Record>]) {
        let events: Vec<&Arc<Record>> = records.iter().filter(|r| matches!(***r, Record::Event(_))).collect();
        (0..2).for_each(|_| self.configure(events.first().copied()));
        for (index, record) in events.iter().enumerate() {
            self.take(record);
            if self.random.chance(60) {
                self.begin();
            }
            while !self.under_way.is_empty() && self.random.chance(50) {
                self.finish(true);
            }
            match self.random.below(200) {
                0..2 => self.crash(),
                2..4 => self.snapshot = Some((self.log.len(), self.machine.freeze())),
                4 => self.configure(events.get(index + 1).copied()),
                5..30 => {
                    self.pass();
                }
                _ => {}
            }
            if self.failure.is_some() {
                return;
            }
        }
        for _ in 0..ROUNDS {
            self.begin();
            if self.under_way.is_empty() && !self.pass() {
                break;
            }
            while !self.under_way.is_empty() {
                self.finish(false);
            }
        }
        self.complete();
    }

    /// An event of the house: wanted or not, by the checker's own reading of the configuration.
    fn take(&mut self, record: &Arc<Record>) {
        let Record::Event(event) = &**record else { return };
        self.now = self.now.max(event.at);
        if let Happening::Created(born) = &event.what {
            self.channels.insert(event.conversation, born.channel_id.clone());
        }
        if !Happening::KINDS.contains(&event.what.kind()) {
            self.fail(format!("{} is no known type of event", event.what.kind()));
        }
        for (id, webhook) in self.config.webhooks.clone() {
            if self.wants(&webhook, event) {
                self.lines.entry((id, event.conversation)).or_default().wanted.insert(event.seq);
            }
        }
        self.record(record.clone());
        self.decide(&Input::Folded);
    }

    fn wants(&self, webhook: &Webhook, event: &Event) -> bool {
        let kind = event.what.kind().to_owned();
        let channel = &self.channels[&event.conversation];
        let named = webhook.event_types.is_empty() || webhook.event_types.contains(&kind);
        webhook.active && named && webhook.channel_ids.iter().all(|id| id == channel)
    }

    fn record(&mut self, record: Arc<Record>) {
        if Outbound::cares(&record, &self.config) {
            self.machine.apply(&record);
        }
        self.log.push(record);
    }

    /// A webhook is put, changed or deleted.
    fn configure(&mut self, next: Option<&Arc<Record>>) {
        let id = WebhookId::from(self.random.of(&["crm", "log", "shop"]));
        let change = if self.config.webhooks.contains_key(&id) && self.random.chance(20) {
            self.lines.retain(|(webhook, _), _| *webhook != id);
            self.under_way.retain(|delivery| delivery.target != Target::Webhook(id.clone()));
            Change::Delete(Key::Webhook(id))
        } else {
            let kinds = ["message", "assigned", "closed", "conversation.created", "offered"];
            let count = self.random.below(4);
            let event_types: BTreeSet<&str> = (0..count).map(|_| self.random.of(&kinds)).collect();
            let mut channel_ids = Vec::new();
            if let (true, Some(Record::Event(event))) = (self.random.chance(20), next.map(|r| &**r)) {
                channel_ids.extend(self.channels.get(&event.conversation).cloned());
            }
            let webhook = Webhook {
                name: "w".to_owned(),
                url: "https://crm.example/".to_owned(),
                event_types: event_types.into_iter().map(str::to_owned).collect(),
                work_stream_ids: Vec::new(),
                channel_ids,
                // One that is told nothing could not come to rest.
                active: true,
                secret: Secret([1; 32].as_slice().into()),
                previous: None,
            };
            Change::PutWebhook(id, Arc::new(webhook))
        };
        self.config.apply(&change);
        self.record(Arc::new(Record::Configured(Configured { at: self.now, by: By::System, change })));
    }

    fn decide(&mut self, input: &Input) {
        let mint = Mint::new(self.now, self.random.next());
        let ctx = Ctx { now: self.now, config: &self.config, mint, elapsed_us: &|| 0 };
        let mut out = Outbox::default();
        self.machine.decide(&ctx, input, &mut out);
        for effect in out.effects {
            let Effect::Record(record) = effect else { continue };
            self.bury(&record);
            self.record(Arc::new(record));
        }
    }

    /// What is given up is done with.
    fn bury(&mut self, record: &Record) {
        let Record::Outbound(OutboundRecord { what: OutboundHappening::Tried(trials), .. }) = record else {
            return;
        };
        for trial in trials.iter().filter(|trial| matches!(trial.result, TrialResult::Dead { .. })) {
            self.done(&trial.delivery);
        }
    }

    fn done(&mut self, delivery: &Delivery) {
        let Target::Webhook(id) = &delivery.target else { return };
        let key = (id.clone(), delivery.spot.conversation);
        if let Some(line) = self.lines.get_mut(&key) {
            line.done.insert(delivery.spot.seq);
        }
    }

    /// The sender begins what is due.
    fn begin(&mut self) {
        let mut found = Vec::new();
        for (target, lines) in self.machine.targets() {
            let busy = |id| self.under_way.iter().any(|d| d.target == *target && d.spot.conversation == id);
            let due = lines.due(self.now, &busy).take(4);
            found.extend(due.map(|due| Delivery { target: target.clone(), spot: due.spot }));
        }
        if self.planted == Planted::LaterFirst {
            for delivery in &mut found {
                let all = self.machine.lines(&delivery.target).map(|lines| lines.all_pending(None));
                let same = |(spot, _): &(Spot, _)| spot.conversation == delivery.spot.conversation;
                if let Some((last, _)) = all.and_then(|all| all.filter(same).last()) {
                    delivery.spot = last;
                }
            }
        }
        self.under_way.append(&mut found);
    }

    /// One attempt ends; with `faults` as badly as it may.
    fn finish(&mut self, faults: bool) {
        let at = self.random.below(self.under_way.len() as u64) as usize;
        let delivery = self.under_way.swap_remove(at);
        let outcome = match self.random.below(100) {
            0..20 if faults => Outcome::Failed { problem: "500".to_owned(), retry_after: None },
            20..25 if faults => Outcome::Failed { problem: "429".to_owned(), retry_after: Some(60) },
            25..28 if faults => Outcome::Refused { problem: "410".to_owned() },
            28..33 if faults => {
                // Heard, but what came of it is lost: the sender crashes.
                self.heard(&delivery);
                return self.crash();
            }
            _ => {
                self.heard(&delivery);
                Outcome::Delivered { provider_id: None }
            }
        };
        let act = Act::Report(vec![Report { delivery, outcome }]);
        self.decide(&Input::Act { act, caller: Caller::system(), reply: Reply::NONE });
    }

    /// The endpoint hears of an event: every earlier one that is wanted must have been heard, or be dead.
    fn heard(&mut self, delivery: &Delivery) {
        let Target::Webhook(id) = &delivery.target else { return };
        let Spot { conversation, seq } = delivery.spot;
        self.looked += 1;
        // Of a webhook that was deleted meanwhile nothing is expected.
        let Some(line) = self.lines.get(&(id.clone(), conversation)) else { return };
        if !line.wanted.contains(&seq) {
            self.fail(format!("{id} hears {}, which it did not want", delivery.spot));
        } else if let Some(earlier) = line.wanted.range(..seq).find(|seq| !line.done.contains(seq)) {
            let what = format!("{id} hears {} before event {earlier}", delivery.spot);
            self.fail(what);
        }
        self.done(delivery);
    }

    /// The sender and the machine are gone; the machine is made again from the log, or from a snapshot and the rest of it.
    fn crash(&mut self) {
        self.under_way.clear();
        let mut machine = Outbound::new();
        let mut config = Config::default();
        let mut fold = |machine: &mut Outbound, record: &Record| {
            if let Record::Configured(configured) = record {
                config.apply(&configured.change);
            }
            if Outbound::cares(record, &config) {
                machine.apply(record);
            }
        };
        let happened =
            |what| Record::Outbound(OutboundRecord { at: Timestamp::default(), by: By::System, what });
        let mut begin = 0;
        if let Some((at, carried)) = &self.snapshot {
            begin = *at;
            machine.apply(&happened(OutboundHappening::Restoring));
            let history = self.log[..begin].iter().filter(|record| !matches!(***record, Record::Outbound(_)));
            history.for_each(|record| fold(&mut machine, record));
            if self.planted != Planted::SnapshotForgetsDeliveries {
                carried.iter().for_each(|what| machine.apply(&happened(what.clone())));
            }
            machine.apply(&happened(OutboundHappening::Restored));
        }
        self.log[begin..].iter().for_each(|record| fold(&mut machine, record));
        self.machine = machine;
    }

    /// To when the next one is due; whether there is one.
    fn pass(&mut self) -> bool {
        let next = self.machine.targets().filter_map(|(_, lines)| lines.next_due(self.now)).min();
        self.now = next.unwrap_or(self.now);
        next.is_some()
    }

    /// At the end each wanted event was heard or is dead.
    fn complete(&mut self) {
        let open = |((id, conversation), line): (&(WebhookId, ConversationId), &Line)| {
            let missing = line.wanted.iter().find(|seq| !line.done.contains(seq))?;
            Some(format!("{id} never hears of event {missing} of {conversation}"))
        };
        if let (None, Some(what)) = (&self.failure, self.lines.iter().find_map(open)) {
            self.fail(what);
        }
    }

    fn fail(&mut self, what: String) {
        self.failure.get_or_insert(Failure::new("W1", what));
    }
}
