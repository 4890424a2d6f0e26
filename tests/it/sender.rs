//! The sender over a house of its own, with targets that break.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytestring::ByteString;
use callboard::actors::dispatcher::Dispatcher;
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
use crate::house::{Names, ask, configure, connect, conversation, draft, until};

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
    let (attempts, problem) =
        tokio::time::timeout(Duration::from_secs(10), reported).await.expect("a report");
    assert_eq!(attempts, 1);
    assert!(problem.contains("inside this server"), "{problem}");
    assert_eq!(endpoint.next().await.body["type"], first.to_string(), "the ordinary second attempt");
    let tally = client.tallies().all().remove(&hook()).unwrap_or_default();
    assert_eq!(tally.failed, 1);
    assert!(handle.fallen().is_empty(), "the sender stands");
    sender.stop().await;
    house.stop().await.unwrap();
}
