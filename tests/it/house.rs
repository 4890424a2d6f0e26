//! The whole house without its edge: configured, worked in, stopped, started again on the same data.

use std::path::Path;
use std::sync::Arc;

use actix_web::dev::{Service, ServiceResponse};
use actix_web::{test, web};
use bytestring::ByteString;
use callboard::actors::dispatcher::Dispatcher;
use callboard::actors::house::{Bounds, House, HouseConfig, Storage};
use callboard::actors::outbox::{OutboxReader, Outgoing, outbox};
use callboard::actors::pick_list::{PickSort, Subscription};
use callboard::actors::read_side::Filter;
use callboard::actors::shown::{AskError, BoardFrame, CustomerFrame, Frame, FrameWriter, Outcome, Shown};
use callboard::domain::command::{Act, AgentAct, Caller, Command, Draft, Request, Say};
use callboard::domain::config::Condition;
use callboard::domain::config::{
    Agent, Change, Channel, ChannelType, Config, Queue, QueueType, Role, Route, RoutingRule, WorkStream,
};
use callboard::domain::conversation::{Conversation, CustomerRef, Status, Visibility};
use callboard::domain::ids::{ConversationId, GrantId, SessionId};
use callboard::domain::record::{KeptAnswer, KeyDigest};
use callboard::domain::time::Timestamp;
use callboard::http::auth::Auth;
use callboard::http::schema::Schemas;
use callboard::http::{Edge, health, openapi};
use callboard::outbound::Client;
use callboard::outbound::guard::Guard;
use callboard::ports::ids::random_bytes;
use callboard::store::faulty::FaultyFiles;
use callboard::store::memory::{MemoryFiles, MemoryStore};

use crate::helpers::PATIENCE;

/// Writes the name of each frame and the offer's id.
pub(crate) struct Names;

impl FrameWriter for Names {
    fn agent(&self, frame: &Frame<'_>, _: Option<u64>, _: Timestamp, _: &Config) -> ByteString {
        match frame {
            Frame::Welcome { offers, conversations, .. } => {
                format!("welcome {} {}", offers.len(), conversations.len()).into()
            }
            Frame::OfferCreated { grant, .. } => format!("offer.created {grant}").into(),
            Frame::OfferEnded { end, .. } => format!("offer.ended {}", end.as_str()).into(),
            Frame::Assigned { .. } => "conversation.assigned".into(),
            Frame::Presence { shown, .. } => format!("presence.changed {}", shown.presence).into(),
            other => format!("{other:?}").split([' ', '{']).next().unwrap_or_default().into(),
        }
    }

    fn customer(&self, _: &CustomerFrame<'_>, _: Timestamp) -> ByteString {
        "customer".into()
    }

    fn board(&self, _: &BoardFrame<'_>, _: Timestamp) -> ByteString {
        "board".into()
    }
}

fn open(data: &Path) -> House {
    House::open(HouseConfig {
        data_dir: Some(data.to_owned()),
        frame_writer: Arc::new(Names),
        bounds: Bounds::default(),
    })
    .unwrap()
}

/// A push stream `chat` with a queue `q`, its channel `web`, the agent `ann` of that queue.
fn changes() -> Vec<Change> {
    let mut stream = WorkStream::named("Chat", ChannelType::LiveChat);
    stream.routing_rules.push(RoutingRule {
        name: "all".to_owned(),
        description: String::new(),
        when: Condition::All(Vec::new()),
        route_to: Route::Queue("q".into()),
    });
    let channel = Channel {
        provider: None,
        name: "Web".to_owned(),
        kind: ChannelType::LiveChat,
        work_stream_id: "chat".into(),
        allowed_origins: Vec::new(),
        live_chat: Box::default(),
    };
    let agent = Agent { queue_ids: vec!["q".into()], ..Agent::named("Ann") };
    vec![
        Change::PutQueue("q".into(), Arc::new(Queue::named("Q", QueueType::Messaging))),
        Change::PutWorkStream("chat".into(), Arc::new(stream)),
        Change::PutChannel("web".into(), Arc::new(channel)),
        Change::PutAgent("ann".into(), Arc::new(agent)),
    ]
}

pub(crate) fn draft() -> Command {
    Command::Create(Box::new(Draft {
        correspondent: None,
        channel_id: "web".into(),
        customer: CustomerRef::default(),
        context: std::collections::BTreeMap::new(),
        message: None,
        priority: None,
        skills: Vec::new(),
        previous: None,
        lenient: false,
        record: None,
        party: None,
        language: None,
    }))
}

