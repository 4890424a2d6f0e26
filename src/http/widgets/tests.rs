//! What of a visitor's words is taken.

use std::sync::Arc;

use super::*;
use crate::domain::config::{Change, LiveChat, Question, QuestionKind};
use crate::domain::context::VariableType;

fn declared() -> Vec<Variable> {
    let one =
        |name: &str| Variable { name: name.into(), display_name: name.into(), kind: VariableType::Text };
    vec![one("tier"), one("topic"), one("agreed")]
}

fn channel(chat: LiveChat) -> Channel {
    Channel {
        provider: None,
        name: "Web".into(),
        kind: ChannelType::LiveChat,
        work_stream_id: "default-live-chat".into(),
        allowed_origins: Vec::new(),
        live_chat: Box::new(chat),
    }
}

fn question(variable: &str, kind: QuestionKind, mandatory: bool) -> Question {
    let options = if kind == QuestionKind::Options { vec!["gold", "iron"] } else { Vec::new() };
    let options = options.into_iter().map(|value| crate::domain::config::Choice {
        value: value.into(),
        label: crate::domain::config::Texts::new(),
    });
    Question {
        variable: variable.into(),
        kind,
        label: [("en".into(), "?".into())].into(),
        mandatory,
        options: options.collect(),
    }
}

fn asked() -> Channel {
    channel(LiveChat {
        survey: vec![
            question("tier", QuestionKind::Options, true),
            question("name", QuestionKind::SingleLine, false),
            question("agreed", QuestionKind::Consent, true),
        ],
        ..LiveChat::default()
    })
}

fn taken(channel: &Channel, body: &str) -> Result<Draft, Vec<String>> {
    let drafted = draft(serde_json::from_str(body).unwrap(), &"web".into(), channel, &declared());
    drafted.map_err(|problem| problem.errors.into_iter().map(|error| error.field).collect())
}

#[test]
fn a_survey_gives_declared_context_and_a_name_but_never_an_identity() {
    let body = r#"{"survey":{"tier":"gold","name":"Kim","id":"vip","sneaky":1},"message":"hi"}"#;
    let draft = taken(&channel(LiveChat::default()), body).unwrap();
    assert_eq!(draft.context.keys().collect::<Vec<_>>(), ["tier"]);
    assert_eq!((draft.customer.id, draft.customer.name), (None, Some("Kim".to_owned())));
    assert!(draft.lenient && draft.message.is_some() && draft.priority.is_none() && draft.party.is_none());
}

#[test]
fn with_a_survey_only_its_variables_and_those_of_the_page_are_taken() {
    let body = r#"{"survey":{"tier":"gold","agreed":true,"topic":"x"}}"#;
    assert_eq!(taken(&asked(), body).unwrap().context.keys().collect::<Vec<_>>(), ["agreed", "tier"]);
    let mut page = asked();
    page.live_chat.page_variables = vec!["topic".into()];
    assert_eq!(taken(&page, body).unwrap().context.len(), 3);
}

#[test]
fn a_mandatory_question_wants_an_answer_of_its_kind() {
    for (survey, wrong) in [
        (r#"{"tier":"gold","agreed":true}"#, vec![]),
        (r#"{"tier":"gold","agreed":true,"name":null}"#, vec![]),
        ("{}", vec!["/survey/tier", "/survey/agreed"]),
        (r#"{"tier":"brass","agreed":true}"#, vec!["/survey/tier"]),
        (r#"{"tier":" ","agreed":true}"#, vec!["/survey/tier"]),
        (r#"{"tier":1,"agreed":true}"#, vec!["/survey/tier"]),
        (r#"{"tier":"gold","agreed":false}"#, vec!["/survey/agreed"]),
        (r#"{"tier":"gold","agreed":"yes"}"#, vec!["/survey/agreed"]),
        (r#"{"tier":"gold","agreed":true,"name":"a\nb"}"#, vec!["/survey/name"]),
    ] {
        let fields = taken(&asked(), &format!("{{\"survey\":{survey}}}")).err().unwrap_or_default();
        assert_eq!(fields, wrong, "{survey}");
    }
}

#[test]
fn only_live_chat_has_a_widget() {
    let mut config = Config::default();
    config.apply(&Change::PutChannel("web".into(), Arc::new(channel(LiveChat::default()))));
    assert_eq!(channel_of(&config, "sms").unwrap_err().status, 404);
    assert!(channel_of(&config, "web").is_ok());
}
