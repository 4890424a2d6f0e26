//! The domain's check of a change, in the edge's words.

use crate::domain::command::Code;
use crate::domain::config::check::{self, Checks, pointer};
use crate::domain::config::{Change, Config, Key, WorkStream};
use crate::domain::ids::WorkStreamId;
use crate::http::error::{FieldError, Kind, Problem};
use crate::http::wire::work_stream::Warning;

pub use crate::domain::config::check::is_built_in;

/// What is wrong with a change, beyond its schema.
pub fn check(change: &Change, config: &Config) -> Vec<FieldError> {
    check_with(&Checks::new(config), change)
}

/// The same as one of several changes.
pub fn check_with<'a>(checks: &'a Checks<'a>, change: &Change) -> Vec<FieldError> {
    checks.of(change).iter().map(|f| FieldError::new(pointer(&f.path), f.problem.to_string())).collect()
}

/// What is allowed in a work stream but hardly meant.
pub fn warnings(id: &WorkStreamId, config: &Config) -> Vec<Warning> {
    let Some(stream) = config.work_streams.get(id) else { return Vec::new() };
    warnings_with(&Checks::new(config), stream)
}

/// The same of one of several work streams.
pub fn warnings_with(checks: &Checks<'_>, stream: &WorkStream) -> Vec<Warning> {
    let warning = |(path, warning): (Vec<check::Step>, check::Warning)| Warning {
        field: pointer(&path),
        code: warning.code().to_owned(),
        message: warning.to_string(),
    };
    checks.warnings(stream).into_iter().map(warning).collect()
}

/// Whether a resource may be deleted as far as the configuration says; a 409 that names why not.
pub fn deletable(key: &Key, config: &Config) -> Result<(), Problem> {
    if is_built_in(key) {
        return Err(built_in(&name(key)));
    }
    let references = check::references(key, config);
    if references.is_empty() {
        return Ok(());
    }
    let by: Vec<String> = references.iter().take(NAMED).map(name).collect();
    let more = references.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let detail = format!("{} is referred to by {}{more}", name(key), by.join(", "));
    Err(Problem::new(Kind::Refused(Code::InUse), detail))
}

/// How many of those that refer to a resource are named.
const NAMED: usize = 10;

/// A 409 for what is built in.
pub fn built_in(what: &str) -> Problem {
    Problem::new(Kind::Refused(Code::BuiltIn), format!("{what} is built in"))
}

/// A resource for people.
pub fn name(key: &Key) -> String {
    match key {
        Key::Settings => "the settings".to_owned(),
        Key::WorkStream(id) => format!("work stream {id}"),
        Key::Queue(id) => format!("queue {id}"),
        Key::Agent(id) => format!("agent {id}"),
        Key::Channel(id) => format!("channel {id}"),
        Key::Presence(id) => format!("presence {id}"),
        Key::Skill(id) => format!("skill {id}"),
        Key::CapacityProfile(id) => format!("capacity profile {id}"),
        Key::Customer(id) => format!("customer {id}"),
        Key::IdentificationRule(id) => format!("record identification rule {id}"),
        Key::Template(id) => format!("notification template {id}"),
        Key::ApiKey(id) => format!("API key {id}"),
        Key::OperatingHours(id) => format!("operating hours {id}"),
        Key::Webhook(id) => format!("webhook {id}"),
        Key::QuickReply(id) => format!("quick reply {id}"),
    }
}
