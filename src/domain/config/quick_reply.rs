//! Quick replies: texts that agents insert into an answer instead of writing them again. Text with slugs in braces.
//!
//! Knows which slugs there are and for whom a reply is; the agent's page fills the slugs when it inserts the text.

use serde::{Deserialize, Serialize};

use super::template::{Piece, pieces_of};
use crate::ids::WorkStreamId;

/// A prepared answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct QuickReply {
    /// What agents find it by.
    pub title: String,
    /// What is inserted; in braces `context.` and a variable's name, or one of [`REPLY_SLUGS`].
    pub text: String,
    /// Its language, a BCP 47 tag; `None`: of no language in particular.
    pub language: Option<String>,
    /// Words that it is found by too, each once.
    pub tags: Vec<String>,
    /// Only for conversations of these work streams; empty for all.
    pub work_stream_ids: Vec<WorkStreamId>,
}

impl QuickReply {
    /// Whether it is offered in conversations of that work stream.
    pub fn is_for(&self, work_stream: &WorkStreamId) -> bool {
        self.work_stream_ids.is_empty() || self.work_stream_ids.contains(work_stream)
    }
}

/// Slugs of a quick reply other than `context.NAME`.
pub const REPLY_SLUGS: [&str; 2] = ["agent.name", "customer.name"];

/// The pieces of a quick reply's text: `{slug}` is a slug, `{{` and `}}` are braces. `Err` is the first slug that
/// does not exist or is not closed.
pub fn reply_pieces(text: &str) -> Result<Vec<Piece<'_>>, &str> {
    pieces_of(text, |slug| {
        slug.strip_prefix("context.").is_some_and(|name| !name.is_empty()) || REPLY_SLUGS.contains(&slug)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quick_reply_knows_its_own_slugs_only() {
        let read = reply_pieces("Hi {customer.name}, {agent.name} here about {context.order}");
        let slugs: Vec<_> =
            read.unwrap().into_iter().filter(|piece| matches!(piece, Piece::Slug(_))).collect();
        let expected = ["customer.name", "agent.name", "context.order"].map(Piece::Slug);
        assert_eq!(slugs, expected);
        assert_eq!(reply_pieces("{queue.name}"), Err("queue.name"));
        assert_eq!(reply_pieces("{context.}"), Err("context."));
    }
}
