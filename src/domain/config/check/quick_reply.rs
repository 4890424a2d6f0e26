//! Checks a quick reply.

use super::bounds::{MAX_LISTED, MAX_MESSAGE_CHARS, MAX_NAME_CHARS, MAX_QUICK_REPLIES, MAX_TAGS};
use super::checker::Checker;
use super::live_chat::is_language;
use super::problem::Problem;
use crate::config::{QuickReply, reply_pieces};
use crate::ids::QuickReplyId;

/// Checks lengths, every slug, the language and the work streams.
pub(super) fn check(checker: &mut Checker<'_>, id: &QuickReplyId, reply: &QuickReply) {
    checker.id(id.as_str());
    let replies = &checker.config.quick_replies;
    let others = replies.len() - usize::from(replies.contains_key(id));
    checker.require(others < MAX_QUICK_REPLIES, "id", Problem::TooMany { max: MAX_QUICK_REPLIES });
    checker.name("title", &reply.title);
    checker.text("text", &reply.text, MAX_MESSAGE_CHARS);
    checker.require(reply_pieces(&reply.text).is_ok(), "text", Problem::BadSlug);
    let language = reply.language.as_deref();
    checker.require(language.is_none_or(is_language), "language", Problem::BadLanguage);
    checker.each("tags", &reply.tags, MAX_TAGS, |checker, index, tag| {
        checker.line_here(tag, MAX_NAME_CHARS);
        if reply.tags[..index].contains(tag) {
            checker.report(Problem::Duplicate);
        }
    });
    checker.each("work_stream_ids", &reply.work_stream_ids, MAX_LISTED, |checker, index, stream| {
        if !checker.config.work_streams.contains_key(stream) {
            checker.report(Problem::UnknownWorkStream);
        }
        if reply.work_stream_ids[..index].contains(stream) {
            checker.report(Problem::Duplicate);
        }
    });
}
