//! Decision records out of a timeline: each routing merged with the first match that the arrival caused.

use std::sync::Arc;

use crate::actors::shown::Decision;
use crate::domain::conversation::{Event, Happening};
use crate::domain::decision::{MatchTrace, OverflowTrace, RoutingTrace, Trigger};
use crate::domain::ids::{DecisionId, Mint, mix};

/// The decisions of these events, in order.
pub fn decisions<'a>(events: impl Iterator<Item = &'a Event>) -> Vec<Decision> {
    let mut all: Vec<Decision> = Vec::new();
    // The routing that no match has followed yet, by its place.
    let mut routed: Option<usize> = None;
    for event in events {
        if let Happening::Overflowed { trace, .. } = &event.what {
            all.push(of_overflow(trace));
        } else if let Happening::Routed { trace, .. } = &event.what {
            let trigger =
                if routed.is_none() && all.is_empty() { Trigger::Created } else { Trigger::Rerouted };
            routed = Some(all.len());
            all.push(of_routing(event, trace, trigger));
        } else if let Some(trace) = matching(&event.what) {
            match routed.filter(|_| is_arrival(trace.trigger)) {
                Some(at) => {
                    merge(&mut all[at], trace);
                    routed = None;
                }
                None => all.push(of_matching(trace)),
            }
        }
    }
    all
}

fn matching(what: &Happening) -> Option<&MatchTrace> {
    match what {
        Happening::Offered { trace, .. } | Happening::Assigned { trace, .. } => trace.as_deref(),
        Happening::Unmatched { trace } => Some(trace),
        _ => None,
    }
}

fn is_arrival(trigger: Trigger) -> bool {
    matches!(trigger, Trigger::Created | Trigger::Rerouted)
}

fn of_routing(event: &Event, trace: &RoutingTrace, trigger: Trigger) -> Decision {
    let (high, low) = event.conversation.0.as_u64_pair();
    // The same id at each look, and another than any minted one but by chance.
    let id = Mint::new(event.at, mix(high) ^ mix(low ^ u64::from(event.seq))).uuid();
    Decision {
        id: DecisionId(id),
        at: event.at,
        routing: Some(Arc::new(trace.clone())),
        matching: None,
        overflow: None,
        trigger: trigger.as_str(),
        queue_id: trace.queue_id.clone(),
    }
}

fn of_matching(trace: &MatchTrace) -> Decision {
    Decision {
        id: trace.id,
        at: trace.at,
        routing: None,
        matching: Some(Arc::new(trace.clone())),
        overflow: None,
        trigger: trace.trigger.as_str(),
        queue_id: trace.queue_id.clone(),
    }
}

fn of_overflow(trace: &OverflowTrace) -> Decision {
    Decision {
        id: trace.id,
        at: trace.at,
        routing: None,
        matching: None,
        overflow: Some(Arc::new(trace.clone())),
        trigger: trace.trigger.as_str(),
        queue_id: trace.queue_id.clone(),
    }
}

fn merge(decision: &mut Decision, trace: &MatchTrace) {
    decision.id = trace.id;
    decision.at = trace.at;
    decision.queue_id = trace.queue_id.clone();
    decision.matching = Some(Arc::new(trace.clone()));
}
