//! Failures that open dispatchers and live-chat servers have on record, each turned into what must hold here.
//! `docs/peer-failures.md` lists all of them and which test answers which.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::helpers::Server;
use crate::socket::Socket;

/// A server with a live-chat channel `web` over the default work stream, changed by this.
async fn with_channel(stream: Value) -> Server {
    let server = Server::start();
    assert_eq!(server.put("/v1/channels/web", json!({"name": "Web", "type": "live_chat"})).await.status, 201);
    assert_eq!(server.patch("/v1/work-streams/default-live-chat", stream).await.status, 200);
    server
}

async fn arrive(server: &Server) -> Value {
    let made = server.post("/v1/conversations", json!({"channel_id": "web"})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.body["id"].clone()
}

fn path(id: &Value, tail: &str) -> String {
    format!("/v1/conversations/{}{tail}", id.as_str().expect("an id"))
}

async fn agent(server: &Server, id: &str, body: Value) -> Socket {
    let token = server.agent(id, body).await;
    Socket::agent(server, &token).await.0
}

async fn events(server: &Server, id: &Value, kind: &str) -> Vec<Value> {
    let told = server.get(&path(id, "/events?limit=1000")).await;
    let items = told.body["items"].as_array().expect("a list").clone();
    items.into_iter().filter(|event| event["type"] == kind).collect()
}

#[tokio::test]
async fn t01_of_sixty_four_picks_at_once_one_wins_and_the_others_hear_who_has_it() {
    let server = with_channel(json!({"distribution": {"mode": "pick"}})).await;
    let mut agents = Vec::new();
    for n in 0..64 {
        let name = format!("agent-{n}");
        let opening = agent(&server, &name, json!({"name": "A"}));
        let opened = if n == 0 { opening.await } else { Socket::during(&mut agents, opening).await };
        agents.push(opened);
    }
    let id = arrive(&server).await;
    let pick = json!({"type": "conversation.pick", "conversation_id": id});
    let replies = join_all(agents.iter_mut().map(|agent| agent.ask(pick.clone()))).await;
    let won: Vec<usize> = (0..64).filter(|n| replies[*n]["ok"] == true).collect();
    assert_eq!(won.len(), 1, "{won:?}");
    let winner = json!(format!("agent-{}", won[0]));
    for (n, reply) in replies.iter().enumerate().filter(|(n, _)| *n != won[0]) {
        let problem = &reply["problem"];
        assert_eq!((&problem["status"], &problem["agent_id"]), (&json!(409), &winner), "agent-{n}: {reply}");
    }
    assert_eq!(events(&server, &id, "assigned").await.len(), 1);
}

#[tokio::test]
async fn t01_of_many_windows_of_one_agent_that_accept_at_once_one_is_told_yes() {
    let server = with_channel(json!({})).await;
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let mut windows = Vec::new();
    for _ in 0..8 {
        windows.push(Socket::agent(&server, &token).await.0);
    }
    let id = arrive(&server).await;
    let offer = windows[0].frame("offer.created").await["offer"]["id"].clone();
    let accept = json!({"type": "offer.accept", "offer_id": offer});
    let replies = join_all(windows.iter_mut().map(|window| window.ask(accept.clone()))).await;
    assert_eq!(replies.iter().filter(|reply| reply["ok"] == true).count(), 1);
    assert_eq!(events(&server, &id, "assigned").await.len(), 1);
    for window in &mut windows {
        assert_eq!(window.frame("offer.ended").await["offer_id"], offer);
    }
}

#[tokio::test]
async fn t05_a_thousand_arrivals_at_once_offer_nobody_more_than_there_is_room_for() {
    let stream = json!({"capacity": 10});
    let server = with_channel(stream).await;
    assert_eq!(server.patch("/v1/settings", json!({"max_open_offers": 20})).await.status, 200);
    let mut agents = Vec::new();
    for n in 0..10 {
        agents.push(agent(&server, &format!("agent-{n}"), json!({"name": "A", "capacity": 35})).await);
    }
    // However long it takes: a page that reads nothing meanwhile would be given up.
    Socket::during(&mut agents, async {
        for _ in 0..10 {
            join_all((0..100).map(|_| arrive(&server))).await;
        }
    })
    .await;
    for agent in &mut agents {
        for _ in 0..3 {
            agent.frame("offer.created").await;
        }
    }
    let listed = server.get("/v1/conversations?limit=1000").await;
    let items = listed.body["items"].as_array().expect("a list");
    assert_eq!(items.len(), 1000);
    for n in 0..10 {
        let offered = items.iter().filter(|item| item["offer"]["agent_id"] == format!("agent-{n}")).count();
        assert_eq!(offered, 3, "30 of 35 units, and a fourth would take 40");
        let shown = server.get(&format!("/v1/agents/agent-{n}")).await;
        assert_eq!(shown.body["runtime"]["capacity_used"], 30);
    }
}

#[tokio::test]
async fn t06_who_lost_a_conversation_reads_it_no_more() {
    let server = with_channel(json!({})).await;
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(&server, &token).await;
    let id = arrive(&server).await;
    let offer = ana.frame("offer.created").await["offer"]["id"].clone();
    ana.done(json!({"type": "offer.accept", "offer_id": offer})).await;
    let read = || server.request(reqwest::Method::GET, &path(&id, "/messages"), &token);
    assert_eq!(server.send(read()).await.status, 200);
    let mut ben = agent(&server, "ben", json!({"name": "Ben"})).await;
    let moved = server.post(&path(&id, "/assign"), json!({"agent_id": "ben"})).await;
    assert_eq!(moved.status, 409, "assign is for what nobody has: {}", moved.text);
    let moved = server.post(&path(&id, "/transfer"), json!({"agent_id": "ben"})).await;
    assert_eq!(moved.status, 200, "{}", moved.text);
    let offer = ben.frame("offer.created").await["offer"]["id"].clone();
    ben.done(json!({"type": "offer.accept", "offer_id": offer})).await;
    assert_eq!(ana.frame("conversation.removed").await["conversation_id"], id);
    assert_eq!(server.send(read()).await.status, 403);
}

#[tokio::test]
async fn t07_what_is_freed_goes_to_the_oldest_that_waits() {
    let server = with_channel(json!({})).await;
    let mut ana = agent(&server, "ana", json!({"name": "Ana", "capacity": 1})).await;
    let mut waiting = Vec::new();
    for _ in 0..4 {
        waiting.push(arrive(&server).await);
    }
    for id in waiting {
        let offer = ana.frame("offer.created").await["offer"].clone();
        assert_eq!(offer["conversation_id"], id);
        ana.done(json!({"type": "offer.accept", "offer_id": offer["id"]})).await;
        ana.done(json!({"type": "conversation.end", "conversation_id": id})).await;
        ana.done(json!({"type": "conversation.close", "conversation_id": id})).await;
    }
}

#[tokio::test]
async fn t09_a_supervisor_closes_a_conversation_in_any_state() {
    let server = with_channel(json!({})).await;
    let mut ana = agent(&server, "ana", json!({"name": "Ana"})).await;
    for reached in ["open", "active", "waiting", "wrap_up"] {
        let id = arrive(&server).await;
        let offer = ana.frame("offer.created").await["offer"]["id"].clone();
        if reached != "open" {
            ana.done(json!({"type": "offer.accept", "offer_id": offer})).await;
        }
        match reached {
            "waiting" => drop(ana.done(json!({"type": "conversation.wait", "conversation_id": id})).await),
            "wrap_up" => drop(ana.done(json!({"type": "conversation.end", "conversation_id": id})).await),
            _ => {}
        }
        assert_eq!(server.get(&path(&id, "")).await.body["state"], reached);
        let closed = server.post(&path(&id, "/close"), json!({"reason": "cleaning up"})).await;
        assert_eq!((closed.status, &closed.body["state"]), (200, &json!("closed")), "{reached}");
    }
    assert_eq!(server.get("/v1/agents/ana").await.body["runtime"]["capacity_used"], 0);
}

#[tokio::test]
async fn t11_a_customer_who_leaves_as_the_agent_accepts_leaves_no_ghost() {
    let server = with_channel(json!({})).await;
    let mut ana = agent(&server, "ana", json!({"name": "Ana"})).await;
    for _ in 0..40 {
        let id = arrive(&server).await;
        let offer = ana.frame("offer.created").await["offer"]["id"].clone();
        let leaving = path(&id, "/end");
        let (left, accepted) = tokio::join!(
            server.post(&leaving, json!({})),
            ana.ask(json!({"type": "offer.accept", "offer_id": offer})),
        );
        assert_eq!(left.status, 200, "{}", left.text);
        let found = server.get(&path(&id, "")).await.body;
        if accepted["ok"] == true {
            assert_eq!(found["state"], "wrap_up");
            ana.done(json!({"type": "conversation.close", "conversation_id": id})).await;
        } else {
            assert_eq!((&found["state"], &accepted["problem"]["status"]), (&json!("closed"), &json!(409)));
        }
        let ends =
            events(&server, &id, "offer_ended").await.len() + events(&server, &id, "assigned").await.len();
        assert_eq!(ends, 1, "an offer ends once: in an assignment or without one");
    }
    let ana = server.get("/v1/agents/ana").await.body;
    assert_eq!((&ana["runtime"]["capacity_used"], &ana["runtime"]["conversations"]), (&json!(0), &json!(0)));
}

/// The decisions, once an agent was looked for and nobody found: that is a record of its own behind the one that is
/// answered.
async fn looked_for(server: &Server, id: &Value) -> Value {
    for _ in 0..1000 {
        let told = server.get(&path(id, "/decisions")).await.body;
        let last = told["items"].as_array().and_then(|all| all.last()).expect("a decision");
        if last["winner"] == Value::Null && last["candidates"] != json!([]) {
            return told;
        }
    }
    panic!("an agent was found, or nobody was looked for")
}

#[tokio::test]
async fn t16_who_is_not_in_an_allowed_presence_is_offered_nothing() {
    let server = with_channel(json!({"distribution": {"allowed_presences": ["available"]}})).await;
    let lunch = json!({"text": "At lunch", "base": "away"});
    assert_eq!(server.put("/v1/presences/lunch", lunch).await.status, 201);
    for presence in ["busy", "busy_dnd", "away", "offline", "lunch"] {
        let mut one = agent(&server, presence, json!({"name": presence})).await;
        one.done(json!({"type": "presence.set", "presence": presence})).await;
        let id = arrive(&server).await;
        let told = looked_for(&server, &id).await;
        let decision = told["items"].as_array().and_then(|all| all.last()).expect("a decision").clone();
        assert_eq!(decision["winner"], Value::Null, "{presence}");
        let candidates = decision["candidates"].as_array().expect("candidates").clone();
        let this = candidates
            .iter()
            .find(|candidate| candidate["agent_id"] == presence)
            .unwrap_or_else(|| panic!("{presence} is listed: {told}"));
        assert_eq!((&this["eligible"], &this["reason"]), (&json!(false), &json!("presence")), "{presence}");
    }
}

#[tokio::test]
async fn t17_membership_taken_away_ends_the_offer_before_it_is_accepted() {
    let server = with_channel(json!({})).await;
    assert_eq!(server.put("/v1/queues/vip", json!({"name": "VIP"})).await.status, 201);
    let rule = json!({"name": "all", "when": {"all": []}, "route_to": {"queue_id": "vip"}});
    let routed = server.patch("/v1/work-streams/default-live-chat", json!({"routing_rules": [rule]})).await;
    assert_eq!(routed.status, 200, "{}", routed.text);
    let mut ana = agent(&server, "ana", json!({"name": "Ana", "queue_ids": ["vip"]})).await;
    arrive(&server).await;
    let offer = ana.frame("offer.created").await["offer"]["id"].clone();
    assert_eq!(server.patch("/v1/agents/ana", json!({"queue_ids": []})).await.status, 200);
    assert_eq!(ana.frame("offer.ended").await["reason"], "withdrawn");
    let (status, _, _) = ana.refused(json!({"type": "offer.accept", "offer_id": offer})).await;
    assert_eq!(status, 409);
}

#[tokio::test]
async fn t20_a_decline_does_not_ring_the_same_agent_again_and_each_end_has_its_name() {
    let server = with_channel(json!({"distribution": {"notification": {"timeout_seconds": 1}}})).await;
    let mut ana = agent(&server, "ana", json!({"name": "Ana"})).await;
    let declined = arrive(&server).await;
    let offer = ana.frame("offer.created").await["offer"]["id"].clone();
    ana.done(json!({"type": "offer.decline", "offer_id": offer})).await;
    let told = looked_for(&server, &declined).await;
    let last = told["items"].as_array().and_then(|all| all.last()).expect("a decision").clone();
    let reason = last["candidates"][0]["reason"].clone();
    assert_eq!((&last["winner"], &reason), (&Value::Null, &json!("cooling_down")));
    let missed = arrive(&server).await;
    ana.wait(|frame| frame["type"] == "offer.ended" && frame["reason"] == "timed_out").await;
    let left = arrive(&server).await;
    assert_eq!(server.post(&path(&left, "/end"), json!({})).await.status, 200);
    let end = async |id: &Value| events(&server, id, "offer_ended").await[0]["data"].clone();
    assert_eq!(end(&declined).await["reason"], "declined");
    assert_eq!(end(&missed).await["reason"], "timed_out");
    let left = end(&left).await;
    assert_eq!((&left["reason"], &left["cause"]), (&json!("withdrawn"), &json!("customer_left")));
}

/// What an agent's page would hold, kept by frames alone.
#[derive(Default, PartialEq, Debug)]
struct Desk {
    conversations: BTreeSet<String>,
    offers: BTreeSet<String>,
}

impl Desk {
    fn of(welcome: &Value) -> Self {
        let ids = |list: &Value| {
            let items = list.as_array().expect("a list");
            items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
        };
        Self { conversations: ids(&welcome["conversations"]), offers: ids(&welcome["offers"]) }
    }

    fn see(&mut self, frame: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match frame["type"].as_str().unwrap_or_default() {
            "offer.created" => self.offers.insert(text(&frame["offer"]["id"])),
            "offer.ended" => self.offers.remove(&text(&frame["offer_id"])),
            "conversation.assigned" => self.conversations.insert(text(&frame["conversation"]["id"])),
            "conversation.removed" => self.conversations.remove(&text(&frame["conversation_id"])),
            _ => false,
        };
    }
}

#[tokio::test]
async fn t22_after_a_hundred_lost_connections_the_desk_is_what_the_server_says() {
    let server = with_channel(json!({})).await;
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, mut welcome) = Socket::agent(&server, &token).await;
    let mut desk = Desk::of(&welcome);
    let mut seq = welcome["seq"].clone();
    for round in 0_u32..100 {
        let id = arrive(&server).await;
        // How far the page read before the line broke differs from round to round.
        if round % 3 > 0 {
            let offer = ana.wait(|frame| frame["type"] == "offer.created").await;
            assert_eq!(offer["offer"]["conversation_id"], id);
            desk.see(&offer);
            seq = offer["seq"].clone();
            if round % 3 == 2 {
                ana.done(json!({"type": "offer.accept", "offer_id": offer["offer"]["id"]})).await;
            }
        }
        ana.vanish();
        let resume = json!({"session_id": welcome["session_id"], "seq": seq});
        let hello = json!({"type": "hello", "token": token, "resume": resume});
        (ana, welcome) = Socket::hello(&server, "/v1/agent-session", hello).await;
        assert_eq!(welcome["resumed"], true, "round {round}");
        // What it missed comes before the end of this conversation, which is waited for.
        assert_eq!(server.post(&path(&id, "/close"), json!({})).await.status, 200);
        loop {
            let frame = ana.wait(|frame| frame["seq"].is_u64()).await;
            assert_eq!(frame["seq"].as_u64(), seq.as_u64().map(|seen| seen + 1), "round {round}: {frame}");
            desk.see(&frame);
            seq = frame["seq"].clone();
            let over = frame["type"] == "offer.ended" || frame["type"] == "conversation.removed";
            let reason = frame["reason"] == "accepted";
            if over && !reason && frame["conversation_id"] == id {
                break;
            }
        }
    }
    let (_other, fresh) = Socket::agent(&server, &token).await;
    assert_eq!(desk, Desk::of(&fresh));
    assert_eq!(desk, Desk::default());
}