pub(crate) async fn ask(house: &Dispatcher, command: Command) -> Outcome {
    house.ask(Request { caller: Caller::system(), command, key: None }).await.outcome
}

pub(crate) fn conversation(outcome: Outcome) -> Arc<Conversation> {
    match outcome.unwrap() {
        Shown::Conversation(conversation) => conversation,
        other => panic!("a conversation, not {other:?}"),
    }
}

pub(crate) async fn configure(house: &Dispatcher) {
    let command = Command::Configure { changes: changes(), if_match: Vec::new() };
    assert!(matches!(ask(house, command).await.unwrap(), Shown::Configured(config) if config.version == 5));
}

pub(crate) async fn connect(house: &Dispatcher) -> (SessionId, OutboxReader) {
    let session = SessionId(house.mint_uuid());
    let (push, reader) = outbox();
    house.feeds().register(session, "ann".into(), push, None);
    let act = AgentAct::Connect(session);
    ask(house, Command::Agent { id: "ann".into(), act }).await.unwrap();
    (session, reader)
}

/// Frames up to the first that begins like this; offers are acknowledged as a socket does.
pub(crate) async fn until(house: &Dispatcher, reader: &mut OutboxReader, begins: &str) -> String {
    let mut before = Vec::new();
    let wait = async {
        loop {
            match reader.next().await {
                Outgoing::Text(text) if text.starts_with(begins) => return text.to_string(),
                Outgoing::OfferPing { grant, .. } => house.tell("ann".into(), AgentAct::Heard(vec![grant])),
                other => before.push(format!("{other:?}")),
            }
        }
    };
    let found = tokio::time::timeout(PATIENCE, wait).await;
    found.unwrap_or_else(|_| panic!("no {begins} came, but {before:?}"))
}

fn grant(frame: &str) -> GrantId {
    GrantId(frame.rsplit(' ').next().unwrap().parse().unwrap())
}

async fn accept(house: &Dispatcher, offer: GrantId, conversation: ConversationId) -> Outcome {
    let act = AgentAct::Answer { offer, conversation, accept: true };
    ask(house, Command::Agent { id: "ann".into(), act }).await
}

#[tokio::test]
async fn an_accepted_conversation_is_found_after_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let house = open(data.path());
    let handle = house.dispatcher();
    configure(&handle).await;
    let (_, mut frames) = connect(&handle).await;
    assert_eq!(until(&handle, &mut frames, "welcome").await, "welcome 0 0");

    let created = conversation(ask(&handle, draft()).await);
    assert_eq!((created.status, created.queue_id.as_str()), (Status::Open, "q"));
    let offer = grant(&until(&handle, &mut frames, "offer.created").await);
    accept(&handle, offer, created.id()).await.unwrap();
    until(&handle, &mut frames, "conversation.assigned").await;
    assert_eq!(handle.read().conversation(created.id()).unwrap().unwrap().status, Status::Active);
    house.stop().await.unwrap();

    let house = open(data.path());
    let handle = house.dispatcher();
    assert_eq!(handle.config().version, 5);
    let found = handle.read().conversation(created.id()).unwrap().unwrap();
    assert_eq!((found.status, found.agent.clone()), (Status::Active, Some("ann".into())));
    let (_, mut frames) = connect(&handle).await;
    assert_eq!(until(&handle, &mut frames, "welcome").await, "welcome 0 1");
    let end = Command::Conversation { id: created.id(), act: Act::Close(None), if_match: None };
    assert_eq!(conversation(ask(&handle, end).await).status, Status::Closed);
    house.stop().await.unwrap();
}

#[tokio::test]
async fn a_conversation_that_waits_is_offered_after_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let house = open(data.path());
    configure(&house.dispatcher()).await;
    let created = conversation(ask(&house.dispatcher(), draft()).await);
    house.stop().await.unwrap();

    let house = open(data.path());
    let handle = house.dispatcher();
    let (_, mut frames) = connect(&handle).await;
    let offer = grant(&until(&handle, &mut frames, "offer.created").await);
    accept(&handle, offer, created.id()).await.unwrap();
    house.stop().await.unwrap();
}

#[tokio::test]
async fn a_key_gives_the_first_answer_again_also_after_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let house = open(data.path());
    let handle = house.dispatcher();
    configure(&handle).await;
    let request = |body| Request {
        caller: Caller::system(),
        command: draft(),
        key: Some((KeyDigest([1; 16]), [body; 16])),
    };
    let (first, second) = tokio::join!(handle.ask(request(1)), handle.ask(request(1)));
    assert!(!first.replayed && second.replayed);
    let first = conversation(first.outcome);
    assert_eq!(conversation(second.outcome), first);
    assert!(matches!(handle.ask(request(2)).await.outcome, Err(AskError::KeyReused)));
    house.stop().await.unwrap();

    let house = open(data.path());
    let again = house.dispatcher().ask(request(1)).await;
    assert!(again.replayed);
    assert_eq!(conversation(again.outcome), first);
    house.stop().await.unwrap();
}

