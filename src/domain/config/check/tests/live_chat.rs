//! Live chat: each wrong setting is named at its place.

use super::*;
use crate::config::{
    Authentication, AuthenticationMode, AutomatedMessage, Choice, Invitation, LiveChat, Occasion,
    OfflinePage, Question, QuestionKind, Texts, VisitorKey,
};

fn en(text: &str) -> Texts {
    [("en".into(), text.into())].into()
}

fn put(change: impl FnOnce(&mut LiveChat)) -> Vec<(String, Problem)> {
    let mut chat = LiveChat::default();
    change(&mut chat);
    findings(&Change::PutChannel("site".into(), Arc::new(Channel { live_chat: Box::new(chat), ..channel() })))
}

fn question(variable: &str, kind: QuestionKind, options: &[&str]) -> Question {
    let choice = |value: &&str| Choice { value: (*value).into(), label: Texts::new() };
    let options = options.iter().map(choice).collect();
    Question { variable: variable.into(), kind, label: en("?"), mandatory: true, options }
}

#[test]
fn a_survey_has_five_questions_about_declared_variables() {
    let asks = |questions: Vec<Question>| put(|chat| chat.survey = questions);
    let good = vec![
        question("tier", QuestionKind::Options, &["gold", "iron"]),
        question("email", QuestionKind::SingleLine, &[]),
        question("amount", QuestionKind::MultiLine, &[]),
    ];
    expect(&asks(good), &[]);
    expect(
        &asks(vec![
            question("sneaky", QuestionKind::SingleLine, &[]),
            question("tier", QuestionKind::Options, &[]),
            question("tier", QuestionKind::Consent, &["x"]),
            question("amount", QuestionKind::Options, &["1", "1", " "]),
        ]),
        &[
            ("/settings/survey/0/variable", Problem::UndeclaredVariable),
            ("/settings/survey/1/options", Problem::EmptyList),
            ("/settings/survey/2/variable", Problem::Duplicate),
            ("/settings/survey/2/options", Problem::NotOptions),
            ("/settings/survey/3/options/1/value", Problem::Duplicate),
            ("/settings/survey/3/options/2/value", Problem::Blank),
        ],
    );
    let six = vec![question("name", QuestionKind::SingleLine, &[]); 6];
    assert!(asks(six).contains(&("/settings/survey".into(), Problem::TooMany { max: 5 })));
}

#[test]
fn texts_are_in_the_channels_languages_and_always_in_the_first() {
    let title = |languages: &[&str], texts: &[(&str, &str)]| {
        put(|chat| {
            chat.languages = languages.iter().map(|tag| (*tag).into()).collect();
            chat.title = texts.iter().map(|(tag, text)| ((*tag).into(), (*text).into())).collect();
        })
    };
    expect(&title(&["en", "pt-BR"], &[("en", "Hi"), ("pt-BR", "Oi")]), &[]);
    expect(&title(&["en", "de"], &[("de", "Hallo")]), &[("/settings/title", Problem::MissingLanguage)]);
    expect(
        &title(&["en"], &[("en", " "), ("fr", "Salut")]),
        &[("/settings/title/en", Problem::Blank), ("/settings/title/fr", Problem::UnknownLanguage)],
    );
    expect(&title(&[], &[]), &[("/settings/languages", Problem::EmptyList)]);
    expect(
        &title(&["en", "e", "en_US", "EN"], &[]),
        &[
            ("/settings/languages/1", Problem::BadLanguage),
            ("/settings/languages/2", Problem::BadLanguage),
            ("/settings/languages/3", Problem::Duplicate),
        ],
    );
}

#[test]
fn a_mode_with_tokens_needs_a_key_and_a_key_comes_over_tls() {
    let mode = |key: Option<VisitorKey>| {
        put(|chat| {
            let mode = AuthenticationMode::Required;
            chat.authentication = Authentication { mode, key, ..Authentication::default() };
        })
    };
    expect(&mode(None), &[("/settings/authentication/mode", Problem::MissingKey)]);
    for url in
        ["https://keys.example/a?b=c", "http://localhost:8080/k", "http://127.0.0.1/", "http://[::1]:80/"]
    {
        expect(&mode(Some(VisitorKey::Url(url.into()))), &[]);
    }
    for url in
        ["http://keys.example/", "https://", "https://u@h/", "ftp://h/", "https://h/ x", "https:/h", ""]
    {
        let found = mode(Some(VisitorKey::Url(url.into())));
        assert!(found.contains(&("/settings/authentication/key_url".into(), Problem::BadKeyUrl)), "{url}");
    }
}

