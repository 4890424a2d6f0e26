//! Answers of a page's visitor: what of them is taken, and which questions still want one.
//!
//! With a survey (or page variables) only what these name is taken; without, every declared variable. `name`, `email` and
//! `phone` are shown and identify nobody.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::config::{Channel, LiveChat, Question, QuestionKind};
use crate::domain::context::{Given, Variable};
use crate::domain::conversation::CustomerRef;
use crate::http::error::{FieldError, escape_pointer};
use crate::http::wire::value::given;

/// Longest answer of one line, in characters.
const MAX_LINE: usize = 500;
/// Longest answer of several lines, in characters: the longest value of a variable.
const MAX_LINES: usize = 4_000;

/// What was answered.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Answers {
    /// Values of declared variables.
    pub context: BTreeMap<String, Given>,
    /// What the visitor says of itself; never an id.
    pub customer: CustomerRef,
}

/// Takes the answers of a survey; the wrong and the missing ones are named.
pub fn take(
    channel: &Channel,
    declared: &[Variable],
    survey: &BTreeMap<String, Value>,
) -> Result<Answers, Vec<FieldError>> {
    let chat = &*channel.live_chat;
    let wrong = |question: &Question| {
        let message = wrong(question, survey.get(&*question.variable))?;
        Some(FieldError::new(format!("/survey/{}", escape_pointer(&question.variable)), message))
    };
    let errors: Vec<FieldError> = chat.survey.iter().filter_map(wrong).collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    let text = |key: &str| match survey.get(key) {
        Some(Value::String(text)) if !text.is_empty() => Some(text.chars().take(320).collect::<String>()),
        _ => None,
    };
    let value = |variable: &Variable| {
        let value = given(survey.get(&variable.name)?).ok()??;
        Some((variable.name.clone(), value))
    };
    let context = declared.iter().filter(|variable| asks(chat, &variable.name)).filter_map(value).collect();
    let customer = CustomerRef {
        name: text("name"),
        email: text("email"),
        phone: text("phone"),
        ..CustomerRef::default()
    };
    Ok(Answers { context, customer })
}

/// Whether a visitor's page may give this variable.
fn asks(chat: &LiveChat, variable: &str) -> bool {
    let open = chat.survey.is_empty() && chat.page_variables.is_empty();
    open || chat.survey.iter().any(|question| *question.variable == *variable)
        || chat.page_variables.iter().any(|name| **name == *variable)
}

/// What is wrong with an answer, if anything is.
fn wrong(question: &Question, answer: Option<&Value>) -> Option<&'static str> {
    let empty = match answer {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(_) => false,
    };
    match (question.kind, answer) {
        (QuestionKind::Consent, Some(Value::Bool(true))) => None,
        (QuestionKind::Consent, _) if question.mandatory => Some("must be agreed to"),
        (QuestionKind::Consent, None | Some(Value::Bool(false) | Value::Null)) => None,
        (QuestionKind::Consent, Some(_)) => Some("must be true or false"),
        (_, _) if empty => question.mandatory.then_some("must be answered"),
        (QuestionKind::Options, Some(Value::String(text))) => {
            let known = question.options.iter().any(|choice| *choice.value == **text);
            (!known).then_some("must be one of the options")
        }
        (QuestionKind::Options, _) => Some("must be one of the options"),
        (kind, Some(Value::String(text))) => {
            let line = kind == QuestionKind::SingleLine;
            if line && text.contains(['\n', '\r']) {
                return Some("must be one line");
            }
            let most = if line { MAX_LINE } else { MAX_LINES };
            (text.chars().count() > most).then_some("is too long")
        }
        (_, _) => None,
    }
}
