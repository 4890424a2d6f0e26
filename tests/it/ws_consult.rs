//! Consult, and supervisors who watch and join, over the agent socket and HTTP.

use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::Server;
use crate::socket::Socket;

/// Ana has a conversation; gives her socket and token and its id.
async fn active(server: &Server) -> (Socket, String, String) {
    server.put("/v1/channels/web", json!({"name": "Web", "type": "live_chat"})).await;
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(server, &token).await;
    let made = server.post("/v1/conversations", json!({"channel_id": "web"})).await;
    let offer = ana.frame("offer.created").await["offer"]["id"].clone();
    ana.done(json!({"type": "offer.accept", "offer_id": offer})).await;
    (ana, token, made.body["id"].as_str().expect("an id").to_owned())
}

async fn comes(server: &Server, id: &str, body: Value) -> (Socket, String) {
    let token = server.agent(id, body).await;
    (Socket::agent(server, &token).await.0, token)
}

fn frame(kind: &str, id: &str) -> Value {
    json!({"type": kind, "conversation_id": id})
}

#[tokio::test]
async fn a_consult_runs_from_the_invitation_to_its_end() {
    let server = Server::start();
    let (mut ana, _, id) = active(&server).await;
    let (mut ben, token) = comes(&server, "ben", json!({"name": "Ben"})).await;
    let invite = json!({"type": "conversation.consult", "conversation_id": id, "agent_id": "ben"});
    let invited = ana.done(invite.clone()).await;
    assert_eq!(invited["conversation"]["participants"][0]["state"], "invited");
    let pop = ben.frame("consult.invited").await;
    assert_eq!((&pop["by"], &pop["conversation"]["id"]), (&json!("ana"), &json!(id)));
    assert!(pop["expires_at"].is_string() && pop["seq"].is_u64());
    let (status, code, _) = ana.refused(invite).await;
    assert_eq!((status, code.as_str()), (409, "already_a_participant"));
    ben.done(frame("consult.accept", &id)).await;
    assert_eq!(ben.frame("consult.started").await["conversation"]["id"], json!(id));
    let joined =
        |frame: &Value| frame["type"] == "consult.changed" && frame["participants"][0]["state"] == "joined";
    ana.wait(joined).await;
    let hint = json!({"type": "message.send", "conversation_id": id, "text": "ask for the invoice"});
    let said = ben.done(hint).await;
    assert_eq!(
        said["message"]["visibility"], "internal",
        "what a consulted agent says is internal by default"
    );
    assert_eq!(ana.frame("message.received").await["message"]["text"], "ask for the invoice");
    let public = json!({"type": "message.send", "conversation_id": id, "text": "hi", "visibility": "public"});
    let (status, code, _) = ben.refused(public).await;
    assert_eq!((status, code.as_str()), (403, "internal_only"));
    server.post(&format!("/v1/conversations/{id}/messages"), json!({"text": "from the customer"})).await;
    assert_eq!(ben.frame("message.received").await["message"]["text"], "from the customer");
    let read = server.request(Method::GET, &format!("/v1/conversations/{id}/messages"), &token);
    assert_eq!(server.send(read).await.body["items"].as_array().map(Vec::len), Some(2));
    let (status, code, _) = ben.refused(frame("conversation.end", &id)).await;
    assert_eq!((status, code.as_str()), (403, "not_yours"));
    // A second tab finds it in its welcome.
    let (_, welcome) = Socket::agent(&server, &token).await;
    assert_eq!(welcome["consults"][0]["conversation"]["id"], json!(id));
    assert_eq!((&welcome["consults"][0]["state"], &welcome["conversations"]), (&json!("joined"), &json!([])));
    ana.done(frame("conversation.end", &id)).await;
    assert_eq!(ben.frame("consult.ended").await["reason"], "primary_left");
    let read = server.request(Method::GET, &format!("/v1/conversations/{id}"), &token);
    assert_eq!(server.send(read).await.status, 403, "it is no longer ben's to see");
    let events = server.get(&format!("/v1/conversations/{id}/events?limit=1000")).await.body;
    let kinds: Vec<&str> =
        events["items"].as_array().unwrap().iter().filter_map(|e| e["type"].as_str()).collect();
    let consults: Vec<&str> = kinds.into_iter().filter(|kind| kind.starts_with("consult")).collect();
    assert_eq!(consults, ["consult_invited", "consult_joined", "consult_ended"]);
}

