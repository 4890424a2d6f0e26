//! What a `notice` frame can say: THE table of its codes, with a level and words for people. The code is the contract,
//! the text is not.

/// A code of a notice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoticeCode {
    /// Stable name.
    pub code: &'static str,
    /// `warning`: somebody should look; `error`: something broke.
    pub level: &'static str,
    /// Whether it goes to every socket of a supervisor or administrator, rather than to the agent whom it is about.
    pub to_supervisors: bool,
    /// For a person. Of a supervisor's, what it is about follows.
    pub text: &'static str,
}

const fn to_supervisors(code: &'static str, level: &'static str, text: &'static str) -> NoticeCode {
    NoticeCode { code, level, to_supervisors: true, text }
}

const FALLEN: &str = "A part of the server has failed; please have it started again, and report it.";

/// Every code.
pub const NOTICES: [NoticeCode; 10] = [
    NoticeCode {
        code: "missed_notification",
        level: "warning",
        to_supervisors: false,
        text: "You missed a notification and get no more work until you reset your presence.",
    },
    to_supervisors(
        "conversation_stranded",
        "warning",
        "Every member of its queue has refused a conversation; it waits on the pick list.",
    ),
    to_supervisors(
        "service_level_passed",
        "warning",
        "A conversation has waited for longer than its queue's service level, and fits nobody now.",
    ),
    to_supervisors("queue_without_members", "warning", "Conversations wait in a queue that nobody serves."),
    to_supervisors("archive_fallen", "error", FALLEN),
    to_supervisors("rebuild_fallen", "error", FALLEN),
    to_supervisors("pick_lists_fallen", "error", FALLEN),
    to_supervisors("sender_fallen", "error", FALLEN),
    to_supervisors(
        "delivery_panicked",
        "error",
        "The server failed inside while it made a delivery, which will be tried again; please report it.",
    ),
    to_supervisors("parked", "error", "A request failed three times and was parked; please report it."),
];

/// What is said under a code; one that is not in the table speaks for itself.
pub(super) fn notice_of(code: &'static str) -> NoticeCode {
    let found = NOTICES.into_iter().find(|notice| notice.code == code);
    found.unwrap_or_else(|| to_supervisors(code, "warning", code))
}
