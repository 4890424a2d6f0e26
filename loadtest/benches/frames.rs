//! What a frame costs the READ thread, which writes each once: an offer, an assignment with its conversation and 0 and 50
//! messages, a capacity. Repeat: `cargo bench -p loadtest --bench frames`.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use callboard::actors::shown::{Frame, FrameWriter, Recent};
use callboard::domain::command::AgentShown;
use callboard::domain::config::{ChannelType, Config, NotificationKind};
use callboard::domain::context::Value;
use callboard::domain::conversation::{
    Born, By, Conversation, CustomerRef, Event, Happening, Message, Sender, Visibility,
};
use callboard::domain::ids::{ConversationId, GrantId, MessageId, Mint};
use callboard::domain::offer::{Grant, GrantKind, Offer};
use callboard::domain::presence::BasePresence;
use callboard::domain::time::Timestamp;
use callboard::ws::frames::Frames;
use criterion::{Criterion, criterion_group, criterion_main};

const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn offered(grant: GrantId) -> Arc<Conversation> {
    let id = ConversationId(Mint::new(NOW, 1).uuid());
    let context: BTreeMap<Arc<str>, Value> =
        (0..5).map(|n| (Arc::from(format!("variable_{n}")), Value::Text("some value".into()))).collect();
    let born = Born {
        correspondent: None,
        id,
        channel_id: "web".into(),
        channel_type: ChannelType::LiveChat,
        work_stream_id: "default-live-chat".into(),
        queue_id: "default-messaging".into(),
        customer: CustomerRef { name: Some("Kim".into()), ..CustomerRef::default() },
        context,
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
    };
    let grant = Grant {
        id: grant,
        agent: "ana".into(),
        units: 1,
        places: Vec::new(),
        kind: GrantKind::Push,
        work_stream: "default-live-chat".into(),
    };
    let offer = Offer {
        grant,
        notification: NotificationKind::ScreenPopDecline,
        created_at: NOW,
        expires_at: NOW.plus_seconds(60),
        by: By::System,
    };
    let all = [Happening::Created(Arc::new(born)), Happening::Offered { offer, ends: None, trace: None }];
    let events: Vec<Event> = (1..)
        .zip(all)
        .map(|(seq, what)| Event { conversation: id, seq, at: NOW, by: By::System, what })
        .collect();
    Arc::new(Conversation::replay(&events).expect("it begins with its creation"))
}

fn message(n: u32) -> Arc<Message> {
    Arc::new(Message {
        attachments: Vec::new(),
        id: MessageId(Mint::new(NOW, u64::from(n)).uuid()),
        seq: n,
        sender: Sender::Customer,
        text: "Where is my parcel? It should have come on Tuesday.".into(),
        visibility: Visibility::Public,
        client_message_id: None,
        created_at: NOW,
        automated: None,
    })
}

fn frames(criterion: &mut Criterion) {
    let config = Config::default();
    let grant = GrantId(Mint::new(NOW, 2).uuid());
    let conversation = offered(grant);
    let with = |messages| Recent { messages, progress: BTreeMap::new() };
    let (none, recent) = (with(Vec::new()), with((1..=50).map(message).collect()));
    let shown = AgentShown {
        presence: "busy".into(),
        base: BasePresence::Busy,
        connected: true,
        sessions: 1,
        capacity: 100,
        used: 40,
        since: NOW,
    };
    let all = [
        ("offer.created", Frame::OfferCreated { grant, conversation: &conversation }),
        ("conversation.assigned", Frame::Assigned { conversation: &conversation, recent: &none }),
        (
            "conversation.assigned, 50 messages",
            Frame::Assigned { conversation: &conversation, recent: &recent },
        ),
        ("capacity.changed", Frame::Capacity { shown: &shown }),
    ];
    for (name, frame) in &all {
        let bytes = Frames.agent(frame, Some(1), NOW, &config).len();
        criterion.bench_function(&format!("{name} ({bytes} bytes)"), |bench| {
            bench.iter(|| Frames.agent(black_box(frame), Some(1), NOW, &config));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(std::time::Duration::from_secs(2));
    targets = frames
}
criterion_main!(benches);
