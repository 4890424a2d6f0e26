//! Wakes of sockets' tasks, held until the READ thread has taken a whole batch: one wake a socket and thread for all its
//! frames, and the woken thread does not compete with this one for the rest of the batch.

use std::cell::RefCell;
use std::task::Waker;

thread_local! {
    /// `Some` within [`together`].
    static HELD: RefCell<Option<Vec<Waker>>> = const { RefCell::new(None) };
}

/// Wakes now, or at the end of this thread's [`together`].
pub(super) fn wake(waker: Waker) {
    let now = HELD.with_borrow_mut(|held| match held {
        Some(held) => {
            held.push(waker);
            None
        }
        None => Some(waker),
    });
    if let Some(waker) = now {
        waker.wake();
    }
}

/// Runs `f`, then wakes whoever it would have woken; also after a panic.
pub(in crate::actors) fn together<R>(f: impl FnOnce() -> R) -> R {
    let _release = Release(HELD.replace(Some(Vec::new())));
    f()
}

/// What was held before, put back at the end.
struct Release(Option<Vec<Waker>>);

impl Drop for Release {
    fn drop(&mut self) {
        let held = HELD.replace(self.0.take());
        held.into_iter().flatten().for_each(wake);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn wakes_come_at_the_end_of_the_batch_and_outside_of_one_at_once() {
        let count = Arc::new(Count::default());
        let woken = || count.0.load(Ordering::Relaxed);
        together(|| {
            together(|| wake(count.clone().into()));
            assert_eq!(woken(), 0);
        });
        assert_eq!(woken(), 1);
        wake(count.clone().into());
        assert_eq!(woken(), 2);
    }
}
