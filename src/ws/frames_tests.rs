use std::sync::Arc;

use expect_test::{Expect, expect};
use uuid::Uuid;

use super::*;
use crate::actors::stats::estimate::WaitRange;
use crate::domain::command::AgentShown;
use crate::domain::config::{Agent, Change, ChannelType, NotificationKind};
use crate::domain::context::{Value, Variable, VariableType};
use crate::domain::conversation::{Born, By, CustomerRef, Event, Happening, Sender, Visibility};
use crate::domain::ids::{GrantId, MessageId, SessionId};
use crate::domain::offer::{Grant, GrantKind, Offer, OfferEnd, Withdrawal};
use crate::domain::outbound::Progress;
use crate::domain::presence::BasePresence;

const NOW: Timestamp = Timestamp(1_700_000_000_000);

fn config() -> Config {
    let mut config = Config::default();
    let id: crate::domain::ids::WorkStreamId = "default-live-chat".into();
    let mut stream = (*config.work_streams[&id]).clone();
    stream.context_variables =
        vec![Variable { name: "amount".into(), display_name: "Amount".into(), kind: VariableType::Number }];
    config.apply(&Change::PutWorkStream(id, Arc::new(stream)));
    config.apply(&Change::PutAgent("ana".into(), Arc::new(Agent::named("Ana"))));
    config
}

fn grant() -> Grant {
    Grant {
        id: GrantId(Uuid::from_u128(2)),
        agent: "ana".into(),
        units: 1,
        places: Vec::new(),
        kind: GrantKind::Push,
        work_stream: "default-live-chat".into(),
    }
}

fn conversation(happenings: Vec<Happening>) -> Arc<Conversation> {
    let id = ConversationId(Uuid::from_u128(1));
    let born = Born {
        correspondent: None,
        id,
        channel_id: "web".into(),
        channel_type: ChannelType::LiveChat,
        work_stream_id: "default-live-chat".into(),
        queue_id: "default-messaging".into(),
        customer: CustomerRef { name: Some("Kim".into()), ..CustomerRef::default() },
        context: [("amount".into(), Value::Number(12.0)), ("note".into(), Value::Text("hi".into()))].into(),
        undeclared: vec!["note".into()],
        misfits: Vec::new(),
        priority: 0,
        asked_priority: None,
        skills: Vec::new(),
        asked_skills: Vec::new(),
        units: 1,
        previous: None,
        first: None,
        record: None,
        party: None,
        language: None,
    };
    let all = std::iter::once(Happening::Created(Arc::new(born))).chain(happenings);
    let events: Vec<Event> = (1..)
        .zip(all)
        .map(|(seq, what)| Event {
            conversation: id,
            seq,
            at: NOW.plus_ms(i64::from(seq)),
            by: By::System,
            what,
        })
        .collect();
    Arc::new(Conversation::replay(&events).expect("it begins with its creation"))
}

fn offered() -> Arc<Conversation> {
    let offer = Offer {
        grant: grant(),
        notification: NotificationKind::ScreenPopDecline,
        created_at: NOW.plus_ms(2),
        expires_at: NOW.plus_seconds(120),
        by: By::System,
    };
    conversation(vec![Happening::Offered { offer, ends: None, trace: None }])
}

fn message() -> Arc<Message> {
    Arc::new(Message {
        attachments: Vec::new(),
        id: MessageId(Uuid::from_u128(9)),
        seq: 1,
        sender: Sender::Agent("ana".into()),
        text: "Hello \"you\"".into(),
        visibility: Visibility::Public,
        client_message_id: Some("c1".into()),
        created_at: NOW,
        automated: None,
    })
}

fn shown() -> AgentShown {
    AgentShown {
        presence: "busy".into(),
        base: BasePresence::Busy,
        connected: true,
        sessions: 1,
        capacity: 100,
        used: 101,
        since: NOW,
    }
}

