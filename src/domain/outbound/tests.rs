//! The outbound machine over the records of a real house.

use std::sync::Arc;

use super::*;
use crate::command::{Act as Does, Answer, Caller, Code, Refusal, Reply};
use crate::config::{Change, Key, Secret, Webhook};
use crate::conversation::By;
use crate::ids::{ConversationId, Mint};
use crate::kit::{Kit, backend};
use crate::machine::{Ctx, Effect, Machine, Outbox};
use crate::record::Record;
use crate::time::Timestamp;

/// A house, and the machine beside it.
struct Play {
    kit: Kit,
    outbound: Outbound,
    /// All records that it has folded, in order.
    log: Vec<Arc<Record>>,
    taken: usize,
}

fn webhook(change: impl FnOnce(&mut Webhook)) -> Arc<Webhook> {
    let mut webhook = Webhook {
        name: "CRM".to_owned(),
        url: "https://crm.example/in".to_owned(),
        event_types: Vec::new(),
        work_stream_ids: Vec::new(),
        channel_ids: Vec::new(),
        active: true,
        secret: Secret([7; 32].as_slice().into()),
        previous: None,
    };
    change(&mut webhook);
    Arc::new(webhook)
}

fn crm() -> Target {
    Target::Webhook("crm".into())
}

impl Play {
    fn new(change: impl FnOnce(&mut Webhook)) -> Self {
        let mut play = Self { kit: Kit::new(), outbound: Outbound::new(), log: Vec::new(), taken: 0 };
        play.put(change);
        play
    }

    fn put(&mut self, change: impl FnOnce(&mut Webhook)) {
        self.kit.put(Change::PutWebhook("crm".into(), webhook(change)));
        self.catch_up();
    }

    /// Folds what the house has recorded since.
    fn catch_up(&mut self) {
        let new = self.kit.log[self.taken..].to_owned();
        for record in new {
            self.outbound.apply(&record);
            self.log.push(record);
            self.decide(&Input::Folded);
        }
        self.taken = self.kit.log.len();
    }

    fn decide(&mut self, input: &Input) -> Option<Result<Answer, Refusal>> {
        let mint = Mint::new(self.kit.now, 1);
        let ctx = Ctx { now: self.kit.now, config: &self.kit.config, mint, elapsed_us: &|| 0 };
        let mut out = Outbox::default();
        self.outbound.decide(&ctx, input, &mut out);
        for effect in out.effects {
            let Effect::Record(record) = effect else { unreachable!("it has no soft state") };
            self.outbound.apply(&record);
            self.log.push(Arc::new(record));
        }
        for input in out.then {
            self.decide(&input);
        }
        out.answers.pop().map(|(_, answer)| answer)
    }

    fn act(&mut self, act: Act) -> Result<Answer, Refusal> {
        let input = Input::Act { act, caller: Caller::system(), reply: Reply(1) };
        self.decide(&input).expect("an answer")
    }

    fn create(&mut self) -> ConversationId {
        let id = self.kit.create();
        self.catch_up();
        id
    }

    fn due(&self) -> Vec<(ConversationId, u32)> {
        let Some(lines) = self.outbound.lines(&crm()) else { return Vec::new() };
        lines.due(self.kit.now, &|_| false).map(|due| (due.spot.conversation, due.spot.seq)).collect()
    }

    fn report(&mut self, (conversation, seq): (ConversationId, u32), outcome: Outcome) {
        let delivery = Delivery { target: crm(), spot: Spot { conversation, seq } };
        assert_eq!(self.act(Act::Report(vec![Report { delivery, outcome }])), Ok(Answer::Done));
    }

    fn delivered(&mut self, what: (ConversationId, u32)) {
        self.report(what, Outcome::Delivered { provider_id: None });
    }

    fn failed(&mut self, what: (ConversationId, u32)) {
        self.report(what, Outcome::Failed { problem: "500".to_owned(), retry_after: None });
    }

    fn pending(&self) -> usize {
        self.outbound.lines(&crm()).map_or(0, Lines::pending_len)
    }
}

