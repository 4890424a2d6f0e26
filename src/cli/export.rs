//! `callboard export`: prints the whole configuration as the document that `apply` takes.

use clap::Args;

use super::apply::Place;
use super::{Failure, offline};
use crate::config::Options;
use crate::http::config::whole::document;
use crate::http::wire::document::Configuration;
use crate::telemetry;

/// Flags of `export`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    pub place: Place,
}

/// Prints it.
pub async fn run(arguments: &Arguments) -> Result<(), Failure> {
    telemetry::init("warn", Options::default().log_format);
    let exported: Configuration = if let Some(client) = arguments.place.client() {
        let answer = client.send("GET", "/v1/configuration", None)?;
        if answer.status != 200 {
            return Err(format!("the server answered {}", answer.status).into());
        }
        serde_json::from_slice(&answer.body)?
    } else {
        let house = offline::open(&arguments.place.directory())?;
        let exported = document(&house.dispatcher().config());
        house.stop().await?;
        exported
    };
    print!("{}", serde_norway::to_string(&exported)?);
    Ok(())
}
