//! Quick replies on the wire: texts that agents insert into an answer.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::config as domain;

/// A prepared answer, which an agent's page offers in the conversations that it is for (`GET /v1/desk`). Slugs stand in
/// braces: `{customer.name}`, `{agent.name}` (who inserts it), `{context.NAME}`. The page fills them when the text is
/// inserted, before the agent sends it; one without data is empty; `{{` and `}}` are braces.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuickReply {
    /// As in the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only, nullable = false)]
    pub id: Option<String>,
    /// What agents find it by; one line.
    #[schema(min_length = 1, max_length = 100)]
    pub title: String,
    /// Text with slugs. Line breaks and tabs are the only control characters in it.
    #[schema(min_length = 1, max_length = 4000)]
    pub text: String,
    /// Its language, a BCP 47 tag such as `pt-BR`; null: of no language in particular.
    #[serde(default)]
    #[schema(max_length = 35)]
    pub language: Option<String>,
    /// Words that it is found by too, each one line.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub tags: Vec<String>,
    /// Only for conversations of these work streams; empty for all.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub work_stream_ids: Vec<String>,
}

impl From<QuickReply> for domain::QuickReply {
    fn from(wire: QuickReply) -> Self {
        Self {
            title: wire.title,
            text: wire.text,
            language: wire.language,
            tags: wire.tags,
            work_stream_ids: wire.work_stream_ids.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<&domain::QuickReply> for QuickReply {
    fn from(reply: &domain::QuickReply) -> Self {
        Self {
            id: None,
            title: reply.title.clone(),
            text: reply.text.clone(),
            language: reply.language.clone(),
            tags: reply.tags.clone(),
            work_stream_ids: reply.work_stream_ids.iter().map(ToString::to_string).collect(),
        }
    }
}