#[tokio::test]
async fn a_consult_is_asked_for_and_ended_over_http_by_the_agent_who_has_it_alone() {
    let server = Server::start();
    let (mut ana, ana_token, id) = active(&server).await;
    let (mut ben, ben_token) = comes(&server, "ben", json!({"name": "Ben"})).await;
    let _gone = server.agent("gone", json!({"name": "Gone"})).await;
    let path = format!("/v1/conversations/{id}");
    let post = |tail: &str, token: &str, agent: &str| {
        let request = server.request(Method::POST, &format!("{path}/{tail}"), token);
        server.send(request.json(&json!({"agent_id": agent})))
    };
    assert_eq!(post("consult", &ben_token, "ben").await.problem(), (403, "not_yours"));
    assert_eq!(post("consult", &ana_token, "gone").await.problem(), (409, "not_connected"));
    assert_eq!(post("consult", &ana_token, "nobody").await.fields(), ["/agent_id"]);
    assert_eq!(post("consult", &server.key("backend").await, "ben").await.problem().0, 403);
    let asked = post("consult", &ana_token, "ben").await;
    assert_eq!(
        (asked.status, &asked.body["participants"][0]["kind"]),
        (200, &json!("consult")),
        "{}",
        asked.text
    );
    ben.frame("consult.invited").await;
    ben.done(frame("consult.decline", &id)).await;
    let empty = |frame: &Value| frame["type"] == "consult.changed" && frame["participants"] == json!([]);
    ana.wait(empty).await;
    post("consult", &ana_token, "ben").await;
    assert_eq!(post("consult-end", &ana_token, "ben").await.body["participants"], json!([]));
    let ended = |frame: &Value| frame["type"] == "consult.ended" && frame["reason"] == "ended";
    ben.wait(ended).await;
    assert_eq!(post("consult-end", &ana_token, "ben").await.problem(), (409, "not_a_participant"));
    let (status, code, _) = ben.refused(frame("consult.accept", &id)).await;
    assert_eq!((status, code.as_str()), (409, "not_a_participant"));
}

#[tokio::test]
async fn a_supervisor_watches_without_a_trace_and_joins_with_one_and_agents_may_do_neither() {
    let server = Server::start();
    let (mut ana, _, id) = active(&server).await;
    let (mut ben, _) = comes(&server, "ben", json!({"name": "Ben"})).await;
    for kind in ["conversation.watch", "conversation.join"] {
        let (status, _, _) = ben.refused(frame(kind, &id)).await;
        assert_eq!(status, 403, "{kind}");
    }
    let (mut sue, _) = comes(&server, "sue", json!({"name": "Sue", "role": "supervisor"})).await;
    let watched = sue.done(frame("conversation.watch", &id)).await;
    assert_eq!(watched["conversation"]["participants"], json!([]));
    ana.done(json!({"type": "message.send", "conversation_id": id, "text": "one", "visibility": "internal"}))
        .await;
    let heard = sue.frame("message.received").await;
    assert_eq!((&heard["message"]["text"], heard.get("seq")), (&json!("one"), None));
    sue.done(frame("conversation.unwatch", &id)).await;
    sue.done(frame("conversation.join", &id)).await;
    sue.frame("consult.started").await;
    let joined = |frame: &Value| {
        frame["type"] == "consult.changed" && frame["participants"][0]["kind"] == "supervisor"
    };
    ana.wait(joined).await;
    let send = |text: &str| json!({"type": "message.send", "conversation_id": id, "text": text});
    assert_eq!(sue.done(send("psst")).await["message"]["visibility"], "internal");
    let mut public = send("hello");
    public["visibility"] = json!("public");
    assert_eq!(sue.done(public).await["message"]["visibility"], "public");
    sue.done(frame("consult.leave", &id)).await;
    sue.done(frame("conversation.watch", &id)).await;
    ana.done(frame("conversation.end", &id)).await;
    assert_eq!(sue.frame("watch.ended").await["reason"], "wrap_up");
    let (status, _, problem) = sue.refused(frame("conversation.watch", &id)).await;
    assert_eq!((status, &problem["current_state"]), (409, &json!("wrap_up")));
}

