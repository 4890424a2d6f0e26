//! Idempotency keys: the first claim of a key wins, a parallel second waits, a later one gets the first answer again.
//!
//! Owns the claims under way and the answers that the archive has not passed yet. The answers themselves are records
//! (`Kept`), in the same unit of the journal as the effect they belong to; the archive holds them for [`KEPT_MS`].
//! Does not know what is asked, nor who: a key is a digest over caller, method, path and key.
//!
//! A claim is held by the request that made it, over every question that it takes to find the answer, so the number under
//! way is that of the edge's requests; the answers in memory are bounded by the archive's lag.

use std::sync::{Arc, OnceLock};

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use tokio::sync::oneshot;

use super::codec;
use crate::domain::record::{Kept, KeptAnswer, KeyDigest};
use crate::domain::time::Timestamp;
use crate::ports::state_store::{Space, StateStore};

/// How long an answer is given again (CONTRACT §2).
pub const KEPT_MS: i64 = 24 * 3600 * 1000;

/// What a key is worth.
#[derive(Debug)]
pub enum Claim {
    /// The first: find the answer, and call [`Claims::release`] when it is there, whatever it is.
    Go,
    /// Somebody asks with it at this moment: claim again when this is told, or its sender is gone.
    Wait(oneshot::Receiver<()>),
    /// It was answered; give this again.
    Replay(KeptAnswer),
    /// It came with another body (422).
    Reused,
    /// The answers are being filled in from the journal (503): whether it was answered is not known yet.
    Unavailable,
}

enum Claimed {
    UnderWay { body: [u8; 16], waiting: Vec<oneshot::Sender<()>> },
    Kept(Kept),
}

/// Claims and answers by key; any thread.
#[derive(Default)]
pub struct Claims {
    claimed: DashMap<KeyDigest, Claimed>,
    store: OnceLock<Arc<dyn StateStore>>,
    incomplete: std::sync::atomic::AtomicBool,
}

impl Claims {
    /// Claims a key for a body.
    pub fn begin(&self, key: KeyDigest, body: [u8; 16], now: Timestamp) -> Claim {
        match self.claimed.entry(key) {
            Entry::Occupied(mut entry) => match entry.get_mut() {
                Claimed::UnderWay { body: first, .. } if *first != body => return Claim::Reused,
                Claimed::UnderWay { waiting, .. } => {
                    let (tell, told) = oneshot::channel();
                    waiting.push(tell);
                    return Claim::Wait(told);
                }
                Claimed::Kept(kept) if stands(kept, now) => return replay(kept, body),
                // Too old: claimed anew.
                old @ Claimed::Kept(_) => {
                    *old = Claimed::UnderWay { body, waiting: Vec::new() };
                    return Claim::Go;
                }
            },
            Entry::Vacant(entry) => {
                entry.insert(Claimed::UnderWay { body, waiting: Vec::new() });
            }
        }
        // An answer leaves memory only after the archive has it, so it is in one of the two.
        let found = match self.archived(key) {
            Ok(Some(kept)) if stands(&kept, now) => replay(&kept, body),
            Ok(_) => return Claim::Go,
            Err(()) => Claim::Unavailable,
        };
        self.release(key);
        found
    }

    /// Ends a claim under way without an answer that is kept; whoever waits claims again. After `keep` it
    /// changes nothing.
    pub fn release(&self, key: KeyDigest) {
        let released = self.claimed.remove_if(&key, |_, claimed| matches!(claimed, Claimed::UnderWay { .. }));
        wake(released.map(|(_, claimed)| claimed));
    }

    /// Keeps an answer; by the read side, for each `Kept` record.
    pub(super) fn keep(&self, kept: &Kept) {
        wake(self.claimed.insert(kept.key, Claimed::Kept(kept.clone())));
    }

    /// The archive has these now.
    pub(super) fn passed(&self, keys: impl Iterator<Item = KeyDigest>) {
        for key in keys {
            self.claimed.remove_if(&key, |_, claimed| matches!(claimed, Claimed::Kept(_)));
        }
    }

    /// Drops answers that are too old, for when the archive fails and takes none.
    pub(super) fn expire(&self, now: Timestamp) {
        self.claimed.retain(|_, claimed| match claimed {
            Claimed::Kept(kept) => stands(kept, now),
            Claimed::UnderWay { .. } => true,
        });
    }

