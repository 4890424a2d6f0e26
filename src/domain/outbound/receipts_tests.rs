//! Receipts: how far messages to customers are, by attempts and by what providers tell.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::command::{Answer, Caller, Reply};
use crate::config::{Change, Config, Key, Provider};
use crate::conversation::By;
use crate::ids::{ChannelId, ConversationId, Mint};
use crate::kit::{Kit, backend, by_agent};
use crate::machine::{Ctx, Effect, Machine, Outbox};
use crate::record::Record;
use crate::time::Timestamp;

/// The machine, the records that it made and got, and a conversation with answers to a provider's customer.
struct Play {
    outbound: Outbound,
    log: Vec<Arc<Record>>,
    config: Config,
    now: Timestamp,
    id: ConversationId,
}

fn chat() -> ChannelId {
    "chat".into()
}

fn failed(problem: &str) -> Progress {
    Progress::Stands { state: DeliveryState::Failed, problem: Some(problem.into()) }
}

fn stands(state: DeliveryState) -> Progress {
    Progress::Stands { state, problem: None }
}

impl Play {
    /// An agent has said `answers` things.
    fn new(answers: usize) -> Self {
        let mut kit = Kit::new();
        let mut channel = (*kit.config.channels[&chat()]).clone();
        channel.provider = Some(Box::new(Provider { name: "custom".into(), settings: BTreeMap::new() }));
        kit.put(Change::PutChannel(chat(), Arc::new(channel)));
        kit.put_agent("ana", 100);
        kit.connect("ana");
        let id = kit.create();
        kit.answer("ana", id, true).unwrap();
        kit.say(id, "what the customer says goes nowhere", backend()).unwrap();
        for n in 0..answers {
            kit.say(id, &n.to_string(), by_agent("ana")).unwrap();
        }
        let mut outbound = Outbound::new();
        kit.log.iter().for_each(|record| outbound.apply(record));
        Self { outbound, log: kit.log.clone(), config: kit.config.clone(), now: kit.now, id }
    }

    fn act(&mut self, act: Act) {
        let mint = Mint::new(self.now, 1);
        let ctx = Ctx { now: self.now, config: &self.config, mint, elapsed_us: &|| 0 };
        let mut out = Outbox::default();
        let input = Input::Act { act, caller: Caller::system(), reply: Reply(1) };
        self.outbound.decide(&ctx, &input, &mut out);
        for effect in out.effects {
            let Effect::Record(record) = effect else { unreachable!("it has no soft state") };
            self.outbound.apply(&record);
            self.log.push(Arc::new(record));
        }
        assert_eq!(out.answers, [(Reply(1), Ok(Answer::Done))]);
    }

    /// The spot of the first answer that waits.
    fn head(&self) -> Spot {
        let lines = self.outbound.lines(&Target::Channel(chat())).expect("a line");
        lines.all_pending(None).next().expect("one that waits").0
    }

    fn report(&mut self, spot: Spot, outcome: Outcome) {
        let delivery = Delivery { target: Target::Channel(chat()), spot };
        self.act(Act::Report(vec![Report { delivery, outcome }]));
    }

    /// The provider takes the first answer that waits.
    fn taken_as(&mut self, name: &str) -> Spot {
        let spot = self.head();
        self.report(spot, Outcome::Delivered { provider_id: Some(name.into()) });
        spot
    }

    fn told(&mut self, name: &str, state: DeliveryState, problem: Option<&str>) {
        let (provider_id, problem) = (name.into(), problem.map(Into::into));
        self.act(Act::State { channel: chat(), provider_id, state, problem });
    }

    /// The machine after a start from a snapshot of now.
    fn restored(&self) -> Outbound {
        let happened =
            |what| Record::Outbound(OutboundRecord { at: Timestamp::default(), by: By::System, what });
        let mut restored = Outbound::new();
        restored.apply(&happened(OutboundHappening::Restoring));
        let history = self.log.iter().filter(|record| !matches!(***record, Record::Outbound(_)));
        history.for_each(|record| restored.apply(record));
        self.outbound.freeze().into_iter().for_each(|what| restored.apply(&happened(what)));
        restored.apply(&happened(OutboundHappening::Restored));
        restored
    }

    fn progress(&self) -> Vec<Progress> {
        self.outbound.progress(&chat(), self.id).into_values().collect()
    }
}

