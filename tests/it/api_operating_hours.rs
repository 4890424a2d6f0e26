//! Operating hours: kept as given, refused with their field, answered with what the calendar says.

use serde_json::{Value, json};

use crate::helpers::Server;

fn office() -> Value {
    json!({"name": "Office", "time_zone": "Europe/Berlin",
        "weekly": [{"days": ["mon", "tue"], "from": "09:00", "to": "12:00"},
            {"days": ["mon"], "from": "13:00", "to": "24:00"}, {"days": ["sat"], "from": "22:00", "to": "06:00"}],
        "holidays": [{"date": "2026-12-25", "name": "Christmas"},
            {"date": "2027-01-01", "from": "10:00", "to": "12:00"}]})
}

#[tokio::test]
async fn operating_hours_come_back_as_they_were_given() {
    let server = Server::start();
    let made = server.put("/v1/operating-hours/office", office()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    for (name, value) in office().as_object().unwrap() {
        assert_eq!(made.body[name], *value, "{name}");
    }
    assert!(made.body["open"].is_boolean());
    assert!(made.body["changes_at"].as_str().is_some_and(|at| at.ends_with(":00:00.000Z")), "{}", made.text);
    let exported = server.get("/v1/configuration").await.body;
    let document = &exported["operating_hours"]["office"];
    assert_eq!((&document["weekly"], &document["open"]), (&office()["weekly"], &Value::Null));
    let changed = server.patch("/v1/operating-hours/office", json!({"holidays": []})).await;
    assert_eq!((changed.status, &changed.body["holidays"]), (200, &json!([])));
    let whole = server.put("/v1/configuration", exported).await;
    let change = "/holidays: [] -> [{\"date\":\"2026-12-25\"";
    assert!(whole.body["steps"][0]["changes"][0].as_str().unwrap().starts_with(change), "{}", whole.text);
    assert_eq!(server.get("/v1/operating-hours/office").await.body["holidays"], office()["holidays"]);
}

#[tokio::test]
async fn hours_that_are_always_or_never_open_say_so() {
    let server = Server::start();
    let all = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let always = json!({"name": "A", "weekly": [{"days": all, "from": "00:00", "to": "24:00"}]});
    let made = server.put("/v1/operating-hours/always", always).await;
    assert_eq!((&made.body["open"], &made.body["changes_at"]), (&json!(true), &Value::Null), "{}", made.text);
    let made = server.put("/v1/operating-hours/never", json!({"name": "N"})).await;
    assert_eq!((&made.body["open"], &made.body["changes_at"]), (&json!(false), &Value::Null));
    assert_eq!(made.body["time_zone"], "UTC");
}

#[tokio::test]
async fn wrong_hours_are_refused_at_their_field() {
    let server = Server::start();
    let span = |from: &str, to: &str| json!([{"days": ["mon"], "from": from, "to": to}]);
    let table = [
        ("time_zone", json!("Europe/Atlantis"), "/time_zone"),
        ("time_zone", json!(""), "/time_zone"),
        ("weekly", span("9:00", "17:00"), "/weekly/0/from"),
        ("weekly", span("24:00", "17:00"), "/weekly/0/from"),
        ("weekly", span("09:00", "24:30"), "/weekly/0/to"),
        ("weekly", json!([{"days": [], "from": "09:00", "to": "17:00"}]), "/weekly/0/days"),
        ("weekly", json!([{"days": ["monday"], "from": "09:00", "to": "17:00"}]), "/weekly/0/days/0"),
        ("weekly", json!([{"days": ["mon"], "from": "09:00"}]), "/weekly/0/to"),
        (
            "weekly",
            json!([{"days": ["sun"], "from": "22:00", "to": "06:00"}, {"days": ["mon"], "from": "05:00", "to": "07:00"}]),
            "/weekly/1",
        ),
        ("holidays", json!([{"date": "2026-02-29"}]), "/holidays/0/date"),
        ("holidays", json!([{"date": "25.12.2026"}]), "/holidays/0/date"),
        ("holidays", json!([{"date": "2026-12-25"}, {"date": "2026-12-25"}]), "/holidays/1/date"),
        ("holidays", json!([{"date": "2026-12-25", "from": "10:00"}]), "/holidays/0/to"),
        ("holidays", json!([{"date": "2026-12-25", "open": true}]), "/holidays/0/open"),
    ];
    for (name, value, field) in table {
        let mut body = office();
        body[name] = value;
        let refused = server.put("/v1/operating-hours/office", body).await;
        assert_eq!(
            (refused.problem(), refused.fields()),
            ((422, "invalid"), vec![field]),
            "{}",
            refused.text
        );
    }
    assert_eq!(server.get("/v1/operating-hours").await.body["items"], json!([]));
}

#[tokio::test]
async fn hours_that_a_queue_keeps_cannot_be_deleted() {
    let server = Server::start();
    let unknown = json!({"name": "Desk", "operating_hours_id": "office"});
    let refused = server.put("/v1/queues/desk", unknown.clone()).await;
    assert_eq!((refused.problem(), refused.fields()), ((422, "invalid"), vec!["/operating_hours_id"]));
    server.put("/v1/operating-hours/office", office()).await;
    let made = server.put("/v1/queues/desk", unknown).await;
    assert_eq!((made.status, &made.body["operating_hours_id"]), (201, &json!("office")), "{}", made.text);
    let refused = server.delete("/v1/operating-hours/office").await;
    assert_eq!(refused.problem(), (409, "in_use"));
    assert!(refused.body["detail"].as_str().unwrap().contains("queue desk"), "{}", refused.text);
    let freed = server.patch("/v1/queues/desk", json!({"operating_hours_id": null})).await;
    assert_eq!((freed.status, &freed.body["operating_hours_id"]), (200, &Value::Null));
    assert_eq!(server.delete("/v1/operating-hours/office").await.status, 204);
}
