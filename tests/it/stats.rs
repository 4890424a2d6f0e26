//! Statistics (SPEC §18): `GET /v1/stats/…`, and the supervisor socket (CONTRACT §8).

use callboard::app::AppConfig;
use callboard::http::wire::time;
use reqwest::Method;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::helpers::{ADMIN, Server};
use crate::socket::Socket;

const PATH: &str = "/v1/supervisor-session";

async fn with_channel(server: &Server) {
    let made = server.put("/v1/channels/web", json!({"name": "Web", "type": "live_chat"})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let target = server.patch("/v1/queues/default-messaging", json!({"service_level_seconds": 3600})).await;
    assert_eq!(target.status, 200, "{}", target.text);
}

async fn arrive(server: &Server) -> Value {
    let made = server.post("/v1/conversations", json!({"channel_id": "web"})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.body["id"].clone()
}

/// Ana takes one conversation to its end; another one is abandoned.
async fn story(server: &Server) {
    with_channel(server).await;
    let lost = arrive(server).await;
    let left = format!("/v1/conversations/{}/end", lost.as_str().unwrap());
    assert_eq!(server.post(&left, json!({})).await.status, 200);
    let token = server.agent("ana", json!({"name": "Ana", "capacity": 2})).await;
    let (mut ana, _) = Socket::agent(server, &token).await;
    let id = arrive(server).await;
    let offer = ana.frame("offer.created").await["offer"]["id"].clone();
    ana.done(json!({"type": "offer.accept", "offer_id": offer})).await;
    ana.done(json!({"type": "message.send", "conversation_id": id, "text": "Hello"})).await;
    ana.done(json!({"type": "conversation.end", "conversation_id": id})).await;
    ana.done(json!({"type": "conversation.close", "conversation_id": id})).await;
}

/// What to ask for so that midnight does not matter.
async fn since_yesterday(server: &Server) -> String {
    let answer = server.get("/v1/stats/work-streams").await;
    let now = time::parse(answer.body["as_of"].as_str().unwrap()).unwrap();
    format!("from={}", time::format(now.plus_ms(-24 * 3600 * 1000)))
}

/// The one interval of the one item.
async fn interval(server: &Server, path: &str) -> Value {
    let and = if path.contains('?') { '&' } else { '?' };
    let answer = server.get(&format!("{path}{and}{}", since_yesterday(server).await)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let items = answer.body["items"].as_array().unwrap();
    assert_eq!((items.len(), items[0]["intervals"].as_array().unwrap().len()), (1, 1), "{}", answer.text);
    items[0]["intervals"][0].clone()
}

#[tokio::test]
async fn what_happened_is_counted_by_queue_work_stream_and_agent() {
    let server = Server::start();
    story(&server).await;
    for path in ["queues?id=default-messaging", "work-streams?id=default-live-chat"] {
        let counted = interval(&server, &format!("/v1/stats/{path}")).await;
        assert_eq!(
            (&counted["arrived"], &counted["answered"], &counted["abandoned"]),
            (&json!(2), &json!(1), &json!(1))
        );
        assert_eq!(counted["closed"], json!({"agent_closed": 1, "customer_ended": 1}));
        assert_eq!((&counted["abandon_rate"], &counted["service_level"]), (&json!(0.5), &json!(0.5)));
        assert_eq!((&counted["offers"]["offered"], &counted["offers"]["accepted"]), (&json!(1), &json!(1)));
        for of in
            ["wait_seconds", "active_seconds", "wrap_up_seconds", "handle_seconds", "first_response_seconds"]
        {
            assert_eq!(counted[of]["count"], 1, "{of}");
        }
    }
    let spread = &interval(&server, "/v1/stats/queues?id=default-messaging").await["assignments"];
    assert_eq!((&spread["agents"], &spread["spread"]), (&json!(1), &json!(0)));
    assert_eq!(spread["by_agent"], json!([{"agent_id": "ana", "assignments": 1}]));
    let ana = interval(&server, "/v1/stats/agents").await;
    assert_eq!((&ana["answered"], &ana["handled"]), (&json!(1), &json!(1)));
    assert!(ana["occupancy"].is_number() && ana["presence_seconds"]["available"].is_number(), "{ana}");
    let all = server.get("/v1/stats/queues").await.body;
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    assert!(all["items"][0]["intervals"][0]["assignments"].get("by_agent").is_none());
    assert_eq!(server.get("/v1/stats/agents?id=nobody").await.body["items"], json!([]));
}

#[tokio::test]
async fn now_says_where_conversations_are_and_who_could_take_one() {
    let server = Server::start();
    with_channel(&server).await;
    let token = server.agent("ana", json!({"name": "Ana", "capacity": 2})).await;
    let now = server.get("/v1/stats/queues?id=default-messaging").await.body["items"][0]["now"].clone();
    assert_eq!((&now["waiting"], &now["longest_wait_seconds"]), (&json!(0), &Value::Null));
    assert_eq!(
        (&now["agents"]["offline"], &now["agents_eligible"], &now["load"]),
        (&json!(1), &json!(0), &Value::Null)
    );
    let (mut ana, _) = Socket::agent(&server, &token).await;
    arrive(&server).await;
    ana.frame("offer.created").await;
    let now = server.get("/v1/stats/queues?id=default-messaging").await.body["items"][0]["now"].clone();
    assert_eq!((&now["on_offer"], &now["waiting"]), (&json!(1), &json!(0)));
    assert!(now["waiting_since"].is_string());
    let ana = server.get("/v1/stats/agents?id=ana").await.body["items"][0]["now"].clone();
    assert_eq!(
        (&ana["presence"], &ana["connected"], &ana["on_offer"]),
        (&json!("available"), &json!(true), &json!(1))
    );
}

#[tokio::test]
async fn statistics_are_for_supervisors_and_administrators() {
    let server = Server::start();
    let agent = server.agent("ana", json!({"name": "Ana"})).await;
    let supervisor = server.agent("sue", json!({"name": "Sue", "role": "supervisor"})).await;
    let (backend, key) = (server.key("backend").await, server.key("supervisor").await);
    for path in ["/v1/stats/queues", "/v1/stats/agents", "/v1/stats/work-streams"] {
        for (token, status) in [
            (String::new(), 401),
            (agent.clone(), 403),
            (backend.clone(), 403),
            (key.clone(), 200),
            (supervisor.clone(), 200),
            (ADMIN.to_owned(), 200),
        ] {
            assert_eq!(server.send(server.request(Method::GET, path, &token)).await.status, status, "{path}");
        }
    }
}

#[tokio::test]
async fn a_wrong_question_names_its_parameter() {
    let server = Server::start();
    for (query, field) in [
        ("from=yesterday", "/from"),
        ("from=2000-01-01T00:00:00Z", "/from"),
        ("from=2999-01-01T00:00:00Z&to=2998-01-01T00:00:00Z", "/to"),
        ("interval=5m", "/interval"),
        ("queue=vip", "/queue"),
    ] {
        let answer = server.get(&format!("/v1/stats/queues?{query}")).await;
        assert_eq!((answer.status, answer.fields()), (422, vec![field]), "{query}");
    }
}

#[tokio::test]
async fn intervals_come_as_csv_where_accept_asks_for_it() {
    let server = Server::start();
    story(&server).await;
    let request = server.request(
        Method::GET,
        &format!("/v1/stats/queues?interval=1h&{}", since_yesterday(&server).await),
        ADMIN,
    );
    let answer = server.send(request.header("accept", "text/csv")).await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    let mut lines = answer.text.split("\r\n");
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert_eq!(header[..3], ["queue_id", "from", "to"]);
    let arrived = header.iter().position(|name| *name == "arrived").unwrap();
    assert!(header.contains(&"wait_seconds_p90") && header.contains(&"offers_timed_out"));
    let counts = lines.filter(|line| line.starts_with("default-messaging,"));
    let total: u32 = counts.map(|line| line.split(',').nth(arrived).unwrap().parse::<u32>().unwrap()).sum();
    assert_eq!(total, 2);
}

#[tokio::test]
async fn a_restart_counts_nothing_twice_and_forgets_nothing() {
    let data = tempfile::tempdir().unwrap();
    let config = || AppConfig { data: Some(data.path().to_owned()), ..AppConfig::default() };
    let server = Server::start_with(config());
    story(&server).await;
    let paths = ["queues?id=default-messaging", "work-streams?id=default-live-chat", "agents?id=ana"];
    let mut before = Vec::new();
    for path in paths {
        before.push(interval(&server, &format!("/v1/stats/{path}")).await);
    }
    drop(server);
    let server = Server::start_with(config());
    for (path, before) in paths.iter().zip(before) {
        let after = interval(&server, &format!("/v1/stats/{path}")).await;
        if path.starts_with("agents") {
            let connected = |interval: &Value| interval["connected_seconds"].as_u64();
            assert!(connected(&after) >= connected(&before), "{after}");
        }
        for (name, value) in before.as_object().unwrap() {
            // What goes on while the one and then the other is asked.
            if ![
                "from",
                "to",
                "connected_seconds",
                "busy_seconds",
                "occupancy",
                "occupancy_by_units",
                "presence_seconds",
            ]
            .contains(&name.as_str())
            {
                assert_eq!(after[name], *value, "{path} {name}");
            }
        }
    }
}

async fn supervise(server: &Server) -> (Socket, Value) {
    Socket::hello(server, PATH, json!({"type": "hello", "token": ADMIN})).await
}

async fn first_close(server: &Server, hello: Value) -> u16 {
    let mut socket = Socket::open(server, PATH, "").await.unwrap();
    socket.message(Message::text(hello.to_string())).await;
    socket.closed().await
}

#[tokio::test]
async fn the_supervisor_socket_is_for_supervisors() {
    let server = Server::start();
    let hello = |token: String| json!({"type": "hello", "token": token});
    let agent = server.agent("ana", json!({"name": "Ana"})).await;
    assert_eq!(first_close(&server, hello(agent)).await, 4403);
    assert_eq!(first_close(&server, hello(server.key("backend").await)).await, 4403);
    assert_eq!(first_close(&server, hello("nonsense".to_owned())).await, 4401);
    assert_eq!(first_close(&server, json!({"type": "ping"})).await, 4400);
    let mut silent = Socket::open(&server, PATH, "").await.unwrap();
    let key = server.key("supervisor").await;
    let (mut keyed, welcome) = Socket::hello(&server, PATH, hello(key)).await;
    assert_eq!((&welcome["resumed"], &welcome["heartbeat_seconds"]), (&json!(false), &json!(15)));
    assert_eq!(server.delete("/v1/api-keys/supervisor-key").await.status, 204);
    assert_eq!(keyed.closed().await, 4401);
    let sue = server.agent("sue", json!({"name": "Sue", "role": "supervisor"})).await;
    let (mut sue, _) = Socket::hello(&server, PATH, hello(sue)).await;
    assert_eq!(server.patch("/v1/agents/sue", json!({"role": "agent"})).await.status, 200);
    assert_eq!(sue.closed().await, 4403);
    assert_eq!(silent.closed().await, 4408);
}

#[tokio::test]
async fn the_supervisor_socket_shows_the_board_and_then_what_changes() {
    let server = Server::start();
    with_channel(&server).await;
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut board, welcome) = supervise(&server).await;
    let waiting = |queues: &Value| {
        let found = queues.as_array().into_iter().flatten().find(|q| q["queue_id"] == "default-messaging");
        found.map(|queue| queue["now"]["waiting"].clone())
    };
    assert_eq!(waiting(&welcome["queues"]), Some(json!(0)));
    assert_eq!(welcome["agents"][0]["now"]["presence"], "offline");
    assert_eq!(welcome["work_streams"][0]["work_stream_id"], "default-live-chat");
    arrive(&server).await;
    let changed = board.wait(|frame| waiting(&frame["queues"]) == Some(json!(1))).await;
    assert_eq!((&changed["type"], &changed["agents"]), (&json!("stats.changed"), &json!([])));
    let (_ana, _) = Socket::agent(&server, &token).await;
    board.wait(|frame| frame["agents"][0]["now"]["connected"] == true).await;
    board.send(r#"{"type":"ping","id":7}"#).await;
    assert_eq!(board.frame("pong").await["id"], 7);
    let (status, code, _) = board.refused(json!({"type": "presence.set", "presence": "away"})).await;
    assert_eq!((status, code.as_str()), (400, "unknown_frame"));
    let (status, code, _) = board.refused(json!({"type": "hello"})).await;
    assert_eq!((status, code.as_str()), (409, "conflict"));
    assert_eq!(server.put("/v1/queues/vip", json!({"name": "VIP"})).await.status, 201);
    board.wait(|frame| frame["queues"][0]["queue_id"] == "vip").await;
    assert_eq!(server.delete("/v1/queues/vip").await.status, 204);
    let gone = board.wait(|frame| frame["removed"].is_object()).await;
    assert_eq!(gone["removed"]["queue_ids"], json!(["vip"]));
}

#[tokio::test]
async fn an_alarm_is_a_notice_on_the_supervisor_socket() {
    let server = Server::start();
    with_channel(&server).await;
    let refusal = json!({"distribution": {"refusal": {"max_refusals": 1}}});
    assert_eq!(server.patch("/v1/work-streams/default-live-chat", refusal).await.status, 200);
    let (mut board, _) = supervise(&server).await;
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(&server, &token).await;
    arrive(&server).await;
    let offer = ana.frame("offer.created").await["offer"]["id"].clone();
    ana.done(json!({"type": "offer.decline", "offer_id": offer})).await;
    let notice = board.frame("notice").await;
    assert_eq!((&notice["level"], &notice["code"]), (&json!("warning"), &json!("conversation_stranded")));
}

/// So many customers come, find nobody and leave.
async fn come_and_go(server: &Server, times: usize) {
    for _ in 0..times / 50 {
        let ids = futures_util::future::join_all((0..50).map(|_| arrive(server))).await;
        futures_util::future::join_all(ids.iter().map(|id| async move {
            let path = format!("/v1/conversations/{}/end", id.as_str().unwrap());
            assert_eq!(server.post(&path, json!({})).await.status, 200);
        }))
        .await;
    }
}

/// Arrived and abandoned; asks again while a lost store is being filled.
async fn came_and_went(server: &Server) -> (Value, Value) {
    for _ in 0..10_000 {
        let answer = server.get("/v1/stats/work-streams").await;
        if answer.status != 503 {
            let from = since_yesterday(server).await;
            let answer = server.get(&format!("/v1/stats/queues?id=default-messaging&{from}")).await;
            let counted = &answer.body["items"][0]["intervals"][0];
            return (counted["arrived"].clone(), counted["abandoned"].clone());
        }
    }
    panic!("the store is not filled");
}

#[tokio::test]
async fn a_start_counts_on_from_its_snapshot_and_again_from_the_journal_when_the_store_is_lost() {
    let data = tempfile::tempdir().unwrap();
    let config = || AppConfig { data: Some(data.path().to_owned()), ..AppConfig::default() };
    let server = Server::start_with(config());
    with_channel(&server).await;
    // Enough for a snapshot at the stop.
    come_and_go(&server, 600).await;
    drop(server);
    assert_ne!(std::fs::read_dir(data.path().join("snapshots")).unwrap().count(), 0);
    let server = Server::start_with(config());
    assert_eq!(came_and_went(&server).await, (json!(600), json!(600)));
    come_and_go(&server, 50).await;
    arrive(&server).await;
    drop(server);
    std::fs::remove_dir_all(data.path().join("state")).unwrap();
    let server = Server::start_with(config());
    assert_eq!(came_and_went(&server).await, (json!(651), json!(650)));
}