#[test]
fn a_message_is_pending_then_retried_then_as_far_as_its_provider_tells() {
    let mut play = Play::new(2);
    assert_eq!(play.progress(), [Progress::Pending, Progress::Pending]);
    let head = play.head();
    play.report(head, Outcome::Failed { problem: "503".to_owned(), retry_after: None });
    assert_eq!(play.progress(), [Progress::Retrying { problem: "503".into() }, Progress::Pending]);
    play.taken_as("x-1");
    play.report(play.head(), Outcome::Refused { problem: "no such user".to_owned() });
    assert_eq!(play.progress(), [stands(DeliveryState::Sent), failed("no such user")]);
    play.told("x-1", DeliveryState::Read, Some("words that no success has"));
    assert_eq!(play.progress(), [stands(DeliveryState::Read), failed("no such user")]);
}

#[test]
fn whatever_the_order_of_a_providers_notices_the_same_state_stands() {
    use DeliveryState::{Delivered, Failed, Read, Sent};
    for (notices, stands) in [
        (vec![Read, Delivered, Sent], Read),
        (vec![Sent, Delivered, Read], Read),
        (vec![Delivered, Failed], Delivered),
        (vec![Failed, Delivered], Delivered),
        (vec![Failed, Sent], Failed),
    ] {
        let mut play = Play::new(1);
        play.taken_as("x-1");
        for state in &notices {
            play.told("x-1", *state, None);
        }
        let expected = [Progress::Stands { state: stands, problem: None }];
        assert_eq!(play.progress(), expected, "{notices:?}");
    }
}

#[test]
fn a_notice_of_an_unknown_message_or_of_what_is_known_records_nothing() {
    let mut play = Play::new(1);
    play.taken_as("x-1");
    let known = play.log.len();
    play.told("x-2", DeliveryState::Delivered, None);
    play.told("x-1", DeliveryState::Sent, None);
    let (provider_id, state) = ("x-1".into(), DeliveryState::Failed);
    play.act(Act::State { channel: "other".into(), provider_id, state, problem: None });
    assert_eq!(play.log.len(), known);
    play.told("x-1", DeliveryState::Failed, Some("full"));
    play.told("x-1", DeliveryState::Failed, Some("again"));
    assert_eq!((play.log.len(), play.progress()), (known + 1, vec![failed("full")]));
}

#[test]
fn a_message_that_is_given_up_failed_and_one_that_is_sent_again_is_pending() {
    let mut play = Play::new(2);
    let (target, spot) = (Target::Channel(chat()), play.head());
    play.report(spot, Outcome::Refused { problem: "410".to_owned() });
    play.act(Act::Discard { target: target.clone(), spot });
    play.act(Act::Discard { target: target.clone(), spot: play.head() });
    assert_eq!(play.progress(), [failed("410"), failed("discarded")]);
    play.act(Act::Replay { target, spots: vec![(spot, play.now)] });
    assert_eq!(play.progress(), [Progress::Pending, failed("discarded")]);
    play.taken_as("x-1");
    assert_eq!(play.progress(), [stands(DeliveryState::Sent), failed("discarded")]);
}

#[test]
fn the_oldest_receipts_are_forgotten_with_their_names() {
    let mut receipts = Receipts::default();
    let conversation = ConversationId(Mint::new(Timestamp(9), 3).uuid());
    let receipt = |n: u32| Receipt {
        channel: chat(),
        provider_id: Some(n.to_string().into()),
        at: Timestamp(i64::from(n)),
        state: DeliveryState::Sent,
        problem: None,
    };
    let last = u32::try_from(MAX_RECEIPTS).unwrap();
    (0..=last).for_each(|seq| receipts.put(Spot { conversation, seq }, receipt(seq)));
    assert_eq!(receipts.of(conversation).count(), MAX_RECEIPTS);
    assert!(receipts.named(&chat(), &"0".into()).is_none());
    assert_eq!(receipts.named(&chat(), &last.to_string().into()).map(|(spot, _)| spot.seq), Some(last));
    receipts.forget(Timestamp(i64::from(last)));
    assert_eq!(receipts.of(conversation).map(|(spot, _)| spot.seq).collect::<Vec<_>>(), [last]);
}

