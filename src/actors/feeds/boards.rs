//! Supervisors' sockets: the whole board at first, then whatever changed on it, as whole objects, so that a frame that
//! was lost heals with the next change. All of this runs on the pick thread, but for alarms and the end of a socket.

use super::Feeds;
use super::picks::PickCommand;
use crate::actors::outbox::Outbox;
use crate::actors::shown::BoardFrame;
use crate::actors::stats::board::Board;
use crate::domain::ids::SessionId;

impl Feeds {
    /// Attaches a supervisor's socket: its `welcome`, then what changes.
    pub fn attach_board(&self, session: SessionId, outbox: Outbox) {
        self.tell_picks(PickCommand::Board(session, outbox));
    }

    /// Forgets a supervisor's socket.
    pub fn detach_board(&self, session: SessionId) {
        self.boards.remove(&session);
    }

    /// Welcomes a socket with what the others have seen, so that the next change is one for all of them.
    pub(super) fn welcome_board(&self, session: SessionId, outbox: Outbox, seen: &mut Board) {
        if self.boards.is_empty() {
            *seen = self.read.board();
        }
        let frame = BoardFrame::Welcome { session, board: seen };
        // A socket that went before it was welcomed takes nothing.
        if outbox.try_push(self.writer.board(&frame, (self.now)())) {
            self.boards.insert(session, outbox);
        }
    }

    /// Tells every socket what changed since.
    pub(super) fn tell_boards(&self, seen: &mut Board) {
        if self.boards.is_empty() {
            return;
        }
        let board = self.read.board();
        let (changed, gone) = (board.since(seen), board.gone_since(seen));
        *seen = board;
        if !changed.is_empty() || !gone.is_empty() {
            self.to_boards(&BoardFrame::Changed { board: &changed, gone: &gone });
        }
    }

    /// Sends a frame to every supervisor's socket.
    pub(super) fn to_boards(&self, frame: &BoardFrame<'_>) {
        if self.boards.is_empty() {
            return;
        }
        let text = self.writer.board(frame, (self.now)());
        self.boards.retain(|_, outbox| outbox.try_push(text.clone()));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::picks::Picks;
    use super::*;
    use crate::actors::fixtures::{Words, assigned, created, grant, read_side, session};
    use crate::actors::outbox::{OutboxReader, Outgoing, outbox};
    use crate::actors::read_side::ReadSide;
    use crate::domain::time::Timestamp;

    fn feeds() -> (Arc<ReadSide>, Arc<Feeds>, Picks) {
        let read = read_side(&[]);
        let now: crate::actors::feeds::Now = Arc::new(|| Timestamp(0));
        let feeds = Arc::new(Feeds::new(read.clone(), Arc::new(Words), now, Box::new(|_, _| ())));
        (read, feeds.clone(), Picks::new(feeds))
    }

    fn heard(reader: &mut OutboxReader) -> Vec<String> {
        let text = |outgoing| match outgoing {
            Outgoing::Text(text) => text.to_string(),
            other => format!("{other:?}"),
        };
        std::iter::from_fn(|| reader.try_next()).take(9).map(text).collect()
    }

    #[test]
    fn a_board_comes_whole_and_then_as_what_changed_at_most_twice_a_second() {
        let (read, feeds, mut picks) = feeds();
        let (outbox, mut reader) = outbox();
        picks.take(PickCommand::Board(session(1), outbox));
        assert_eq!(heard(&mut reader), ["welcome default-messaging:0 default-record:0"]);
        read.apply(&created(1));
        picks.tick();
        read.apply(&created(2));
        assert_eq!(heard(&mut reader), [""; 0], "a quarter of a second is too early");
        picks.tick();
        assert_eq!(heard(&mut reader), ["changed default-messaging:2 gone []"]);
        picks.tick();
        picks.tick();
        assert_eq!(heard(&mut reader), [""; 0], "nothing changed");
        feeds.detach_board(session(1));
        read.apply(&assigned(1, 2, grant(7, "a")));
        picks.tick();
        picks.tick();
        assert_eq!(heard(&mut reader), [""; 0]);
    }

    #[test]
    fn a_second_socket_begins_where_the_first_one_is_and_neither_misses_a_change() {
        let (read, _feeds, mut picks) = feeds();
        let ((first, mut one), (second, mut two)) = (outbox(), outbox());
        picks.take(PickCommand::Board(session(1), first));
        read.apply(&created(1));
        picks.take(PickCommand::Board(session(2), second));
        picks.tick();
        picks.tick();
        let change = "changed default-messaging:1 gone []";
        assert_eq!(heard(&mut one)[1..], [change]);
        assert_eq!(heard(&mut two), ["welcome default-messaging:0 default-record:0", change]);
    }
}
