//! `callboard apply FILE`: makes the configuration what a document says.

use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use super::{Failure, client, offline};
use crate::config::{DEFAULT_DATA, Options};
use crate::http::error::FieldError;
use crate::http::openapi;
use crate::http::schema::Schemas;
use crate::http::wire::document::{Configuration, Plan};
use crate::telemetry;

/// Where the configuration is: a store that no server has open, or a running server.
#[derive(Debug, Args)]
pub struct Place {
    /// Directory of a store that no server has open
    #[arg(long, value_name = "DIR", env = "CALLBOARD_DATA", conflicts_with = "server")]
    pub data: Option<PathBuf>,
    /// A running server, http://ADDR:PORT
    #[arg(long, value_name = "URL", requires = "token")]
    pub server: Option<String>,
    /// An administrator's token for --server
    #[arg(
        long,
        value_name = "TOKEN",
        env = "CALLBOARD_ADMIN_TOKEN",
        hide_env_values = true,
        allow_hyphen_values = true
    )]
    pub token: Option<String>,
}

impl Place {
    /// The store's directory.
    pub fn directory(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| DEFAULT_DATA.into())
    }

    /// A client of the server, if it is one.
    pub fn client(&self) -> Option<client::Client> {
        let server = self.server.as_deref()?;
        Some(client::Client::new(server, self.token.as_deref().unwrap_or_default()))
    }
}

/// Flags of `apply`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The document; - is stdin
    pub file: PathBuf,
    #[command(flatten)]
    pub place: Place,
    /// Only print the plan
    #[arg(long)]
    pub plan: bool,
}

/// Prints the plan and the lint, and carries it out.
pub async fn run(arguments: &Arguments) -> Result<(), Failure> {
    telemetry::init("warn", Options::default().log_format);
    let value = read(&arguments.file)?;
    let plan = match arguments.place.client() {
        Some(client) => online(&client, &value, arguments.plan)?,
        None => local(arguments, value).await?,
    };
    print(&plan);
    Ok(())
}

/// The document as it is written; - is stdin.
pub fn read(file: &std::path::Path) -> Result<Value, Failure> {
    let text = if file.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin())?
    } else {
        std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?
    };
    let value: Value =
        serde_norway::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    // An empty document names no section.
    Ok(if value.is_null() { Value::Object(serde_json::Map::new()) } else { value })
}

/// The document, or every field that is not one of a document.
pub fn document(value: Value) -> Result<Configuration, Failure> {
    let taken = Schemas::new(&openapi::document()).take(value);
    taken.map_err(|problem| told(&problem.errors, &problem.detail))
}

async fn local(arguments: &Arguments, value: Value) -> Result<Plan, Failure> {
    let document = document(value)?;
    let house = offline::open(&arguments.place.directory())?;
    let done = offline::carry_out(&house.dispatcher(), document, arguments.plan).await;
    house.stop().await?;
    let planned = done.map_err(|problem| told(&problem.errors, &problem.detail))?;
    Ok(Plan { steps: planned.steps, warnings: planned.warnings, applied: !arguments.plan })
}

fn online(client: &client::Client, value: &Value, only_plan: bool) -> Result<Plan, Failure> {
    let body = serde_json::to_vec(value)?;
    let answer = client.send("PUT", &format!("/v1/configuration?plan={only_plan}"), Some(&body))?;
    if answer.status == 200 {
        return Ok(serde_json::from_slice(&answer.body)?);
    }
    let problem: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let errors = problem["errors"].as_array().into_iter().flatten();
    let field = |error: &Value| {
        FieldError::new(
            error["field"].as_str().unwrap_or_default(),
            error["message"].as_str().unwrap_or_default(),
        )
    };
    let detail = problem["detail"].as_str().unwrap_or("the server refused it");
    Err(told(&errors.map(field).collect::<Vec<_>>(), &format!("{}: {detail}", answer.status)))
}

/// Every wrong field on a line of its own, then the one line of the failure.
pub fn told(errors: &[FieldError], detail: &str) -> Failure {
    for error in errors {
        eprintln!("{}: {}", error.field, error.message);
    }
    if errors.len() > 1 {
        "nothing was changed".into()
    } else {
        format!("nothing was changed: {detail}").into()
    }
}

fn print(plan: &Plan) {
    for step in &plan.steps {
        let mark = match step.action.as_str() {
            "create" => '+',
            "delete" => '-',
            _ => '~',
        };
        println!("{mark} {}", step.resource);
        step.changes.iter().for_each(|change| println!("    {change}"));
    }
    for warning in &plan.warnings {
        println!("warning: {}: {} ({})", warning.field, warning.message, warning.code);
    }
    let count = |action: &str| plan.steps.iter().filter(|step| step.action == action).count();
    let (created, changed, deleted) = (count("create"), count("change"), count("delete"));
    let done = if plan.applied { "applied" } else { "planned" };
    println!("{done}: {created} created, {changed} changed, {deleted} deleted");
}
