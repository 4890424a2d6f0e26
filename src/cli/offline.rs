//! A store that no server has open, opened for one command.

use std::path::Path;
use std::sync::Arc;

use super::Failure;
use crate::actors::dispatcher::Dispatcher;
use crate::actors::house::{Bounds, House, HouseConfig};
use crate::domain::command::{Caller, Command, Request};
use crate::http::config::whole::{Planned, plan};
use crate::http::error::Problem;
use crate::http::wire::document::Configuration;

/// Opens the house over a directory, without a server.
pub fn open(directory: &Path) -> Result<House, Failure> {
    let config = HouseConfig {
        data_dir: Some(directory.to_owned()),
        frame_writer: Arc::new(crate::ws::frames::Frames),
        bounds: Bounds::default(),
    };
    Ok(House::open(config)?)
}

/// Plans a document over what is in force, and carries it out unless only the plan is wanted.
pub async fn carry_out(
    dispatcher: &Dispatcher,
    document: Configuration,
    only_plan: bool,
) -> Result<Planned, Problem> {
    let planned = plan(document, &dispatcher.config(), dispatcher.now());
    if !planned.errors.is_empty() {
        return Err(Problem::invalid(planned.errors));
    }
    if !only_plan && !planned.changes.is_empty() {
        let command =
            Command::Configure { changes: planned.changes.clone(), if_match: planned.if_match.clone() };
        dispatcher.ask(Request { caller: Caller::system(), command, key: None }).await.outcome?;
    }
    Ok(planned)
}
