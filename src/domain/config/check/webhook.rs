//! Checks a webhook. Whether its address may be called is the edge's matter, which knows what is allowed.

use super::bounds::{MAX_LISTED, MAX_SECRET_BYTES, MAX_URL_CHARS, MAX_WEBHOOKS, MIN_SECRET_BYTES};
use super::checker::Checker;
use super::problem::Problem;
use crate::config::{Key, Webhook};
use crate::conversation::Happening;
use crate::ids::WebhookId;

/// Checks a webhook.
pub(super) fn check(checker: &mut Checker<'_>, id: &WebhookId, webhook: &Webhook) {
    checker.id(id.as_str());
    let webhooks = &checker.config.webhooks;
    let others = webhooks.len() - usize::from(webhooks.contains_key(id));
    checker.require(others < MAX_WEBHOOKS, "id", Problem::TooMany { max: MAX_WEBHOOKS });
    checker.name("name", &webhook.name);
    checker.length("url", &webhook.url, MAX_URL_CHARS);
    checker.require(is_url(&webhook.url), "url", Problem::BadUrl);
    checker.each("event_types", &webhook.event_types, Happening::KINDS.len(), |checker, index, kind| {
        if !Happening::KINDS.contains(&kind.as_str()) {
            checker.report(Problem::UnknownEventType);
        }
        if webhook.event_types[..index].contains(kind) {
            checker.report(Problem::Duplicate);
        }
    });
    checker.each("work_stream_ids", &webhook.work_stream_ids, MAX_LISTED, |checker, index, stream| {
        if !checker.config.work_streams.contains_key(stream) {
            checker.report(Problem::UnknownWorkStream);
        }
        if webhook.work_stream_ids[..index].contains(stream) {
            checker.report(Problem::Duplicate);
        }
    });
    checker.each("channel_ids", &webhook.channel_ids, MAX_LISTED, |checker, index, channel| {
        if !checker.config.channels.contains_key(channel) {
            checker.report(Problem::UnknownChannel);
        }
        if webhook.channel_ids[..index].contains(channel) {
            checker.report(Problem::Duplicate);
        }
    });
    let secret = webhook.secret.0.len();
    // In bytes. A new one has none yet: it is made when everything else is good.
    let new = secret == 0 && !checker.config.written.contains_key(&Key::Webhook(id.clone()));
    let problem = Problem::OutOfRange { min: MIN_SECRET_BYTES as i64, max: MAX_SECRET_BYTES as i64 };
    checker.require(new || (MIN_SECRET_BYTES..=MAX_SECRET_BYTES).contains(&secret), "secret", problem);
}

/// A scheme and a host, as far as that is seen without reading it as a URL.
fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = |c: char| !c.is_control() && !c.is_whitespace();
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#']) && rest.chars().all(plain))
}