#[tokio::test]
async fn a_supervisor_whose_role_is_taken_away_watches_and_takes_part_no_more() {
    let server = Server::start();
    let (mut ana, _, id) = active(&server).await;
    let sue = json!({"name": "Sue", "role": "supervisor"});
    let (mut sue_watches, token) = comes(&server, "sue", sue).await;
    let (mut sue_joins, _) = Socket::agent(&server, &token).await;
    sue_watches.done(frame("conversation.watch", &id)).await;
    let send = |text: &str| json!({"type": "message.send", "conversation_id": id, "text": text, "visibility": "internal"});
    ana.done(send("one")).await;
    assert_eq!(sue_watches.frame("message.received").await["message"]["text"], "one");
    sue_joins.done(frame("conversation.join", &id)).await;
    assert_eq!(server.patch("/v1/agents/sue", json!({"role": "agent"})).await.status, 200);
    assert_eq!(sue_joins.frame("consult.ended").await["reason"], "role_lost");
    let ended = sue_watches.frame("watch.ended").await;
    assert_eq!((&ended["conversation_id"], &ended["reason"]), (&json!(id), &json!("role_lost")));
    ana.done(send("two")).await;
    let (status, code, _) = sue_joins.refused(send("me too")).await;
    assert_eq!((status, code.as_str()), (403, "not_yours"));
    sue_watches.done(json!({"type": "presence.set", "presence": "away"})).await;
    let heard = |frame: &Value| frame["type"] == "presence.changed" && frame["presence"] == "away";
    sue_watches.wait(heard).await;
    assert!(!sue_watches.has("message.received"), "nothing of what was said since");
}

#[tokio::test]
async fn a_template_shapes_the_invitation_to_a_consult_also_after_a_reload() {
    let server = Server::start();
    let (mut ana, _, id) = active(&server).await;
    let (mut ben, token) = comes(&server, "ben", json!({"name": "Ben"})).await;
    let invite = json!({"type": "conversation.consult", "conversation_id": id, "agent_id": "ben"});
    ana.done(invite.clone()).await;
    let plain = ben.frame("consult.invited").await;
    assert_eq!(plain["title"], "Consult: Default live chat: New customer");
    assert_eq!(plain["fields"][2], json!({"label": "Queue", "value": "Default messaging queue"}));
    let looks =
        |frame: &Value| (frame["theme"].clone(), frame["desktop"].clone(), frame["show_timer"].clone());
    assert_eq!(looks(&plain), (json!("standard"), json!("background"), json!(true)));
    assert!(plain["remaining_ms"].as_i64().unwrap() > 0);
    ben.done(frame("consult.decline", &id)).await;

    let template = json!({"name": "Advice", "title": "{agent.name} asks about {context.topic}", "theme": "calm",
        "fields": [{"label": "Priority", "value": "{priority}"}], "desktop": "always", "show_timer": false});
    assert_eq!(server.put("/v1/notification-templates/advice", template).await.status, 201);
    let other = json!({"name": "Other", "title": "not this one"});
    assert_eq!(server.put("/v1/notification-templates/other", other).await.status, 201);
    let notification = json!({"template_id": "other", "templates": {"consult": "advice"}});
    let stream = "/v1/work-streams/default-live-chat";
    let raised =
        json!([{"name": "all", "rules": [{"name": "all", "when": {"all": []}, "set": {"priority": 7}}]}]);
    let changed = json!({"distribution": {"notification": notification}, "classification": raised});
    assert_eq!(server.patch(stream, changed).await.status, 200);
    let context = server.patch(&format!("/v1/conversations/{id}/context"), json!({"topic": "tax"})).await;
    assert_eq!(context.status, 200, "{}", context.text);
    ana.done(invite).await;
    let pop = ben.frame("consult.invited").await;
    let (_, welcome) = Socket::agent(&server, &token).await;
    let waiting = &welcome["consults"][0];
    assert_eq!(waiting["state"], "invited");
    for shown in [&pop, waiting] {
        assert_eq!(shown["title"], "Ana asks about tax");
        assert_eq!(shown["fields"], json!([{"label": "Priority", "value": "0"}]));
        assert_eq!(looks(shown), (json!("calm"), json!("always"), json!(false)));
        assert!(shown["expires_at"].is_string() && shown["remaining_ms"].as_i64().unwrap() > 0);
    }
    ben.done(frame("consult.accept", &id)).await;
    let (_, welcome) = Socket::agent(&server, &token).await;
    assert_eq!(
        (&welcome["consults"][0]["title"], &welcome["consults"][0]["expires_at"]),
        (&Value::Null, &Value::Null)
    );
}