#[tokio::test]
async fn a_change_is_made_once_for_its_key_and_answered_as_it_was_rendered_also_after_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let request = || Request {
        caller: Caller::system(),
        command: Command::ConfigureOnce {
            changes: changes(),
            if_match: Vec::new(),
            answer: KeptAnswer::Rendered { status: 201, body: b"as it was".to_vec() },
        },
        key: Some((KeyDigest([1; 16]), [1; 16])),
    };
    let house = open(data.path());
    let first = house.dispatcher().ask(request()).await;
    assert!(matches!(first.outcome, Ok(Shown::Configured(config)) if config.version == 5));
    house.stop().await.unwrap();

    let house = open(data.path());
    let again = house.dispatcher().ask(request()).await;
    assert!(again.replayed);
    assert!(matches!(again.outcome, Ok(Shown::Rendered(201, body)) if *body == *b"as it was"));
    assert_eq!(house.dispatcher().config().version, 5);
    house.stop().await.unwrap();
}

#[tokio::test]
async fn a_stopped_house_takes_nothing_and_its_directory_is_free() {
    let data = tempfile::tempdir().unwrap();
    let house = open(data.path());
    let handle = house.dispatcher();
    let taken = House::open(HouseConfig {
        data_dir: Some(data.path().to_owned()),
        frame_writer: Arc::new(Names),
        bounds: Bounds::default(),
    });
    assert!(taken.err().unwrap().to_string().contains("in use by another process"));
    house.stop().await.unwrap();
    assert!(matches!(ask(&handle, draft()).await, Err(AskError::Stopping)));
    open(data.path()).stop().await.unwrap();
}

#[tokio::test]
async fn a_house_in_memory_needs_no_directory() {
    let house =
        House::open(HouseConfig { data_dir: None, frame_writer: Arc::new(Names), bounds: Bounds::default() })
            .unwrap();
    let handle = house.dispatcher();
    configure(&handle).await;
    let created = conversation(ask(&handle, draft()).await);
    assert_eq!(handle.read().conversation(created.id()).unwrap().unwrap().born, created.born);
    house.stop().await.unwrap();
}

#[tokio::test]
async fn after_a_failed_sync_sockets_come_back_and_work_goes_on() {
    let disk = FaultyFiles::default();
    let storage =
        Storage::of(Arc::new(disk.clone()), Arc::<MemoryFiles>::default(), Arc::<MemoryStore>::default());
    let house = House::open_on(storage, Arc::new(Names), Bounds::default()).unwrap();
    let handle = house.dispatcher();
    configure(&handle).await;
    let (_, mut frames) = connect(&handle).await;
    until(&handle, &mut frames, "welcome").await;
    disk.fail_sync(1);
    assert!(matches!(ask(&handle, draft()).await, Err(AskError::Unavailable { .. })));
    let closed = async {
        loop {
            if let Outgoing::Close(code, _) = frames.next().await {
                return code;
            }
        }
    };
    assert_eq!(closed.await, 1012);

    let created = loop {
        match ask(&handle, draft()).await {
            Err(AskError::Unavailable { .. }) => tokio::task::yield_now().await,
            other => break conversation(other),
        }
    };
    let (_, mut frames) = connect(&handle).await;
    let offer = grant(&until(&handle, &mut frames, "offer.created").await);
    accept(&handle, offer, created.id()).await.unwrap();
    assert_eq!(handle.read().list(&Filter::default(), None, 10).unwrap().len(), 1, "the lost one is nowhere");
    house.stop().await.unwrap();
}

#[tokio::test]
async fn two_first_messages_to_an_ended_conversation_make_one_successor() {
    let house =
        House::open(HouseConfig { data_dir: None, frame_writer: Arc::new(Names), bounds: Bounds::default() })
            .unwrap();
    let handle = house.dispatcher();
    configure(&handle).await;
    let ended = conversation(ask(&handle, draft()).await);
    let end = Command::Conversation { id: ended.id(), act: Act::Close(None), if_match: None };
    assert_eq!(conversation(ask(&handle, end).await).status, Status::Closed);
    let say = || {
        let Command::Create(mut draft) = draft() else { panic!("a draft") };
        let message = Say {
            attachments: Vec::new(),
            text: "hello".into(),
            visibility: Visibility::Public,
            client_message_id: None,
        };
        (draft.previous, draft.message) = (Some(ended.id()), Some(message));
        ask(&handle, Command::Continue { draft })
    };
    let (first, second) = tokio::join!(say(), say());
    let successor = |outcome: Outcome| match outcome.unwrap() {
        Shown::Message { conversation, message, moved: _ } => (conversation, message.seq),
        other => panic!("a message, not {other:?}"),
    };
    let (first, second) = (successor(first), successor(second));
    assert_eq!(first.0, second.0);
    assert_eq!((first.1, second.1), (1, 2));
    house.stop().await.unwrap();
}

