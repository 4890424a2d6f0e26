//! Recent frames of one agent, for a socket that comes back.

use std::collections::VecDeque;

use bytestring::ByteString;

use crate::domain::ids::SessionId;

/// Most frames kept for a resume: some minutes of a busy agent.
pub const RING_FRAMES: usize = 256;
/// Most bytes kept for a resume. A thousand agents then hold a quarter of a gigabyte at the very worst; it also fits into
/// an outbox beside the `welcome`.
pub const RING_BYTES: usize = 256 << 10;

/// A frame as it was sent.
pub(super) struct Sent {
    pub seq: u64,
    pub text: ByteString,
    /// The socket that a message came over, which does not get it back.
    pub via: Option<SessionId>,
}

/// The last frames, without a gap, and the number of the last.
#[derive(Default)]
pub(super) struct Ring {
    seq: u64,
    sent: VecDeque<Sent>,
    bytes: usize,
}

impl Ring {
    /// Number of the last frame.
    pub fn last(&self) -> u64 {
        self.seq
    }

    /// Numbers a frame and keeps it.
    pub fn push(&mut self, render: impl FnOnce(u64) -> ByteString, via: Option<SessionId>) -> ByteString {
        self.seq += 1;
        let text = render(self.seq);
        self.bytes += text.len();
        self.sent.push_back(Sent { seq: self.seq, text: text.clone(), via });
        while self.sent.len() > RING_FRAMES || self.bytes > RING_BYTES {
            let Some(oldest) = self.sent.pop_front() else { break };
            self.bytes -= oldest.text.len();
        }
        text
    }

    /// Forgets all frames; the numbers go on.
    pub fn clear(&mut self) {
        self.sent.clear();
        self.bytes = 0;
    }

    /// Every frame after `seq`, in order; `None` if some of them are gone, or if `seq` was never given.
    pub fn after(&self, seq: u64) -> Option<impl Iterator<Item = &Sent>> {
        let first = self.seq + 1 - self.sent.len() as u64;
        (seq <= self.seq && seq + 1 >= first).then(|| self.sent.iter().filter(move |sent| sent.seq > seq))
    }
}
