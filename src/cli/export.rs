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
        let directory = arguments.place.directory();
        // A misspelt path must not make an empty store and print its defaults.
        if !directory.is_dir() {
            return Err(format!("{} is not a directory", directory.display()).into());
        }
        let house = offline::open(&directory)?;
        let exported = document(&house.dispatcher().config());
        house.stop().await?;
        exported
    };
    print!("{}", serde_norway::to_string(&exported)?);
    Ok(())
}
