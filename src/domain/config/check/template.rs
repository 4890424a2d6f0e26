//! Checks a notification template.

use super::bounds::{MAX_TEMPLATE_CHARS, MAX_TEMPLATE_FIELDS};
use super::checker::Checker;
use super::problem::Problem;
use crate::config::{NotificationTemplate, pieces};
use crate::ids::TemplateId;

/// Checks names, lengths and every slug.
pub(super) fn check(checker: &mut Checker<'_>, id: &TemplateId, template: &NotificationTemplate) {
    checker.id(id.as_str());
    checker.name("name", &template.name);
    if let Some(title) = &template.title {
        text(checker, "title", title);
    }
    if let Some(fields) = &template.fields {
        checker.each("fields", fields, MAX_TEMPLATE_FIELDS, |checker, _, field| {
            checker.name("label", &field.label);
            text(checker, "value", &field.value);
        });
    }
}

fn text(checker: &mut Checker<'_>, field: &'static str, text: &str) {
    checker.line(field, text, MAX_TEMPLATE_CHARS);
    checker.require(pieces(text).is_ok(), field, Problem::BadSlug);
}
