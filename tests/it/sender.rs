//! The sender over a house of its own, with targets that break.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::test;
use bytestring::ByteString;
use callboard::actors::dispatcher::Dispatcher;
use callboard::actors::health::Part;
use callboard::actors::house::{Bounds, House, Storage};
use callboard::actors::shown::{BoardFrame, CustomerFrame, Frame, FrameWriter};
use callboard::channels::{Call, Reply};
use callboard::domain::command::Command;
use callboard::domain::config::{Agent, Change, Config, Role, Secret, Webhook};
use callboard::domain::ids::ConversationId;
use callboard::domain::outbound::{Outcome, Target};
use callboard::domain::time::Timestamp;
use callboard::outbound::guard::Guard;
use callboard::outbound::{Client, Kind, Kinds, Parcel, Sender, judge_webhook};

use crate::endpoint::{Does, Endpoint};
use crate::helpers::PATIENCE;
use crate::house::{Names, ask, configure, connect, conversation, draft, readiness, until};

/// Writes a notice's code, too.
struct Notices;

impl FrameWriter for Notices {
    fn agent(&self, frame: &Frame<'_>, seq: Option<u64>, now: Timestamp, config: &Config) -> ByteString {
        match frame {
            Frame::Notice { code, .. } => format!("notice {code}").into(),
            other => Names.agent(other, seq, now, config),
        }
    }

    fn customer(&self, frame: &CustomerFrame<'_>, now: Timestamp) -> ByteString {
        Names.customer(frame, now)
    }

    fn board(&self, frame: &BoardFrame<'_>, now: Timestamp) -> ByteString {
        Names.board(frame, now)
    }
}

/// Says which conversation it is about, and panics at its first parcel.
struct Panics {
    url: String,
    has: AtomicBool,
}

impl Kind for Panics {
    fn prepare(&self, parcel: &Parcel<'_>) -> Result<Call, Outcome> {
        assert!(self.has.swap(true, Ordering::Relaxed), "a test's panic");
        let body = format!("{{\"type\":\"{}\",\"seq\":{}}}", parcel.conversation.id(), parcel.spot.seq);
        Ok(Call { method: "POST", url: self.url.clone(), headers: Vec::new(), body: body.into_bytes() })
    }

    fn judge(&self, _: &Parcel<'_>, reply: &Reply<'_>) -> Outcome {
        judge_webhook(reply)
    }
}

fn hook() -> Target {
    Target::Webhook("crm".into())
}

/// A webhook that is told of creations.
fn webhook(url: &str) -> Webhook {
    Webhook {
        name: "CRM".to_owned(),
        url: url.to_owned(),
        event_types: vec!["conversation.created".to_owned()],
        work_stream_ids: Vec::new(),
        channel_ids: Vec::new(),
        active: true,
        secret: Secret(Arc::from(*b"a secret of the tests, long enough")),
        previous: None,
    }
}

/// Attempts so far and why the last one failed, of the creation of a conversation that waits.
fn waiting(house: &Dispatcher, id: ConversationId) -> Option<(u32, String)> {
    house.read().outbound(|outbound| {
        let lines = outbound.targets().find(|(target, _)| **target == hook())?.1;
        let (_, pending) = lines.pending_of(id).next()?;
        Some((pending.attempts, pending.problem.as_deref().unwrap_or_default().to_owned()))
    })
}

#[tokio::test]
async fn an_attempt_that_panics_is_a_failed_one_and_an_alarm_and_its_line_goes_on() {
    let house = House::open_on(Storage::in_memory(), Arc::new(Notices), Bounds::default()).unwrap();
    let handle = house.dispatcher();
    configure(&handle).await;
    let mut endpoint = Endpoint::start(|_| Does::Answers(200)).await;
    let boss = Agent { role: Role::Supervisor, queue_ids: vec!["q".into()], ..Agent::named("Ann") };
    let changes = vec![
        Change::PutAgent("ann".into(), Arc::new(boss)),
        Change::PutWebhook("crm".into(), Arc::new(webhook(&endpoint.url))),
    ];
    ask(&handle, Command::Configure { changes, if_match: Vec::new() }).await.unwrap();
    let (_, mut frames) = connect(&handle).await;
    let panics = Panics { url: endpoint.url.clone(), has: AtomicBool::new(false) };
    let kinds = Kinds { webhooks: Box::new(panics), channels: None };
    let client = Client::new(Guard::new(true));
    let sender = Sender::start(handle.clone(), &client, kinds).unwrap();

    let first = conversation(ask(&handle, draft()).await).id();
    until(&handle, &mut frames, "notice delivery_panicked").await;
    let second = conversation(ask(&handle, draft()).await).id();
    assert_eq!(endpoint.next().await.body["type"], second.to_string(), "others are not held up");
    let reported = async {
        loop {
            match waiting(&handle, first).expect("it waits to be tried again") {
                (0, _) => tokio::task::yield_now().await,
                tried => return tried,
            }
        }
    };
    let (attempts, problem) = tokio::time::timeout(PATIENCE, reported).await.expect("a report");
    assert_eq!(attempts, 1);
    assert!(problem.contains("inside this server"), "{problem}");
    assert_eq!(endpoint.next().await.body["type"], first.to_string(), "the ordinary second attempt");
    let tally = client.tallies().all().remove(&hook()).unwrap_or_default();
    assert_eq!(tally.failed, 1);
    assert!(handle.fallen().is_empty(), "the sender stands");
    sender.stop().await;
    house.stop().await.unwrap();
}

/// Panics when the sender's thread lets go of it: in that thread, outside of any attempt.
struct PanicsInTheThread;

impl Kind for PanicsInTheThread {
    fn prepare(&self, _: &Parcel<'_>) -> Result<Call, Outcome> {
        Err(Outcome::Refused { problem: "nothing is sent here".to_owned() })
    }

    fn judge(&self, _: &Parcel<'_>, reply: &Reply<'_>) -> Outcome {
        judge_webhook(reply)
    }
}

impl Drop for PanicsInTheThread {
    fn drop(&mut self) {
        panic!("a test's panic");
    }
}

#[actix_web::test]
async fn a_sender_that_has_fallen_is_an_alarm_and_the_server_is_not_ready() {
    let house = House::open_on(Storage::in_memory(), Arc::new(Notices), Bounds::default()).unwrap();
    let handle = house.dispatcher();
    configure(&handle).await;
    let boss = Agent { role: Role::Supervisor, queue_ids: vec!["q".into()], ..Agent::named("Ann") };
    let changes = vec![Change::PutAgent("ann".into(), Arc::new(boss))];
    ask(&handle, Command::Configure { changes, if_match: Vec::new() }).await.unwrap();
    let (_, mut frames) = connect(&handle).await;
    let kinds = Kinds { webhooks: Box::new(PanicsInTheThread), channels: None };
    let sender = Sender::start(handle.clone(), &Client::new(Guard::new(true)), kinds).unwrap();
    let app = readiness(&handle).await;
    let ready = || test::TestRequest::get().uri("/readyz").to_request();
    assert_eq!(test::call_service(&app, ready()).await.status(), 200);

    sender.stop().await;
    assert_eq!(handle.fallen(), [Part::Sender]);
    until(&handle, &mut frames, "notice sender_fallen").await;
    let refused = test::call_service(&app, ready()).await;
    assert_eq!(refused.status(), 503);
    let problem: serde_json::Value = test::read_body_json(refused).await;
    assert!(problem["detail"].as_str().unwrap().contains("sender"), "{problem}");
    // The house works on: a conversation is taken, and what would go out is kept.
    conversation(ask(&handle, draft()).await);
    house.stop().await.unwrap();
}
