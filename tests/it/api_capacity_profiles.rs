//! Capacity profiles and caps over HTTP: who names them, what is wrong with them, how they show.

use serde_json::json;

use crate::helpers::Server;
use crate::socket::Socket;

#[tokio::test]
async fn agents_and_work_streams_name_capacity_profiles_that_exist() {
    let server = Server::start();
    let lost = json!({"name": "Ana", "capacity_profiles": [{"profile_id": "chats"}, {"profile_id": "x", "limit": 0}]});
    let answer = server.put("/v1/agents/ana", lost).await;
    assert_eq!(answer.problem(), (422, "invalid"));
    for field in ["/capacity_profiles/0/profile_id", "/capacity_profiles/1/limit"] {
        assert!(answer.fields().contains(&field), "{:?}", answer.fields());
    }
    let stream = json!({"name": "Web", "channel_type": "sms", "capacity_profile_ids": ["chats"]});
    assert_eq!(
        server.put("/v1/work-streams/web", stream.clone()).await.fields(),
        ["/capacity_profile_ids/0"]
    );
    server.put("/v1/capacity-profiles/chats", json!({"name": "Chats", "limit": 2})).await;
    assert_eq!(server.put("/v1/work-streams/web", stream).await.status, 201);
    let mine = json!([{"profile_id": "chats", "limit": null}]);
    let made = server
        .put("/v1/agents/ana", json!({"name": "Ana", "capacity_profiles": [{"profile_id": "chats"}]}))
        .await;
    assert_eq!((made.status, &made.body["capacity_profiles"]), (201, &mine), "{}", made.text);
    let twice = json!([{"profile_id": "chats"}, {"profile_id": "chats"}]);
    let answer = server.patch("/v1/agents/ana", json!({"capacity_profiles": twice})).await;
    assert_eq!(answer.fields(), ["/capacity_profiles/1/profile_id"]);
}

#[tokio::test]
async fn a_capacity_profile_in_use_cannot_be_deleted_and_the_answer_names_who_uses_it() {
    let server = Server::start();
    server.put("/v1/capacity-profiles/chats", json!({"name": "Chats"})).await;
    server
        .put("/v1/agents/ana", json!({"name": "Ana", "capacity_profiles": [{"profile_id": "chats"}]}))
        .await;
    let stream = json!({"name": "Web", "channel_type": "sms", "capacity_profile_ids": ["chats"]});
    server.put("/v1/work-streams/web", stream).await;
    let refused = server.delete("/v1/capacity-profiles/chats").await;
    assert_eq!(refused.problem(), (409, "in_use"));
    let detail = refused.body["detail"].as_str().unwrap();
    assert!(detail.contains("work stream web") && detail.contains("agent ana"), "{detail}");
    server.delete("/v1/work-streams/web").await;
    server.patch("/v1/agents/ana", json!({"capacity_profiles": []})).await;
    assert_eq!(server.delete("/v1/capacity-profiles/chats").await.status, 204);
}

#[tokio::test]
async fn what_is_wrong_with_a_profile_or_a_cap_is_named() {
    let server = Server::start();
    let put = |body| server.put("/v1/capacity-profiles/chats", body);
    assert_eq!(put(json!({"name": "Chats", "limit": 0})).await.fields(), ["/limit"]);
    assert_eq!(put(json!({"name": "Chats", "reset": "weekly"})).await.fields(), ["/reset"]);
    let nowhere = json!({"name": "Chats", "reset": "end_of_day", "time_zone": "Europe/Atlantis"});
    assert_eq!(put(nowhere).await.fields(), ["/time_zone"]);
    let here =
        json!({"name": "Chats", "blocking": true, "reset": "end_of_day", "time_zone": "Europe/Berlin"});
    assert_eq!(put(here).await.status, 201);
    let cap = |most| json!({"name": "Web", "channel_type": "sms", "distribution": {"max_conversations_per_agent": most}});
    let field = "/distribution/max_conversations_per_agent";
    assert_eq!(server.put("/v1/work-streams/web", cap(0)).await.fields(), [field]);
    let made = server.put("/v1/work-streams/web", cap(3)).await;
    assert_eq!(made.body["distribution"]["max_conversations_per_agent"], 3);
    let none = json!({"distribution": {"max_conversations_per_agent": null}});
    let none = server.patch("/v1/work-streams/web", none).await;
    assert_eq!(none.body["distribution"]["max_conversations_per_agent"], json!(null));
}

