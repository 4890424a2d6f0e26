//! The domain's check of a change, in the edge's words.

use crate::domain::command::Code;
use crate::domain::config::{Change, Config, Key};
use crate::domain::ids::WorkStreamId;
use crate::http::error::{FieldError, Kind, Problem};
use crate::http::wire::work_stream::Warning;

/// What is wrong with a change, beyond its schema.
pub fn check(_change: &Change, _config: &Config) -> Vec<FieldError> {
    Vec::new()
}

/// What is allowed in a work stream but hardly meant.
pub fn warnings(_id: &WorkStreamId, _config: &Config) -> Vec<Warning> {
    Vec::new()
}

/// Whether a resource may be deleted as far as the configuration says; 409 that names why not.
pub fn deletable(_key: &Key, _config: &Config) -> Result<(), Problem> {
    Ok(())
}

/// A 409 for what is built in.
pub fn built_in(what: &str) -> Problem {
    Problem::new(Kind::Refused(Code::BuiltIn), format!("{what} is built in"))
}

/// Whether a resource is built in and stays whatever a document says.
pub fn is_built_in(_key: &Key) -> bool {
    false
}
