//! Notification templates: what the screen pop says and how it shows (SPEC §2). Text with slugs in braces.
//!
//! Knows which slugs there are and how to read a text; what a slug stands for is told by whoever renders it.

use serde::{Deserialize, Serialize};

use crate::ids::TemplateId;

/// How the pop draws attention. The page decides what each looks like.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Theme {
    /// As every pop without a template.
    Standard,
    /// Quieter: for work that is not urgent.
    Calm,
    /// Louder: for what must not wait.
    Urgent,
}

impl Theme {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Calm => "calm",
            Self::Urgent => "urgent",
        }
    }
}

/// When a notification of the desktop is shown beside the pop.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Desktop {
    /// Never.
    Never,
    /// While the page is in the background.
    Background,
    /// Always.
    Always,
}

impl Desktop {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Background => "background",
            Self::Always => "always",
        }
    }
}

/// One line of a pop.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TemplateField {
    /// What stands before it.
    pub label: String,
    /// Text with slugs; a line whose value comes out empty is left out.
    pub value: String,
}

/// A notification template.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NotificationTemplate {
    /// What people see.
    pub name: String,
    /// Text with slugs; `None` for the built-in title.
    pub title: Option<String>,
    /// Lines; `None` for the built-in ones.
    pub fields: Option<Vec<TemplateField>>,
    /// Look.
    pub theme: Theme,
    /// Notification of the desktop.
    pub desktop: Desktop,
    /// Whether the time that is left is shown.
    pub show_timer: bool,
}

impl NotificationTemplate {
    /// A template that changes nothing of the built-in pop.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            title: None,
            fields: None,
            theme: Theme::Standard,
            desktop: Desktop::Background,
            show_timer: true,
        }
    }
}

/// When which template shapes the pop; what is `None` is shaped by the stream's `template_id`, if any.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Templates {
    /// The customer is linked to a record.
    pub known_customer: Option<TemplateId>,
    /// The customer is not.
    pub unknown_customer: Option<TemplateId>,
    /// Another agent transfers it.
    pub transfer: Option<TemplateId>,
    /// Another agent asks for advice.
    pub consult: Option<TemplateId>,
    /// A supervisor gives it.
    pub supervisor: Option<TemplateId>,
}

/// Why a pop is shown, as far as its template goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // as the fields of [`Templates`]
pub enum Scenario {
    KnownCustomer,
    UnknownCustomer,
    Transfer,
    Consult,
    Supervisor,
}

impl Templates {
    /// The template of this scenario.
    pub fn of(&self, scenario: Scenario) -> Option<&TemplateId> {
        match scenario {
            Scenario::KnownCustomer => self.known_customer.as_ref(),
            Scenario::UnknownCustomer => self.unknown_customer.as_ref(),
            Scenario::Transfer => self.transfer.as_ref(),
            Scenario::Consult => self.consult.as_ref(),
            Scenario::Supervisor => self.supervisor.as_ref(),
        }
    }

    /// Each with its name on the wire.
    pub fn all(&self) -> [(&'static str, Option<&TemplateId>); 5] {
        [
            ("known_customer", self.known_customer.as_ref()),
            ("unknown_customer", self.unknown_customer.as_ref()),
            ("transfer", self.transfer.as_ref()),
            ("consult", self.consult.as_ref()),
            ("supervisor", self.supervisor.as_ref()),
        ]
    }
}

/// Slugs other than `context.NAME` and `record.NAME`.
pub const SLUGS: [&str; 9] = [
    "agent.name",
    "channel.name",
    "customer.email",
    "customer.name",
    "customer.phone",
    "priority",
    "queue.name",
    "waiting",
    "work_stream.name",
];

/// A piece of a text with slugs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece<'a> {
    /// As it is written.
    Text(&'a str),
    /// Stands for a value: one of [`SLUGS`], `context.` and a variable's name, or `record.` and a key of the record's
    /// details.
    Slug(&'a str),
}

/// The pieces of a text: `{slug}` is a slug, `{{` and `}}` are braces. `Err` is the first slug that does not
/// exist or is not closed.
pub fn pieces(text: &str) -> Result<Vec<Piece<'_>>, &str> {
    pieces_of(text, |slug| {
        let named = slug.strip_prefix("context.").or_else(|| slug.strip_prefix("record."));
        named.is_some_and(|name| !name.is_empty()) || SLUGS.contains(&slug)
    })
}

/// The same with other slugs.
pub(super) fn pieces_of(text: &str, known: impl Fn(&str) -> bool) -> Result<Vec<Piece<'_>>, &str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, brace) = rest.split_at(at);
        if !before.is_empty() {
            found.push(Piece::Text(before));
        }
        if brace.starts_with("{{") || brace.starts_with("}}") {
            found.push(Piece::Text(&brace[..1]));
            rest = &brace[2..];
            continue;
        }
        let Some(end) = brace.find('}').filter(|_| brace.starts_with('{')) else { return Err(brace) };
        let slug = &brace[1..end];
        if !known(slug) {
            return Err(slug);
        }
        found.push(Piece::Slug(slug));
        rest = &brace[end + 1..];
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_into_words_and_slugs() {
        let read = pieces("Hi {customer.name}, {{x}} {context.tier}");
        let expected = vec![
            Piece::Text("Hi "),
            Piece::Slug("customer.name"),
            Piece::Text(", "),
            Piece::Text("{"),
            Piece::Text("x"),
            Piece::Text("}"),
            Piece::Text(" "),
            Piece::Slug("context.tier"),
        ];
        assert_eq!(read, Ok(expected));
        assert_eq!(pieces(""), Ok(Vec::new()));
    }

    #[test]
    fn a_slug_that_is_not_known_or_not_closed_is_named() {
        assert_eq!(pieces("{customer.shoe_size}"), Err("customer.shoe_size"));
        assert_eq!(pieces("{context.}"), Err("context."));
        assert_eq!(pieces("{record.}"), Err("record."));
        assert_eq!(pieces("{record.title}"), Ok(vec![Piece::Slug("record.title")]));
        assert_eq!(pieces("so {waiting"), Err("{waiting"));
        assert_eq!(pieces("so waiting} now"), Err("} now"));
    }
}