#[test]
fn receipts_live_as_long_as_conversations_are_kept_and_their_channel() {
    let mut play = Play::new(2);
    play.taken_as("x-1");
    play.now = play.now.plus_ms(91 * 86_400_000);
    play.taken_as("x-2");
    assert_eq!(play.progress(), [stands(DeliveryState::Sent)], "the first is forgotten");
    let change = Change::Delete(Key::Channel(chat()));
    let configured = crate::record::Configured { at: play.now, by: By::System, change };
    play.outbound.apply(&Record::Configured(configured));
    assert_eq!(play.progress(), []);
}

#[test]
fn a_start_from_the_log_or_from_a_snapshot_has_the_same_receipts() {
    let mut play = Play::new(3);
    play.taken_as("x-1");
    play.taken_as("x-2");
    play.told("x-2", DeliveryState::Failed, Some("full"));
    let mut whole = Outbound::new();
    play.log.iter().for_each(|record| whole.apply(record));
    assert_eq!(whole, play.outbound);

    let restored = play.restored();
    assert_eq!(restored, play.outbound);
    assert_eq!(restored.progress(&chat(), play.id).len(), 3);
}

#[test]
fn what_a_provider_tells_before_it_has_answered_stands_once_it_has() {
    use DeliveryState::{Delivered, Failed, Read, Sent};
    for (notices, expected) in [
        (vec![Delivered], stands(Delivered)),
        (vec![Sent, Delivered, Read], stands(Read)),
        (vec![Read, Delivered], stands(Read)),
        (vec![Sent], stands(Sent)),
        (vec![Failed, Sent], failed("full")),
        (vec![Failed, Delivered], stands(Delivered)),
    ] {
        let mut play = Play::new(2);
        for state in &notices {
            play.told("x-1", *state, (*state == Failed).then_some("full"));
        }
        assert_eq!(play.progress(), [Progress::Pending, Progress::Pending], "nobody knows whose it is");
        play.taken_as("x-1");
        play.taken_as("x-2");
        assert_eq!(play.progress(), [expected, stands(Sent)], "{notices:?}");
        play.told("x-1", Read, None);
        assert_eq!(play.progress()[0], stands(Read));
    }
}

#[test]
fn an_early_notice_is_kept_once_only_while_something_is_on_its_way_and_not_for_long() {
    let mut play = Play::new(1);
    let before = play.log.len();
    play.told("x-1", DeliveryState::Delivered, None);
    play.told("x-1", DeliveryState::Sent, None);
    play.told("x-1", DeliveryState::Delivered, None);
    assert_eq!(play.log.len(), before + 1, "what says no more is no record");
    play.now = play.now.plus_ms(EARLY_FOR_MS + 1);
    play.told("x-2", DeliveryState::Delivered, None);
    play.taken_as("x-1");
    assert_eq!(play.progress(), [stands(DeliveryState::Sent)], "too old");
    let known = play.log.len();
    play.told("x-3", DeliveryState::Delivered, None);
    assert_eq!(play.log.len(), known, "nothing is on its way");
}

#[test]
fn an_early_notice_outlives_a_start_from_the_log_or_from_a_snapshot() {
    let mut play = Play::new(1);
    play.told("x-1", DeliveryState::Failed, Some("full"));
    let mut whole = Outbound::new();
    play.log.iter().for_each(|record| whole.apply(record));
    assert_eq!(whole, play.outbound);
    let restored = play.restored();
    assert_eq!(restored, play.outbound);
    play.outbound = restored;
    play.taken_as("x-1");
    assert_eq!(play.progress(), [failed("full")]);
}

#[test]
fn early_notices_are_bounded_and_go_with_their_channel() {
    let mut early = Early::default();
    let notice = |n: i64| EarlyNotice {
        channel: chat(),
        provider_id: n.to_string().into(),
        at: Timestamp(n),
        state: DeliveryState::Sent,
        problem: None,
    };
    let last = i64::try_from(MAX_EARLY).unwrap();
    (0..=last).for_each(|n| early.put(notice(n)));
    assert_eq!(early.iter().count(), MAX_EARLY);
    assert!(early.named(&chat(), &"0".into()).is_none());
    early.put(EarlyNotice { state: DeliveryState::Read, ..notice(last) });
    assert_eq!(early.iter().count(), MAX_EARLY, "one of a name");
    early.forget_channel(&"other".into());
    assert_eq!(early.iter().count(), MAX_EARLY);
    early.forget_channel(&chat());
    assert_eq!(early, Early::default());
}