#[test]
fn only_the_head_of_a_line_is_due_and_the_next_one_after_it() {
    let mut play = Play::new(|_| ());
    let a = play.create();
    // Ids of one millisecond are in no order.
    play.kit.pass(1);
    let b = play.create();
    let seqs = play.kit.conversation(a).version;
    assert!(seqs >= 2, "a creation is more than one event");
    assert_eq!(play.due(), [(a, 1), (b, 1)]);
    play.delivered((a, 1));
    assert_eq!(play.due(), [(a, 2), (b, 1)]);
    play.failed((a, 2));
    assert_eq!(play.due(), [(b, 1)], "the line of a waits, that of b does not");
    play.kit.now = play.kit.now.plus_ms(6_000);
    assert_eq!(play.due(), [(b, 1), (a, 2)]);
}

#[test]
fn a_delivery_that_fails_for_a_day_is_dead_and_lets_the_next_one_go() {
    let mut play = Play::new(|_| ());
    let id = play.create();
    for attempt in 1..=schedule::MAX_ATTEMPTS {
        assert_eq!(play.due(), [(id, 1)], "attempt {attempt}");
        play.failed((id, 1));
        play.kit.now = play.kit.now.plus_ms(12 * 3_600_000);
    }
    assert_eq!(play.due(), [(id, 2)]);
    let dead: Vec<_> = play.outbound.lines(&crm()).unwrap().all_dead(None).collect();
    assert_eq!((dead[0].0.seq, dead[0].1.attempts, &*dead[0].1.problem), (1, 11, "500"));
}

#[test]
fn a_refused_delivery_is_dead_at_once_and_goes_again_when_it_is_replayed() {
    let mut play = Play::new(|_| ());
    let id = play.create();
    play.report((id, 1), Outcome::Refused { problem: "410".to_owned() });
    assert_eq!(play.due(), [(id, 2)]);
    let spot = Spot { conversation: id, seq: 1 };
    let at = play.outbound.lines(&crm()).unwrap().dead(spot).unwrap().at;
    assert_eq!(play.act(Act::Replay { target: crm(), spots: vec![(spot, at)] }), Ok(Answer::Done));
    assert_eq!(play.due(), [(id, 1)], "it stands before the later ones again");
    assert_eq!(play.outbound.lines(&crm()).unwrap().dead_len(), 0);
    assert_eq!(play.act(Act::Discard { target: crm(), spot }), Ok(Answer::Done));
    assert_eq!(play.due(), [(id, 2)]);
    let gone = play.act(Act::Discard { target: crm(), spot });
    assert_eq!(gone, Err(Refusal::of(Code::UnknownResource)));
}

#[test]
fn a_webhook_is_told_what_it_wants_since_it_was_configured() {
    let mut play = Play::new(|webhook| webhook.event_types = vec!["message".to_owned()]);
    let id = play.create();
    assert_eq!(play.pending(), 0);
    play.kit.say(id, "hello", backend()).unwrap();
    play.catch_up();
    assert_eq!(play.pending(), 1);
    let other = play.kit.config.channels[&"chat".into()].clone();
    play.kit.put(Change::PutChannel("other".into(), other));
    play.put(|webhook| webhook.channel_ids = vec!["other".into()]);
    play.create();
    assert_eq!(play.pending(), 1, "of another channel");
    play.put(|webhook| webhook.work_stream_ids = vec!["push".into()]);
    play.kit.say(id, "again", backend()).unwrap();
    play.catch_up();
    assert_eq!(play.pending(), 2, "a conversation from before is told of from here on");
    play.put(|webhook| webhook.active = false);
    play.kit.say(id, "nobody listens", backend()).unwrap();
    play.catch_up();
    assert_eq!(play.pending(), 2);
}

