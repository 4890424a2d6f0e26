//! Frames of the supervisor socket: the board as `GET /v1/stats/…` has it, without intervals.

use bytestring::ByteString;
use serde::Serialize;
use utoipa::ToSchema;

use super::frames::body::{GoingAway, Notice};
use super::frames::{HEARTBEAT_SECONDS, write};
use crate::actors::shown::BoardFrame;
use crate::actors::stats::board::{Board, Gone};
use crate::domain::ids::{AgentId, QueueId, SessionId, WorkStreamId};
use crate::domain::time::Timestamp;
use crate::http::wire::stats::{AgentStats, MannedView, QueueStats, ServedView, WorkStreamStats};
use crate::http::wire::time::At;

/// What changed, or everything: whole objects.
#[derive(Serialize, ToSchema)]
#[schema(as = Board)]
pub struct BoardView {
    as_of: At,
    queues: Vec<QueueStats>,
    agents: Vec<AgentStats>,
    work_streams: Vec<WorkStreamStats>,
}

impl BoardView {
    fn new(board: &Board, now: Timestamp) -> Self {
        let queues = board.queues.iter().map(|(id, served)| QueueStats {
            queue_id: id.clone(),
            now: Some(ServedView::new(served, now)),
            intervals: None,
        });
        let agents = board.agents.iter().map(|(id, manned)| AgentStats {
            agent_id: id.clone(),
            now: Some(MannedView::from(manned)),
            intervals: None,
        });
        let work_streams = board.work_streams.iter().map(|(id, served)| WorkStreamStats {
            work_stream_id: id.clone(),
            now: Some(ServedView::new(served, now)),
            intervals: None,
        });
        let (queues, agents) = (queues.collect(), agents.collect());
        Self { as_of: At(now), queues, agents, work_streams: work_streams.collect() }
    }
}

/// A supervisor's `welcome`: everything.
#[derive(Serialize, ToSchema)]
#[schema(as = SupervisorWelcome)]
pub struct Welcome {
    #[schema(value_type = String, format = "uuid")]
    session_id: SessionId,
    #[serde(flatten)]
    board: BoardView,
    /// Never: this is the whole board.
    resumed: bool,
    server_time: At,
    heartbeat_seconds: u32,
}

/// What was deleted.
#[derive(Serialize, ToSchema)]
#[schema(as = BoardRemoved)]
#[allow(clippy::struct_field_names)] // as they stand on the wire
pub struct GoneView<'a> {
    #[schema(value_type = Vec<String>)]
    queue_ids: &'a [QueueId],
    #[schema(value_type = Vec<String>)]
    agent_ids: &'a [AgentId],
    #[schema(value_type = Vec<String>)]
    work_stream_ids: &'a [WorkStreamId],
}

/// `stats.changed`
#[derive(Serialize, ToSchema)]
#[schema(as = StatsChanged)]
pub struct Changed<'a> {
    #[serde(flatten)]
    board: BoardView,
    /// Only where something was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<GoneView<'a>>,
}

/// Writes one frame. None of them carries a number: each has whole objects, and a socket that comes back gets the whole
/// board.
pub(super) fn write_board(frame: &BoardFrame<'_>, now: Timestamp) -> ByteString {
    match frame {
        BoardFrame::Welcome { session, board } => {
            let welcome = Welcome {
                session_id: *session,
                board: BoardView::new(board, now),
                resumed: false,
                server_time: At(now),
                heartbeat_seconds: HEARTBEAT_SECONDS,
            };
            write("welcome", None, welcome)
        }
        BoardFrame::Changed { board, gone } => {
            let Gone { queues, agents, work_streams } = *gone;
            let view = GoneView { queue_ids: queues, agent_ids: agents, work_stream_ids: work_streams };
            let removed = (!gone.is_empty()).then_some(view);
            write("stats.changed", None, Changed { board: BoardView::new(board, now), removed })
        }
        BoardFrame::Notice { level, code, text } => write("notice", None, Notice { level, code, text }),
        BoardFrame::GoingAway { in_ms } => write("going_away", None, GoingAway { in_ms: *in_ms }),
    }
}
