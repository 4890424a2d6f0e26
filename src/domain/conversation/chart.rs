//! The status chart of a conversation as one total function (SPEC §7): what may follow what, and nothing else.

use serde::{Deserialize, Serialize};

/// Status of a conversation. An open one may be on offer; that is its place, not a status.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Status {
    /// In its queue, or on offer.
    Open,
    /// An agent has it.
    Active,
    /// The agent closed its session without ending; the customer may come back.
    Waiting,
    /// Ended; the agent writes up.
    WrapUp,
    /// Over. Nothing follows.
    Closed,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 5] = [Self::Open, Self::Active, Self::Waiting, Self::WrapUp, Self::Closed];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Active => "active",
            Self::Waiting => "waiting",
            Self::WrapUp => "wrap_up",
            Self::Closed => "closed",
        }
    }
}

/// What moves a conversation from one status to the next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Step {
    /// Offer accepted, opened directly, picked, assigned.
    Assign,
    /// The customer ends or leaves.
    CustomerEnds,
    /// The agent ends.
    AgentEnds,
    /// The agent closes its session without ending.
    Wait,
    /// Released, transferred, the agent lost beyond the grace, a record unassigned.
    Return,
    /// The customer writes to a waiting conversation.
    CustomerWrites,
    /// The last agent reopens a waiting conversation.
    Reopen,
    /// The agent closes after wrap-up.
    AgentCloses,
    /// The limit of this state is reached.
    AgeLimit,
    /// A waiting conversation was silent for too long.
    Inactivity,
    /// Supervisor's force close; a record resolved or cancelled.
    ForceClose,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 11] = [
        Self::Assign,
        Self::CustomerEnds,
        Self::AgentEnds,
        Self::Wait,
        Self::Return,
        Self::CustomerWrites,
        Self::Reopen,
        Self::AgentCloses,
        Self::AgeLimit,
        Self::Inactivity,
        Self::ForceClose,
    ];
}

/// The status after `step`, or `None` where the chart has no such arrow (a 409 with the present state).
pub fn next(from: Status, step: Step) -> Option<Status> {
    use Status::{Active, Closed, Open, Waiting, WrapUp};
    match (from, step) {
        (Closed, _) => None,
        (_, Step::ForceClose) => Some(Closed),
        (Open, Step::Assign) | (Waiting, Step::Reopen) => Some(Active),
        (Open | Waiting, Step::CustomerEnds) => Some(Closed),
        (Active, Step::CustomerEnds | Step::AgentEnds) => Some(WrapUp),
        (Active, Step::Wait) => Some(Waiting),
        (Active, Step::Return) | (Waiting, Step::CustomerWrites) => Some(Open),
        (Waiting, Step::Inactivity) | (WrapUp, Step::AgentCloses) | (_, Step::AgeLimit) => Some(Closed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn the_chart_has_these_arrows_and_no_others() {
        let mut arrows = String::new();
        for from in Status::ALL {
            for step in Step::ALL {
                if let Some(to) = next(from, step) {
                    arrows += &format!("{} -> {} by {step:?}\n", from.as_str(), to.as_str());
                }
            }
        }
        expect![[r"
            open -> active by Assign
            open -> closed by CustomerEnds
            open -> closed by AgeLimit
            open -> closed by ForceClose
            active -> wrap_up by CustomerEnds
            active -> wrap_up by AgentEnds
            active -> waiting by Wait
            active -> open by Return
            active -> closed by AgeLimit
            active -> closed by ForceClose
            waiting -> closed by CustomerEnds
            waiting -> open by CustomerWrites
            waiting -> active by Reopen
            waiting -> closed by AgeLimit
            waiting -> closed by Inactivity
            waiting -> closed by ForceClose
            wrap_up -> closed by AgentCloses
            wrap_up -> closed by AgeLimit
            wrap_up -> closed by ForceClose
        "]]
        .assert_eq(&arrows);
    }
}
