//! Checks the live-chat settings of a channel, and what a work stream owes to the surveys of its channels.

use super::bounds::{
    MAX_CHOICES, MAX_LABEL_CHARS, MAX_LANGUAGES, MAX_MESSAGE_CHARS, MAX_NAME_CHARS, MAX_ORIGIN_CHARS,
    MAX_PAGE_VARIABLES, MAX_PLACE, MAX_PROMPT_SECONDS, MAX_PROMPTS, MAX_QUESTIONS, MAX_TIMEOUT_SECONDS,
    MAX_TRANSCRIPT_MINUTES, MAX_URL_CHARS,
};
use super::checker::Checker;
use super::problem::Problem;
use crate::config::{
    Authentication, AuthenticationMode, AutomatedMessage, CUSTOMER_FIELDS, Channel, LiveChat, Occasion,
    Question, QuestionKind, Texts, VisitorKey, WorkStream, message_pieces,
};
use crate::ids::WorkStreamId;

/// Checks the settings of a live-chat channel.
pub(super) fn settings(checker: &mut Checker<'_>, channel: &Channel) {
    let chat = &*channel.live_chat;
    languages(checker, chat);
    texts(checker, chat, "title", &chat.title, MAX_NAME_CHARS, false, one_line);
    if let Some(color) = &chat.color {
        checker.require(is_color(color), "color", Problem::BadColor);
    }
    let stream = checker.config.work_streams.get(&channel.work_stream_id).cloned();
    survey(checker, chat, stream.as_deref());
    checker.each("page_variables", &chat.page_variables, MAX_PAGE_VARIABLES, |checker, index, name| {
        if !stream.as_deref().is_none_or(|stream| declares(stream, name)) {
            checker.report(Problem::UndeclaredVariable);
        }
        let asked = chat.survey.iter().any(|question| question.variable == *name);
        if asked || chat.page_variables[..index].contains(name) {
            checker.report(Problem::Duplicate);
        }
    });
    if let Some(hours) = &chat.operating_hours_id {
        let known = checker.config.operating_hours.contains_key(hours);
        checker.require(known, "operating_hours_id", Problem::UnknownOperatingHours);
    }
    if let Some(page) = &chat.offline_page {
        checker.field("offline_page", |checker| {
            texts(checker, chat, "title", &page.title, MAX_NAME_CHARS, true, one_line);
            texts(checker, chat, "text", &page.text, MAX_MESSAGE_CHARS, true, printable);
        });
    }
    checker.field("authentication", |checker| authentication(checker, &chat.authentication));
    if let Some(invitation) = &chat.invitation {
        checker.field("invitation", |checker| {
            checker.range("after_seconds", invitation.after_seconds, 0, MAX_TIMEOUT_SECONDS);
            if let Some(pattern) = &invitation.url_pattern {
                checker.line("url_pattern", pattern, MAX_URL_CHARS);
            }
            texts(checker, chat, "text", &invitation.text, MAX_LABEL_CHARS, true, printable);
        });
    }
    checker.range("transcript_minutes", chat.transcript_minutes, 0, MAX_TRANSCRIPT_MINUTES);
    if let Some(url) = &chat.post_chat_survey_url {
        let plain = url.replace("{conversation_id}", "");
        checker.length("post_chat_survey_url", url, MAX_URL_CHARS);
        checker.require(is_url(&plain, &["https://"]), "post_chat_survey_url", Problem::BadUrl);
    }
    checker.each("messages", &chat.messages, MAX_PROMPTS, |checker, index, message| {
        automated(checker, chat, index, message);
    });
}

/// What a work stream declares is what the surveys of its channels ask.
pub(super) fn of_work_stream(checker: &mut Checker<'_>, id: &WorkStreamId, stream: &WorkStream) {
    let channels = checker.checks.channels_of(id);
    let asked = |chat: &LiveChat| {
        let questions = chat.survey.iter().any(|question| !may_ask(stream, &question.variable));
        questions || chat.page_variables.iter().any(|name| !declares(stream, name))
    };
    let missing = channels.iter().any(|(_, channel)| asked(&channel.live_chat));
    checker.require(!missing, "context_variables", Problem::AskedBySurvey);
}

fn languages(checker: &mut Checker<'_>, chat: &LiveChat) {
    checker.require(!chat.languages.is_empty(), "languages", Problem::EmptyList);
    checker.each("languages", &chat.languages, MAX_LANGUAGES, |checker, index, tag| {
        if !is_language(tag) {
            checker.report(Problem::BadLanguage);
        }
        if chat.languages[..index].iter().any(|other| other.eq_ignore_ascii_case(tag)) {
            checker.report(Problem::Duplicate);
        }
    });
}

fn one_line(checker: &mut Checker<'_>, text: &str) {
    checker.one_line(text);
}

fn printable(checker: &mut Checker<'_>, text: &str) {
    checker.printable(text);
}

