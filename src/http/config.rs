//! Configuration over HTTP: one set of handlers for every collection, one small file of differences each.
//!
//! Owns conditions, merge patches and the order of checks: role, condition, schema, then the rules of the
//! domain. The house checks conditions and use once more when it decides. Does not know any collection.

pub mod checks;
pub mod collections;
pub mod copies;
pub mod handlers;
pub mod merge;
pub mod references;
pub mod settings;
pub mod tokens;
pub mod whole;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Edge;
use super::error::{FieldError, Problem};
use crate::actors::shown::Shown;
use crate::domain::command::{Caller, Command, Request};
use crate::domain::config::{Change, Config, Key};
use crate::domain::ids::AgentId;
use crate::domain::time::Timestamp;
use crate::outbound::guard::Guard;

/// What sets one collection apart from the others.
pub trait Resource: 'static {
    /// Its wire form; read-only members are optional in it.
    type Wire: Serialize + DeserializeOwned + ToSchema;
    /// Its name in the path and in the document.
    const COLLECTION: &'static str;
    /// One of them, for people.
    const WHAT: &'static str;
    /// Members that answers carry and bodies may send back unread, beside `id`.
    const READ_ONLY: &'static [&'static str] = &[];
    /// Members that a merge patch sets to null rather than removes: where null differs from the default.
    const NULLABLE: &'static [&'static str] = &[];

    /// Its name in the configuration.
    fn key(id: &str) -> Key;
    /// Every id, in order.
    fn ids(config: &Config) -> Vec<String>;
    /// The wire form without read-only members; `None` if there is no such thing.
    fn show(id: &str, config: &Config) -> Option<Self::Wire>;
    /// The change that puts it; or what is wrong beyond the schema.
    fn change(id: &str, wire: Self::Wire, config: &Config) -> Result<Change, Vec<FieldError>>;
    /// Adds the read-only members.
    fn decorate(_id: &str, _shown: &mut Map<String, Value>, _config: &Config, _edge: &Edge) {}
    /// Changes that go with its creation.
    fn born(_id: &str, _now: Timestamp) -> Vec<Change> {
        Vec::new()
    }
    /// Name of the member that shows a new secret once.
    const SECRET: &'static str = "token";

    /// Makes a secret for a new one: changes the change, gives what is shown once.
    fn secret(_change: &mut Change, _config: &Config) -> Option<String> {
        None
    }
    /// Why a change may not be made here, if it has this server call what it must not.
    fn not_called(_change: &Change, _guard: Guard) -> Option<FieldError> {
        None
    }
}

/// The whole answer for one resource, as it is in this configuration.
pub fn shown<R: Resource>(id: &str, config: &Config, edge: &Edge) -> Option<Map<String, Value>> {
    let Ok(Value::Object(wire)) = serde_json::to_value(R::show(id, config)?) else { return None };
    let mut all = Map::new();
    all.insert("id".to_owned(), id.into());
    all.extend(wire);
    R::decorate(id, &mut all, config, edge);
    Some(all)
}

/// Takes read-only members out of a body, so that the answer to a `GET` can be sent back. One with the `id` of
/// another is refused.
pub fn without_read_only<R: Resource>(mut value: Value, id: &str) -> Result<Value, Problem> {
    if let Some(members) = value.as_object_mut() {
        if members.remove("id").is_some_and(|given| given != id) {
            return Err(Problem::invalid(vec![anothers("/id")]));
        }
        for name in R::READ_ONLY {
            members.remove(*name);
        }
    }
    Ok(value)
}

/// A body that says that it is of another resource.
pub fn anothers(at: impl Into<String>) -> FieldError {
    FieldError::new(at, "is not the id under which this is put")
}

/// Puts changes to the house, all or none. Gives the configuration after them.
pub async fn configure(
    edge: &Edge,
    caller: &Caller,
    changes: Vec<Change>,
    if_match: Vec<(Key, Option<u64>)>,
) -> Result<std::sync::Arc<Config>, Problem> {
    let signed_out: Vec<AgentId> = changes.iter().filter_map(voided).collect();
    let command = Command::Configure { changes, if_match };
    let asked = edge.dispatcher.ask(Request { caller: caller.clone(), command, key: None }).await;
    let config = match asked.outcome? {
        Shown::Configured(config) => config,
        _ => edge.dispatcher.config(),
    };
    for agent in signed_out {
        edge.dispatcher.feeds().close_agent(&agent, UNAUTHORIZED);
    }
    Ok(config)
}

/// Close code of sockets whose token is void (CONTRACT §2).
const UNAUTHORIZED: u16 = 4401;

/// The agent whose tokens a change makes void.
fn voided(change: &Change) -> Option<AgentId> {
    match change {
        Change::VoidTokens(agent, _) | Change::Delete(Key::Agent(agent)) => Some(agent.clone()),
        _ => None,
    }
}