#[tokio::test]
async fn capacity_profiles_are_part_of_the_document_of_the_configuration() {
    let server = Server::start();
    let document = json!({
        "capacity_profiles": {"chats": {"name": "Chats", "limit": 2, "blocking": true, "reset": "end_of_day",
            "time_zone": "Asia/Tokyo"}},
        "agents": {"ana": {"name": "Ana", "capacity_profiles": [{"profile_id": "chats", "limit": 1}]}},
        "work_streams": {"web": {"name": "Web", "channel_type": "sms", "capacity_profile_ids": ["chats"],
            "distribution": {"max_conversations_per_agent": 4}}}});
    let applied = server.put("/v1/configuration", document).await;
    assert_eq!(applied.status, 200, "{}", applied.text);
    let exported = server.get("/v1/configuration").await.body;
    assert_eq!(exported["capacity_profiles"]["chats"]["time_zone"], "Asia/Tokyo");
    assert_eq!(exported["agents"]["ana"]["capacity_profiles"], json!([{"profile_id": "chats", "limit": 1}]));
    assert_eq!(exported["work_streams"]["web"]["distribution"]["max_conversations_per_agent"], 4);
    let again = server.put("/v1/configuration", exported).await;
    assert_eq!(again.body["steps"], json!([]), "{}", again.text);
    let gone = json!({"capacity_profiles": {}, "agents": {}, "work_streams": {}});
    let gone = server.put("/v1/configuration", gone).await;
    assert_eq!(gone.status, 200, "{}", gone.text);
}

#[tokio::test]
async fn an_offer_says_in_which_profiles_it_takes_a_place_and_who_has_none_is_passed_over_for_capacity() {
    let server = Server::start();
    server.put("/v1/capacity-profiles/chats", json!({"name": "Chats"})).await;
    server.patch("/v1/work-streams/default-live-chat", json!({"capacity_profile_ids": ["chats"]})).await;
    server.put("/v1/channels/chat", json!({"name": "Chat", "type": "live_chat"})).await;
    let profiles = json!([{"profile_id": "chats"}]);
    let ana = server.agent("ana", json!({"name": "Ana", "capacity_profiles": profiles})).await;
    let ben = server.agent("ben", json!({"name": "Ben"})).await;
    let (_ben, _) = Socket::agent(&server, &ben).await;
    let (mut ana, _) = Socket::agent(&server, &ana).await;
    let made = server.post("/v1/conversations", json!({"channel_id": "chat"})).await;
    ana.frame("offer.created").await;
    let id = made.body["id"].as_str().unwrap();
    let events = server.get(&format!("/v1/conversations/{id}/events")).await.body;
    let offered =
        events["items"].as_array().unwrap().iter().find(|event| event["type"] == "offered").unwrap();
    assert_eq!(offered["data"]["offer"]["capacity_profile_ids"], json!(["chats"]));
    let simulated = server.post("/v1/routing/simulate", json!({"channel_id": "chat"})).await;
    assert_eq!(simulated.body["passed_over"], json!({"capacity": 2}), "{}", simulated.text);
}

#[tokio::test]
async fn an_agents_runtime_shows_the_places_that_its_capacity_profiles_have_and_use() {
    let server = Server::start();
    server.put("/v1/capacity-profiles/chats", json!({"name": "Chats", "limit": 3})).await;
    server
        .put("/v1/capacity-profiles/daily", json!({"name": "Daily", "limit": 2, "reset": "end_of_day"}))
        .await;
    let names = json!({"capacity_profile_ids": ["chats", "daily"]});
    assert_eq!(server.patch("/v1/work-streams/default-live-chat", names).await.status, 200);
    server.put("/v1/channels/chat", json!({"name": "Chat", "type": "live_chat"})).await;
    let profiles = json!([{"profile_id": "chats"}, {"profile_id": "daily", "limit": 5}]);
    let ana = server.agent("ana", json!({"name": "Ana", "capacity_profiles": profiles})).await;
    let (mut ana, _) = Socket::agent(&server, &ana).await;
    let places = async || {
        let runtime = server.get("/v1/agents/ana").await.body["runtime"].clone();
        runtime["capacity_profiles"].clone()
    };
    let used = |chats: u32, daily: u32| json!([{"profile_id": "chats", "limit": 3, "used": chats}, {"profile_id": "daily", "limit": 5, "used": daily}]);
    assert_eq!(places().await, used(0, 0));
    for taken in 1..=2 {
        server.post("/v1/conversations", json!({"channel_id": "chat"})).await;
        let offer = ana.frame("offer.created").await["offer"].clone();
        assert_eq!(places().await, used(taken, taken), "on offer");
        ana.done(json!({"type": "offer.accept", "offer_id": offer["id"]})).await;
        assert_eq!(places().await, used(taken, taken), "active");
        let id = &offer["conversation_id"];
        if taken == 2 {
            ana.done(json!({"type": "conversation.end", "conversation_id": id})).await;
            assert_eq!(places().await, used(2, 2), "wrap-up holds");
            ana.done(json!({"type": "conversation.close", "conversation_id": id})).await;
        }
    }
    assert_eq!(places().await, used(1, 2), "a daily place is spent until the day is over");
}
