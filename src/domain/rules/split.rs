//! Percentage splits: shares over queues, drawn by the conversation's id.

use crate::config::Split;
use crate::ids::{ConversationId, QueueId, mix};

/// The queue that `conversation` draws. The same id and shares draw the same queue, so that a replay decides
/// as it did; over many ids the draws follow the shares.
///
/// Panics without shares: `config::check` refuses such a rule.
pub fn split(shares: &[Split], conversation: ConversationId) -> &QueueId {
    let total: u64 = shares.iter().map(|share| u64::from(share.percent)).sum();
    let (high, low) = conversation.0.as_u64_pair();
    let mut draw = mix(high ^ mix(low)) % total.max(1);
    for share in shares {
        let percent = u64::from(share.percent);
        if draw < percent {
            return &share.queue_id;
        }
        draw -= percent;
    }
    &shares.last().expect("a checked split has shares").queue_id
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Mint;
    use crate::time::Timestamp;

    fn shares(percents: &[u32]) -> Vec<Split> {
        let share =
            |(i, percent): (usize, &u32)| Split { queue_id: format!("q{i}").into(), percent: *percent };
        percents.iter().enumerate().map(share).collect()
    }

    #[test]
    fn shares_hold_over_ten_thousand_ids_made_one_after_another() {
        for percents in [&[50, 50][..], &[70, 20, 10], &[1, 99], &[25, 25, 25, 25]] {
            let shares = shares(percents);
            let mint = Mint::new(Timestamp(1_700_000_000_000), 42);
            let mut drawn = vec![0_i64; shares.len()];
            for _ in 0..10_000 {
                let queue = split(&shares, ConversationId(mint.uuid()));
                drawn[shares.iter().position(|s| s.queue_id == *queue).unwrap()] += 1;
            }
            for (percent, drawn) in percents.iter().zip(drawn) {
                let expected = i64::from(*percent) * 100;
                assert!((drawn - expected).abs() <= 200, "{percents:?}: {percent} % drew {drawn}");
            }
        }
    }

    #[test]
    fn ids_minted_apart_in_time_follow_the_shares_too() {
        let shares = shares(&[30, 70]);
        let mut first = 0_i64;
        for n in 0..10_000 {
            let mint = Mint::new(Timestamp(1_700_000_000_000 + n), 7);
            first += i64::from(split(&shares, ConversationId(mint.uuid())).as_str() == "q0");
        }
        assert!((first - 3000).abs() <= 200, "{first}");
    }

    #[test]
    fn the_same_conversation_draws_the_same_queue() {
        let shares = shares(&[33, 33, 34]);
        let id = ConversationId(Mint::new(Timestamp(1), 1).uuid());
        assert_eq!(split(&shares, id), split(&shares, id));
    }

    #[test]
    fn a_share_of_zero_draws_nothing_and_shares_of_zero_draw_the_last() {
        let mint = Mint::new(Timestamp(5), 5);
        for _ in 0..1000 {
            let id = ConversationId(mint.uuid());
            assert_eq!(split(&shares(&[0, 100, 0]), id).as_str(), "q1");
            assert_eq!(split(&shares(&[0, 0]), id).as_str(), "q1");
        }
    }
}
