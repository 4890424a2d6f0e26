//! `POST /v1/routing/whatif` on servers over stores whose journal is the record of a play; `skills` of a simulation.

use callboard::app::AppConfig;
use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::{ADMIN, Server};
use crate::whatif::{ANOTHER_AGENT, Place};

const PATH: &str = "/v1/routing/whatif";
/// A range that the store's hour has in it, and a quiet end.
const FROM: &str = "2026-11-20T09:05:00.000Z";
const TO: &str = "2026-11-20T09:35:00.000Z";

fn over(place: &Place) -> Server {
    Server::start_with(AppConfig { data: Some(place.data()), ..AppConfig::default() })
}

fn with(configuration: &Value) -> Value {
    json!({"configuration": configuration, "from": FROM, "to": TO})
}

fn two_agents() -> Value {
    json!({"agents": {"ana": {"name": "Ana", "capacity": 1, "queue_ids": ["q"]},
        "bo": {"name": "Bo", "capacity": 1, "queue_ids": ["q"]}}})
}

#[actix_web::test]
async fn a_running_server_compares_its_own_journal_as_the_command_does_and_changes_nothing() {
    let place = Place::new();
    let told = place.json(ANOTHER_AGENT, &["--from", FROM, "--to", TO]);
    let server = over(&place);
    let before = server.get("/v1/configuration").await;
    let answer = server.post(PATH, with(&two_agents())).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.body["recording"], told["recording"]);
    for side in ["recorded", "old", "new"] {
        assert_eq!(answer.body[side]["all"], told[side]["all"], "{side}");
        assert_eq!(answer.body[side]["queues"], told[side]["queues"], "{side}");
    }
    assert_eq!(answer.body["recording"]["conversations"], 36);
    assert_eq!(answer.body["new"]["all"]["left"], 0);
    assert!(answer.body["new"]["agents"]["bo"]["handled"].as_u64().unwrap() > 5, "{}", answer.text);
    let yaml = server.post(PATH, json!({"yaml": ANOTHER_AGENT, "from": FROM, "to": TO})).await;
    assert_eq!(yaml.body, answer.body, "a document and its YAML are the same question");
    let after = server.get("/v1/configuration").await;
    assert_eq!((after.body, after.headers.get("etag")), (before.body, before.headers.get("etag")));
}

#[actix_web::test]
async fn a_whatif_names_every_wrong_field_and_a_time_in_which_nothing_happened() {
    let place = Place::new();
    let server = over(&place);
    let cases = [
        (json!({}), "/configuration"),
        (json!({"configuration": {}, "yaml": "{}"}), "/yaml"),
        (json!({"yaml": "agents: ["}), "/yaml"),
        (json!({"yaml": "agents: {ana: {name: Ana, capacty: 3}}"}), "/yaml/agents/ana/capacty"),
        (
            json!({"configuration": {"agents": {"ana": {"name": "Ana", "queue_ids": ["nowhere"]}}}}),
            "/configuration/agents/ana/queue_ids/0",
        ),
        (
            json!({"configuration": {"agents": {"ana": {"name": "Ana", "capacty": 3}}}}),
            "/configuration/agents/ana/capacty",
        ),
        (json!({"yaml": format!("#{}", "x".repeat(262_144))}), "/yaml"),
        (json!({"configuration": {}, "from": "yesterday"}), "/from"),
        (json!({"configuration": {}, "from": FROM, "to": "2026-11-20T09:00:00Z"}), "/to"),
        (json!({"configuration": {}, "from": "2026-11-19T09:00:00Z", "to": "2026-11-19T10:00:00Z"}), "/to"),
        (json!({"configuration": {}, "from": "2030-01-01T09:00:00Z"}), "/from"),
        (json!({"configuration": {}, "when": FROM}), "/when"),
    ];
    for (body, field) in cases {
        let answer = server.post(PATH, body.clone()).await;
        assert_eq!(
            (answer.problem(), answer.fields()),
            ((422, "invalid"), vec![field]),
            "{body}: {}",
            answer.text
        );
    }
}

#[actix_web::test]
async fn one_whatif_is_played_at_a_time_and_the_next_hears_when_to_come_back() {
    let place = Place::new();
    let server = over(&place);
    let playing = server.plays.clone().try_acquire_owned().unwrap();
    let busy = server.post(PATH, with(&two_agents())).await;
    assert_eq!(busy.problem(), (503, "busy"));
    assert_eq!(busy.header("retry-after"), "10");
    drop(playing);
    assert_eq!(server.post(PATH, with(&two_agents())).await.status, 200);
    assert_eq!(server.post(PATH, with(&two_agents())).await.status, 200, "a play that ended makes room");
}

#[actix_web::test]
async fn supervisors_and_administrators_ask_what_if_and_nobody_else() {
    let place = Place::new();
    let server = over(&place);
    let supervisor = server.key("supervisor").await;
    let backend = server.key("backend").await;
    let agent = server.agent("ana", json!({"name": "Ana", "capacity": 1, "queue_ids": ["q"]})).await;
    for (token, status) in [(ADMIN, 200), (&*supervisor, 200), (&*backend, 403), (&*agent, 403), ("", 401)] {
        let request = server.request(Method::POST, PATH, token).json(&with(&two_agents()));
        assert_eq!(server.send(request).await.status, status);
    }
}

#[actix_web::test]
async fn a_simulation_asks_for_the_skills_that_are_given() {
    let server = Server::start();
    server.put("/v1/skills/german", json!({"name": "German"})).await;
    let agent = json!({"name": "Ana", "queue_ids": ["default-messaging"]});
    server.agent("ana", agent).await;
    let body =
        json!({"work_stream_id": "default-live-chat", "skills": [{"skill_id": "german", "min_level": 3}]});
    let answer = server.post("/v1/routing/simulate", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.body["requirement"], json!([{"skill_id": "german", "min_level": 3}]));
}

/// A reader of YAML looks at every open map for every token.
#[actix_web::test]
async fn a_yaml_that_takes_long_to_read_holds_up_nobody_elses_request() {
    let server = Server::start_with(AppConfig { workers: 1, ..AppConfig::default() });
    let slow = server.post(PATH, json!({"yaml": "{a: ".repeat(10_000)}));
    let mut slow = std::pin::pin!(slow);
    let is_read = || server.plays.available_permits() == 0;
    let mut others = 0;
    let answer = loop {
        let was_read = is_read();
        tokio::select! {
            answer = &mut slow => break answer,
            other = server.get("/v1/me") => {
                assert_eq!(other.status, 200);
                others += u32::from(was_read && is_read());
            }
        }
    };
    assert_eq!((answer.problem(), answer.fields()), ((422, "invalid"), vec!["/yaml"]));
    assert!(others > 0, "the only worker answers while it is read");
}