    /// Where answers are when they have left memory.
    pub(super) fn set_store(&self, store: Arc<dyn StateStore>) {
        // Set once, at the start.
        let _ = self.store.set(store);
    }

    /// While the archive lacks answers, a key that is not in memory cannot be judged.
    pub(super) fn set_incomplete(&self, incomplete: bool) {
        self.incomplete.store(incomplete, std::sync::atomic::Ordering::Release);
    }

    fn archived(&self, key: KeyDigest) -> Result<Option<Kept>, ()> {
        let Some(store) = self.store.get() else { return Ok(None) };
        let found = store.get(Space::Answers, &key.0).map_err(|error| {
            tracing::error!(%error, "an idempotency key could not be looked up");
        })?;
        match found.as_deref().and_then(codec::decode::<Kept>) {
            None if self.incomplete.load(std::sync::atomic::Ordering::Acquire) => Err(()),
            kept => Ok(kept),
        }
    }
}

/// Whether an answer is still given again.
pub(super) fn stands(kept: &Kept, now: Timestamp) -> bool {
    now.ms_since(kept.at) < KEPT_MS
}

fn replay(kept: &Kept, body: [u8; 16]) -> Claim {
    if kept.body == body { Claim::Replay(kept.answer.clone()) } else { Claim::Reused }
}

fn wake(claimed: Option<Claimed>) {
    if let Some(Claimed::UnderWay { waiting, .. }) = claimed {
        // Whoever waited may have gone.
        waiting.into_iter().for_each(|tell| {
            let _ = tell.send(());
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::journal::Position;
    use crate::ports::state_store::StateBatch;
    use crate::store::memory::MemoryStore;

    const KEY: KeyDigest = KeyDigest([1; 16]);
    const BODY: [u8; 16] = [2; 16];
    const NOW: Timestamp = Timestamp(1_000);

    fn kept() -> Kept {
        Kept {
            key: KEY,
            body: BODY,
            at: NOW,
            answer: KeptAnswer::Rendered { status: 422, body: b"x".to_vec() },
        }
    }

    #[test]
    fn a_parallel_second_waits_and_gets_the_first_answer_again() {
        let claims = Claims::default();
        assert!(matches!(claims.begin(KEY, BODY, NOW), Claim::Go));
        let Claim::Wait(mut told) = claims.begin(KEY, BODY, NOW) else { panic!("it waits") };
        assert!(told.try_recv().is_err());
        claims.keep(&kept());
        claims.release(KEY);
        assert_eq!(told.try_recv(), Ok(()));
        assert!(matches!(claims.begin(KEY, BODY, NOW), Claim::Replay(_)));
        assert!(matches!(claims.begin(KEY, [3; 16], NOW), Claim::Reused));
    }

    #[test]
    fn a_claim_without_an_answer_is_free_for_the_next() {
        let claims = Claims::default();
        assert!(matches!(claims.begin(KEY, BODY, NOW), Claim::Go));
        assert!(matches!(claims.begin(KEY, [3; 16], NOW), Claim::Reused));
        let Claim::Wait(mut told) = claims.begin(KEY, BODY, NOW) else { panic!("it waits") };
        claims.release(KEY);
        assert_eq!(told.try_recv(), Ok(()));
        assert!(matches!(claims.begin(KEY, BODY, NOW), Claim::Go));
    }

    #[test]
    fn an_answer_in_the_archive_is_given_again_for_a_day() {
        let claims = Claims::default();
        let store = Arc::new(MemoryStore::default());
        let puts = vec![(Space::Answers, KEY.0.to_vec(), codec::encode(&kept()))];
        assert!(store.apply(&StateBatch { upto: Position(1), puts, deletes: vec![] }).is_ok());
        claims.set_store(store);
        assert!(matches!(claims.begin(KEY, BODY, NOW), Claim::Replay(_)));
        assert!(matches!(claims.begin(KEY, [3; 16], NOW), Claim::Reused));
        assert!(matches!(claims.begin(KEY, BODY, NOW.plus_ms(KEPT_MS)), Claim::Go));
    }

    #[test]
    fn a_key_is_not_judged_while_the_archive_is_filled() {
        let claims = Claims::default();
        claims.set_store(Arc::new(MemoryStore::default()));
        claims.set_incomplete(true);
        assert!(matches!(claims.begin(KEY, BODY, NOW), Claim::Unavailable));
        claims.set_incomplete(false);
        assert!(matches!(claims.begin(KEY, BODY, NOW), Claim::Go));
    }
}