#[test]
fn a_deleted_webhook_drops_what_waits_for_it() {
    let mut play = Play::new(|_| ());
    let id = play.create();
    play.kit.put(Change::Delete(Key::Webhook("crm".into())));
    play.catch_up();
    assert_eq!(play.pending(), 0);
    play.delivered((id, 1));
    let spots = vec![(Spot { conversation: id, seq: 1 }, Timestamp(0))];
    let refused = play.act(Act::Replay { target: crm(), spots });
    assert_eq!(refused, Err(Refusal::of(Code::UnknownResource)));
    assert!(!play.log.iter().any(|record| matches!(**record, Record::Outbound(_))), "nothing came of it");
}

#[test]
fn too_many_that_wait_become_dead_letters_the_oldest_first() {
    let mut play = Play::new(|_| ());
    let id = play.create();
    play.kit.act(id, Does::End, backend()).unwrap();
    play.catch_up();
    let many = 0..u32::try_from(MAX_PENDING).unwrap();
    let spots =
        many.map(|n| (Spot { conversation: id, seq: 1_000 + n }, play.kit.now.plus_ms(1 + i64::from(n))));
    let spots = spots.collect();
    assert_eq!(play.act(Act::Replay { target: crm(), spots }), Ok(Answer::Done));
    let lines = play.outbound.lines(&crm()).unwrap();
    assert!(lines.pending_len() < MAX_PENDING && lines.pending_len() > MAX_PENDING * 9 / 10);
    let first = lines.all_dead(None).next().unwrap();
    assert_eq!((first.0.seq, &*first.1.problem), (1, "overflow"));
    assert_eq!(first.1.attempts, 0);
}

#[test]
fn a_second_report_of_one_attempt_changes_nothing() {
    let mut play = Play::new(|_| ());
    let id = play.create();
    let delivery = Delivery { target: crm(), spot: Spot { conversation: id, seq: 1 } };
    let report = Report { delivery, outcome: Outcome::Delivered { provider_id: None } };
    play.act(Act::Report(vec![report.clone(), report.clone()])).unwrap();
    let before = play.log.len();
    play.act(Act::Report(vec![report])).unwrap();
    assert_eq!(play.log.len(), before);
}

#[test]
fn dead_letters_live_as_long_as_the_conversations_are_kept() {
    let mut play = Play::new(|_| ());
    let id = play.create();
    play.report((id, 1), Outcome::Refused { problem: "410".to_owned() });
    play.kit.now = play.kit.now.plus_ms(91 * 86_400_000);
    play.delivered((id, 2));
    assert_eq!(play.outbound.lines(&crm()).unwrap().dead_len(), 0);
}

#[test]
fn a_start_from_the_log_or_from_a_snapshot_has_the_same_pending_and_dead() {
    let mut play = Play::new(|_| ());
    let (a, b) = (play.create(), play.create());
    play.report((a, 1), Outcome::Refused { problem: "410".to_owned() });
    play.failed((a, 2));
    play.delivered((b, 1));
    let mut whole = Outbound::new();
    play.log.iter().for_each(|record| whole.apply(record));
    assert_eq!(whole, play.outbound);

    let happened = |what| Record::Outbound(OutboundRecord { at: Timestamp::default(), by: By::System, what });
    let mut restored = Outbound::new();
    restored.apply(&happened(OutboundHappening::Restoring));
    let history = play.log.iter().filter(|record| !matches!(***record, Record::Outbound(_)));
    history.for_each(|record| restored.apply(record));
    play.outbound.freeze().into_iter().for_each(|what| restored.apply(&happened(what)));
    restored.apply(&happened(OutboundHappening::Restored));
    assert_eq!(restored, play.outbound);
    let known = play.log.len();
    let id = play.create();
    play.log[known..].iter().for_each(|record| restored.apply(record));
    assert_eq!(restored, play.outbound);
    assert!(play.due().contains(&(id, 1)));
}

#[test]
fn the_name_of_an_event_reads_back() {
    let spot = Spot { conversation: ConversationId(Mint::new(Timestamp(9), 3).uuid()), seq: 42 };
    assert_eq!(Spot::read(&spot.to_string()), Some(spot));
    for bad in ["", "-", "1-1", &format!("{}-", spot.conversation), &format!("{}-01", spot.conversation)] {
        assert_eq!(Spot::read(bad), None, "{bad}");
    }
}