/// A text in the channel's languages; the first of them is there if any is, and if it must be.
fn texts(
    checker: &mut Checker<'_>,
    chat: &LiveChat,
    field: &'static str,
    texts: &Texts,
    max: usize,
    must: bool,
    fits: fn(&mut Checker<'_>, &str),
) {
    checker.field(field, |checker| {
        let first = chat.languages.first().is_none_or(|first| texts.contains_key(first));
        if !first && (must || !texts.is_empty()) {
            checker.report(Problem::MissingLanguage);
        }
        for (language, text) in texts.iter().take(MAX_LANGUAGES + 1) {
            checker.key(language, |checker| {
                if !chat.languages.contains(language) {
                    checker.report(Problem::UnknownLanguage);
                }
                if text.trim().is_empty() {
                    checker.report(Problem::Blank);
                }
                if text.chars().count() > max {
                    checker.report(Problem::TooLong { max });
                }
                fits(checker, text);
            });
        }
    });
}

fn survey(checker: &mut Checker<'_>, chat: &LiveChat, stream: Option<&WorkStream>) {
    checker.each("survey", &chat.survey, MAX_QUESTIONS, |checker, index, question| {
        let declared = stream.is_none_or(|stream| may_ask(stream, &question.variable));
        checker.require(declared, "variable", Problem::UndeclaredVariable);
        let again = chat.survey[..index].iter().any(|other| other.variable == question.variable);
        checker.require(!again, "variable", Problem::Duplicate);
        texts(checker, chat, "label", &question.label, MAX_LABEL_CHARS, true, printable);
        choices(checker, chat, question);
    });
}

fn choices(checker: &mut Checker<'_>, chat: &LiveChat, question: &Question) {
    let chosen = question.kind == QuestionKind::Options;
    checker.require(!chosen || !question.options.is_empty(), "options", Problem::EmptyList);
    checker.require(chosen || question.options.is_empty(), "options", Problem::NotOptions);
    checker.each("options", &question.options, MAX_CHOICES, |checker, index, choice| {
        checker.line("value", &choice.value, MAX_NAME_CHARS);
        let again = question.options[..index].iter().any(|other| other.value == choice.value);
        checker.require(!again, "value", Problem::Duplicate);
        texts(checker, chat, "label", &choice.label, MAX_LABEL_CHARS, false, printable);
    });
}

fn authentication(checker: &mut Checker<'_>, it: &Authentication) {
    let keyed = it.mode == AuthenticationMode::None || it.key.is_some();
    checker.require(keyed, "mode", Problem::MissingKey);
    if let Some(VisitorKey::Url(url)) = &it.key {
        checker.length("key_url", url, MAX_URL_CHARS);
        checker.require(is_url(url, &["https://", "http://"]), "key_url", Problem::BadKeyUrl);
        let plain = url.strip_prefix("http://").is_none_or(is_near);
        checker.require(plain, "key_url", Problem::BadKeyUrl);
    }
    for (field, text) in [("audience", &it.audience), ("issuer", &it.issuer)] {
        if let Some(text) = text {
            checker.line(field, text, MAX_ORIGIN_CHARS);
        }
    }
}

fn automated(checker: &mut Checker<'_>, chat: &LiveChat, index: usize, message: &AutomatedMessage) {
    match message.on {
        Occasion::Waiting(seconds) | Occasion::Inactivity(seconds) => {
            checker.range("after_seconds", seconds, 1, MAX_PROMPT_SECONDS);
        }
        Occasion::Position(place) => checker.range("position", place, 1, MAX_PLACE),
        _ => {}
    }
    // One word on each silence; several waits and places.
    let same = |other: &AutomatedMessage| match (other.on, message.on) {
        (Occasion::Inactivity(_), Occasion::Inactivity(_)) => true,
        (one, another) => one == another,
    };
    if chat.messages[..index].iter().any(same) {
        checker.report(Problem::Duplicate);
    }
    texts(checker, chat, "text", &message.text, MAX_MESSAGE_CHARS, true, printable);
    checker.field("text", |checker| {
        for (language, text) in &message.text {
            if message_pieces(text).is_err() {
                checker.key(language, |checker| checker.report(Problem::BadSlug));
            }
        }
    });
}

fn declares(stream: &WorkStream, name: &str) -> bool {
    stream.context_variables.iter().any(|variable| variable.name == name)
}

fn may_ask(stream: &WorkStream, name: &str) -> bool {
    CUSTOMER_FIELDS.contains(&name) || declares(stream, name)
}

/// A language tag (BCP 47): a language of two or three letters, and perhaps parts of two to eight letters and digits.
pub(super) fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    let letters = language.chars().all(|c| c.is_ascii_alphabetic());
    let part = |part: &str| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric());
    (2..=3).contains(&language.len()) && letters && tag.len() <= 35 && parts.all(part)
}

fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.chars().all(|c| c.is_ascii_hexdigit())
}

/// One of the schemes, a host, and nothing that is no part of an address.
fn is_url(text: &str, schemes: &[&str]) -> bool {
    let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme));
    rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let plain = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c);
        !host.is_empty() && !host.starts_with(':') && !host.contains('@') && rest.chars().all(plain)
    })
}

/// Whether the host is this machine or an address, where a key may come without TLS: the guard of outgoing calls
/// refuses both unless the process was told otherwise.
fn is_near(rest: &str) -> bool {
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok()
}