/// Panics at a pick list.
struct Poisoned;

impl FrameWriter for Poisoned {
    fn agent(&self, frame: &Frame<'_>, seq: Option<u64>, now: Timestamp, config: &Config) -> ByteString {
        assert!(!matches!(frame, Frame::PickSnapshot { .. }), "a test's panic");
        match frame {
            Frame::Notice { code, .. } => format!("notice {code}").into(),
            other => Names.agent(other, seq, now, config),
        }
    }

    fn customer(&self, _: &CustomerFrame<'_>, _: Timestamp) -> ByteString {
        "customer".into()
    }

    fn board(&self, frame: &BoardFrame<'_>, now: Timestamp) -> ByteString {
        Names.board(frame, now)
    }
}

/// `/readyz` over a house.
pub(crate) async fn readiness(
    house: &Dispatcher,
) -> impl Service<actix_http::Request, Response = ServiceResponse, Error = actix_web::Error> {
    let (auth, _) = Auth::open(None, Some("a token"), random_bytes).unwrap();
    let schemas = Schemas::new(&openapi::document());
    let edge = web::Data::new(Edge::new(house.clone(), auth, schemas, Client::new(Guard::default())));
    test::init_service(actix_web::App::new().app_data(edge).configure(health::register)).await
}

#[actix_web::test]
async fn pick_lists_that_have_fallen_are_an_alarm_and_the_server_is_not_ready() {
    let house = House::open_on(Storage::in_memory(), Arc::new(Poisoned), Bounds::default()).unwrap();
    let handle = house.dispatcher();
    configure(&handle).await;
    let ann = Agent { role: Role::Supervisor, queue_ids: vec!["q".into()], ..Agent::named("Ann") };
    let changes = vec![Change::PutAgent("ann".into(), Arc::new(ann))];
    ask(&handle, Command::Configure { changes, if_match: Vec::new() }).await.unwrap();
    let (session, mut frames) = connect(&handle).await;
    until(&handle, &mut frames, "welcome").await;

    let app = readiness(&handle).await;
    let ready = || test::TestRequest::get().uri("/readyz").to_request();
    assert_eq!(test::call_service(&app, ready()).await.status(), 200);

    let all =
        Subscription { queue_id: None, work_stream_id: None, search: None, sort: PickSort::Age, limit: 10 };
    handle.feeds().subscribe_picks(session, all);
    assert_eq!(until(&handle, &mut frames, "notice").await, "notice pick_lists_fallen");
    let answer = test::call_service(&app, ready()).await;
    assert_eq!(answer.status(), 503);
    let body = String::from_utf8(test::read_body(answer).await.to_vec()).unwrap();
    assert!(body.contains("pick lists"), "{body}");
    conversation(ask(&handle, draft()).await);
    house.stop().await.unwrap();
}

#[tokio::test]
async fn a_house_without_room_takes_no_new_conversation_until_one_has_ended() {
    let data = tempfile::tempdir().unwrap();
    let open = || {
        let bounds = Bounds { unfinished: 2, ..Bounds::default() };
        House::open(HouseConfig {
            data_dir: Some(data.path().to_owned()),
            frame_writer: Arc::new(Names),
            bounds,
        })
        .unwrap()
    };
    let house = open();
    let handle = house.dispatcher();
    configure(&handle).await;
    let first = conversation(ask(&handle, draft()).await);
    conversation(ask(&handle, draft()).await);
    assert!(matches!(ask(&handle, draft()).await, Err(AskError::Full { .. })));
    house.stop().await.unwrap();

    let house = open();
    let handle = house.dispatcher();
    assert!(matches!(ask(&handle, draft()).await, Err(AskError::Full { .. })), "also after a start");
    let end = Command::Conversation { id: first.id(), act: Act::Close(None), if_match: None };
    conversation(ask(&handle, end).await);
    conversation(ask(&handle, draft()).await);
    assert_eq!(handle.read().list(&Filter::default(), None, 10).unwrap().len(), 3);
    house.stop().await.unwrap();
}
