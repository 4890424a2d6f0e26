//! Judges a change of the configuration before it is recorded: what is wrong with it, what is odd about it,
//! and who refers to what.
//!
//! Pure: a change and a configuration in, all findings out, each at the field that the caller wrote (by the
//! wire's names). Does not know HTTP, nor what runs: whether a queue still holds conversations is asked of
//! the queue.

mod bounds;
mod checker;
mod checks;
mod classification;
mod condition;
mod hours;
mod live_chat;
mod problem;
mod profiles;
mod queue;
mod quick_reply;
mod references;
mod resources;
mod shadow;
mod template;
#[cfg(test)]
mod tests;
mod warnings;
mod webhook;
mod work_stream;

pub use bounds::*;
pub use checks::Checks;
pub use problem::{Finding, Problem, Step, pointer};
pub use references::{is_built_in, references};
pub use warnings::{Warning, warnings};

use super::{Change, Config};
use checker::Checker;

/// Everything that is wrong with `change` in `config`; empty is good. The field of each finding names what
/// was written as the wire calls it.
///
/// `config` may be the present configuration, or the one in which `change` and others of its document are
/// applied already, so that the parts of a document may refer to one another in any order.
///
/// A deletion has no findings: [`is_built_in`] and [`references`] judge it. So it is with voided tokens. Of several
/// changes, [`Checks`] looks up once what all of them ask for.
pub fn check(change: &Change, config: &Config) -> Vec<Finding> {
    Checks::new(config).of(change)
}

fn check_in<'a>(change: &Change, checks: &'a Checks<'a>) -> Vec<Finding> {
    let mut checker = Checker::new(checks);
    match change {
        Change::PutSettings(settings) => resources::settings(&mut checker, settings),
        Change::PutWorkStream(id, work_stream) => work_stream::check(&mut checker, id, work_stream),
        Change::PutQueue(id, queue) => queue::queue(&mut checker, id, queue),
        Change::PutAgent(id, agent) => resources::agent(&mut checker, id, agent),
        Change::PutChannel(id, channel) => resources::channel(&mut checker, id, channel),
        Change::PutPresence(id, presence) => resources::presence(&mut checker, id, presence),
        Change::PutSkill(id, skill) => resources::skill(&mut checker, id, skill),
        Change::PutCapacityProfile(id, profile) => profiles::profile(&mut checker, id, profile),
        Change::PutCustomer(id, customer) => resources::customer(&mut checker, id, customer),
        Change::PutIdentificationRule(id, rule) => resources::identification_rule(&mut checker, id, rule),
        Change::PutApiKey(id, key) => resources::api_key(&mut checker, id, key),
        Change::PutTemplate(id, value) => template::check(&mut checker, id, value),
        Change::PutOperatingHours(id, it) => hours::operating_hours(&mut checker, id, it),
        Change::PutWebhook(id, it) => webhook::check(&mut checker, id, it),
        Change::PutQuickReply(id, it) => quick_reply::check(&mut checker, id, it),
        Change::Delete(_) | Change::VoidTokens(..) => {}
    }
    checker.into_findings()
}