/// Writes the frame at 65 s after the creation and compares it, pretty.
fn check(frame: &Frame<'_>, seq: Option<u64>, expected: &Expect) {
    let text = Frames.agent(frame, seq, NOW.plus_seconds(65), &config());
    expected.assert_eq(&pretty(&text));
}

fn check_customer(frame: &CustomerFrame<'_>, expected: &Expect) {
    expected.assert_eq(&Frames.customer(frame, NOW));
}

/// One field a line, to be read.
fn pretty(text: &str) -> String {
    text.replace(",\"", ",\n\"")
}

#[test]
fn an_offer_pops_up_with_its_fields_and_its_time() {
    let c = offered();
    let frame = Frame::OfferCreated { grant: grant().id, conversation: &c };
    check(
        &frame,
        Some(7),
        &expect![[r#"
            {"type":"offer.created",
            "seq":7,
            "offer":{"id":"00000000-0000-0000-0000-000000000002",
            "conversation_id":"00000000-0000-0000-0000-000000000001",
            "kind":"screen_pop_decline",
            "can_decline":true,
            "created_at":"2023-11-14T22:13:20.002Z",
            "expires_at":"2023-11-14T22:15:20.000Z",
            "remaining_ms":55000,
            "title":"Default live chat: Kim",
            "fields":[{"label":"Customer",
            "value":"Kim"},{"label":"Channel",
            "value":"web"},{"label":"Queue",
            "value":"Default messaging queue"},{"label":"Waiting",
            "value":"1 min 4 s"},{"label":"Amount",
            "value":"12"}],
            "theme":"standard",
            "desktop":"background",
            "show_timer":true,
            "conversation":{"id":"00000000-0000-0000-0000-000000000001",
            "state":"open",
            "channel_id":"web",
            "channel_type":"live_chat",
            "work_stream_id":"default-live-chat",
            "queue_id":"default-messaging",
            "agent_id":null,
            "offer":{"id":"00000000-0000-0000-0000-000000000002",
            "agent_id":"ana",
            "expires_at":"2023-11-14T22:15:20.000Z"},
            "participants":[],
            "customer":{"id":null,
            "name":"Kim",
            "email":null,
            "phone":null},
            "context":{"amount":12,
            "note":"hi"},
            "undeclared":["note"],
            "priority":0,
            "language":null,
            "capacity_units":1,
            "units_held":false,
            "units_held_until":null,
            "transfer_count":0,
            "refusals":0,
            "created_at":"2023-11-14T22:13:20.001Z",
            "queued_at":"2023-11-14T22:13:20.001Z",
            "assigned_at":null,
            "wrap_up_at":null,
            "closed_at":null,
            "close_reason":null,
            "version":2}}}"#]],
    );
}

#[test]
fn an_offer_that_is_over_already_has_no_time_left() {
    let c = conversation(Vec::new());
    let frame = Frame::OfferCreated { grant: grant().id, conversation: &c };
    let text = Frames.agent(&frame, Some(7), NOW, &config());
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(json["offer"]["remaining_ms"], 0);
    assert_eq!(json["offer"]["kind"], "screen_pop_decline");
}

#[test]
fn a_welcome_is_the_whole_state_of_the_agent() {
    let (open, active) = (offered(), conversation(vec![assigned()]));
    let frame = Frame::Welcome {
        session: SessionId(Uuid::from_u128(5)),
        agent: &"ana".into(),
        shown: &shown(),
        conversations: &[active],
        offers: &[open],
        consults: &[],
        resumed: false,
    };
    let text = Frames.agent(&frame, Some(41), NOW.plus_seconds(65), &config());
    let mut json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(json["conversations"][0]["state"], "active");
    assert_eq!(json["conversations"][0]["agent_id"], "ana");
    assert_eq!(json["offers"][0]["remaining_ms"], 55_000);
    assert_eq!(json["offers"][0]["conversation"]["offer"]["agent_id"], "ana");
    json["conversations"] = serde_json::Value::Null;
    json["offers"] = serde_json::Value::Null;
    expect![[r#"{"agent":{"id":"ana","name":"Ana","queue_ids":["default-messaging","default-record"],"role":"agent"},"base_presence":"busy","capacity":100,"channels":{},"consults":[],"conversations":null,"free":-1,"heartbeat_seconds":15,"offers":null,"presence":"busy","presences":[],"queues":{"default-messaging":"Default messaging queue","default-record":"Default record queue"},"resumed":false,"seq":41,"server_time":"2023-11-14T22:14:25.000Z","session_id":"00000000-0000-0000-0000-000000000005","type":"welcome","used":101}"#]].assert_eq(&json.to_string());
    assert!(text.starts_with(r#"{"type":"welcome","seq":41,"session_id":"#), "{text}");
}

fn assigned() -> Happening {
    Happening::Assigned { grant: grant(), from_offer: false, ends: None, trace: None }
}

#[test]
fn small_frames_are_as_the_contract_has_them() {
    let id = ConversationId(Uuid::from_u128(1));
    let (shown, message) = (shown(), message());
    let ben = AgentId::from("ben");
    let mut all = String::new();
    let frames = [
        Frame::OfferEnded {
            grant: grant().id,
            conversation: id,
            end: OfferEnd::Withdrawn,
            cause: Some(Withdrawal::CustomerLeft),
            taker: None,
        },
        Frame::OfferEnded {
            grant: grant().id,
            conversation: id,
            end: OfferEnd::Withdrawn,
            cause: Some(Withdrawal::Taken),
            taker: Some(&ben),
        },
        Frame::OfferEnded {
            grant: grant().id,
            conversation: id,
            end: OfferEnd::Accepted,
            cause: None,
            taker: None,
        },
        Frame::Removed { conversation: id, version: 4, reason: "transferred" },
        Frame::Message { conversation: id, message: &message },
        Frame::MessageDelivery { conversation: id, message: message.id, progress: &Progress::Pending },
        Frame::MessageDelivery {
            conversation: id,
            message: message.id,
            progress: &Progress::Retrying { problem: "503".into() },
        },
        Frame::Presence { shown: &shown, by: "system", reason: "load" },
        Frame::Capacity { shown: &shown },
        Frame::Notice { level: "warning", code: "missed", text: "You missed an offer" },
        Frame::PickSnapshot { items: &[], total: 3 },
        Frame::PickChanged { added: &[], changed: &[], removed: &[id], total: 2 },
        Frame::GoingAway { in_ms: 5000 },
    ];
    for frame in &frames {
        let seq = (!matches!(frame, Frame::PickSnapshot { .. } | Frame::PickChanged { .. })).then_some(8);
        all += &format!("{}\n", Frames.agent(frame, seq, NOW, &config()));
    }
    expect![[r#"
        {"type":"offer.ended","seq":8,"offer_id":"00000000-0000-0000-0000-000000000002","conversation_id":"00000000-0000-0000-0000-000000000001","reason":"withdrawn","cause":"customer_left"}
        {"type":"offer.ended","seq":8,"offer_id":"00000000-0000-0000-0000-000000000002","conversation_id":"00000000-0000-0000-0000-000000000001","reason":"withdrawn","cause":"taken","agent_id":"ben"}
        {"type":"offer.ended","seq":8,"offer_id":"00000000-0000-0000-0000-000000000002","conversation_id":"00000000-0000-0000-0000-000000000001","reason":"accepted"}
        {"type":"conversation.removed","seq":8,"conversation_id":"00000000-0000-0000-0000-000000000001","reason":"transferred","version":4}
        {"type":"message.received","seq":8,"conversation_id":"00000000-0000-0000-0000-000000000001","message":{"id":"00000000-0000-0000-0000-000000000009","conversation_id":"00000000-0000-0000-0000-000000000001","seq":1,"sender":"agent","agent_id":"ana","text":"Hello \"you\"","visibility":"public","client_message_id":"c1","created_at":"2023-11-14T22:13:20.000Z"}}
        {"type":"message.delivery","seq":8,"conversation_id":"00000000-0000-0000-0000-000000000001","message_id":"00000000-0000-0000-0000-000000000009","state":"pending"}
        {"type":"message.delivery","seq":8,"conversation_id":"00000000-0000-0000-0000-000000000001","message_id":"00000000-0000-0000-0000-000000000009","state":"retrying","problem":"503"}
        {"type":"presence.changed","seq":8,"presence":"busy","base_presence":"busy","by":"system","reason":"load"}
        {"type":"capacity.changed","seq":8,"capacity":100,"used":101,"free":-1}
        {"type":"notice","seq":8,"level":"warning","code":"missed","text":"You missed an offer"}
        {"type":"pick_list.snapshot","items":[],"total":3}
        {"type":"pick_list.changed","added":[],"changed":[],"removed":["00000000-0000-0000-0000-000000000001"],"total":2}
        {"type":"going_away","seq":8,"in_ms":5000}
    "#]].assert_eq(&all);
}

#[test]
fn a_customer_sees_no_queue_no_context_and_no_capacity() {
    let c = offered();
    let messages = [message()];
    let names = [("ana".into(), "Ana".to_owned()), ("ben".into(), "Ben".to_owned())].into();
    let ben = "ben".into();
    let frame =
        CustomerFrame::Welcome { conversation: &c, messages: &messages, agent: Some(&ben), names: &names };
    check_customer(
        &frame,
        &expect![[
            r#"{"type":"welcome","conversation":{"id":"00000000-0000-0000-0000-000000000001","state":"open","channel_id":"web","created_at":"2023-11-14T22:13:20.001Z","closed_at":null},"messages":[{"id":"00000000-0000-0000-0000-000000000009","conversation_id":"00000000-0000-0000-0000-000000000001","seq":1,"sender":"agent","agent_id":"ana","agent_name":"Ana","text":"Hello \"you\"","visibility":"public","client_message_id":"c1","created_at":"2023-11-14T22:13:20.000Z"}],"agent":{"id":"ben","name":"Ben"},"server_time":"2023-11-14T22:13:20.000Z","heartbeat_seconds":15}"#
        ]],
    );
    check_customer(
        &CustomerFrame::Message { conversation: c.id(), message: &messages[0], agent_name: Some("Ana") },
        &expect![[
            r#"{"type":"message.received","conversation_id":"00000000-0000-0000-0000-000000000001","message":{"id":"00000000-0000-0000-0000-000000000009","conversation_id":"00000000-0000-0000-0000-000000000001","seq":1,"sender":"agent","agent_id":"ana","agent_name":"Ana","text":"Hello \"you\"","visibility":"public","client_message_id":"c1","created_at":"2023-11-14T22:13:20.000Z"}}"#
        ]],
    );
    check_customer(
        &CustomerFrame::Position { position: 3, ahead: 2, wait: None },
        &expect![[
            r#"{"type":"queue.position","position":3,"ahead":2,"estimated_wait_seconds":null,"method":"none"}"#
        ]],
    );
    let wait = Some(WaitRange { low_ms: 1_999, high_ms: 60_001 });
    check_customer(
        &CustomerFrame::Position { position: 3, ahead: 2, wait },
        &expect![[
            r#"{"type":"queue.position","position":3,"ahead":2,"estimated_wait_seconds":{"low":1,"high":61},"method":"recent_assignments"}"#
        ]],
    );
    check_customer(
        &CustomerFrame::AgentJoined { agent: &"ana".into(), name: "Ana" },
        &expect![[r#"{"type":"agent.joined","agent":{"id":"ana","name":"Ana"}}"#]],
    );
    check_customer(&CustomerFrame::AgentTyping, &expect![[r#"{"type":"agent.typing"}"#]]);
    check_customer(
        &CustomerFrame::Ended { reason: "agent_ended", survey: None },
        &expect![[r#"{"type":"conversation.ended","reason":"agent_ended"}"#]],
    );
}