#[test]
fn an_automated_message_is_said_on_one_occasion_with_known_slugs() {
    let says = |messages: Vec<(Occasion, &str)>| {
        let message = |(on, text)| AutomatedMessage { on, text: en(text) };
        put(|chat| chat.messages = messages.into_iter().map(message).collect())
    };
    let good = vec![
        (Occasion::Waiting(60), "{position} {{braces}}"),
        (Occasion::Waiting(120), "{queue.name}"),
        (Occasion::Ended, "{agent.name}, {customer.name}"),
    ];
    expect(&says(good), &[]);
    expect(
        &says(vec![
            (Occasion::Waiting(0), "x"),
            (Occasion::Position(21), "x"),
            (Occasion::Started, "{priority}"),
            (Occasion::Started, " "),
            (Occasion::Inactivity(1), "x"),
            (Occasion::Inactivity(2), "{agent.name"),
        ]),
        &[
            ("/settings/messages/0/after_seconds", Problem::OutOfRange { min: 1, max: 604_800 }),
            ("/settings/messages/1/position", Problem::OutOfRange { min: 1, max: 20 }),
            ("/settings/messages/2/text/en", Problem::BadSlug),
            ("/settings/messages/3", Problem::Duplicate),
            ("/settings/messages/3/text/en", Problem::Blank),
            ("/settings/messages/5", Problem::Duplicate),
            ("/settings/messages/5/text/en", Problem::BadSlug),
        ],
    );
}

#[test]
fn other_settings_are_checked_at_their_place() {
    let found = put(|chat| {
        chat.color = Some("red".into());
        chat.page_variables = vec!["tier".into(), "tier".into(), "x".into()];
        chat.operating_hours_id = Some("office".into());
        chat.offline_page = Some(OfflinePage { title: Texts::new(), text: en("Later") });
        chat.invitation =
            Some(Invitation { after_seconds: 3601, url_pattern: Some("".into()), text: en("Hello?") });
        chat.transcript_minutes = 10_081;
        chat.post_chat_survey_url = Some("http://survey.example/{conversation_id}".into());
    });
    expect(
        &found,
        &[
            ("/settings/color", Problem::BadColor),
            ("/settings/page_variables/1", Problem::Duplicate),
            ("/settings/page_variables/2", Problem::UndeclaredVariable),
            ("/settings/operating_hours_id", Problem::UnknownOperatingHours),
            ("/settings/offline_page/title", Problem::MissingLanguage),
            ("/settings/invitation/after_seconds", Problem::OutOfRange { min: 0, max: 3600 }),
            ("/settings/invitation/url_pattern", Problem::Blank),
            ("/settings/transcript_minutes", Problem::OutOfRange { min: 0, max: 10_080 }),
            ("/settings/post_chat_survey_url", Problem::BadUrl),
        ],
    );
    let url = |url: &str| put(|chat| chat.post_chat_survey_url = Some(url.into()));
    expect(&url("https://survey.example/?c={conversation_id}"), &[]);
    expect(&url("https://survey.example/{agent}"), &[("/settings/post_chat_survey_url", Problem::BadUrl)]);
    expect(&url("javascript:alert(1)"), &[("/settings/post_chat_survey_url", Problem::BadUrl)]);
}

#[test]
fn a_work_stream_goes_on_declaring_what_a_survey_asks() {
    let mut config = house();
    let survey = vec![question("tier", QuestionKind::SingleLine, &[])];
    let chat = LiveChat { survey, ..LiveChat::default() };
    config.channels.insert("site".into(), Arc::new(Channel { live_chat: Box::new(chat), ..channel() }));
    let put = |stream: WorkStream| check(&Change::PutWorkStream("web".into(), Arc::new(stream)), &config);
    assert_eq!(put(stream()), []);
    let found = put(WorkStream { context_variables: Vec::new(), ..stream() });
    let found: Vec<_> = found.iter().map(|finding| (pointer(&finding.path), finding.problem)).collect();
    expect(&found, &[("/context_variables", Problem::AskedBySurvey)]);
}

#[test]
fn titles_of_a_chat_are_one_line_and_its_texts_hold_no_control_characters() {
    let page = |text: &str| OfflinePage { title: en("Closed\tnow"), text: en(text) };
    expect(
        &put(|chat| {
            chat.title = en("Chat\nwith us");
            chat.offline_page = Some(page("Back\nat nine\u{1b}"));
        }),
        &[
            ("/settings/title/en", Problem::NotOneLine),
            ("/settings/offline_page/title/en", Problem::NotOneLine),
            ("/settings/offline_page/text/en", Problem::ControlCharacter),
        ],
    );
}
