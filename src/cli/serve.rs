//! `callboard serve`: runs until SIGTERM or Ctrl-C.

use std::io::Write;

use tokio::signal::unix::{SignalKind, signal};

use super::Failure;
use crate::app::{App, AppConfig};
use crate::config::Options;

/// The application's configuration from the options.
pub fn app_config(options: &Options) -> AppConfig {
    AppConfig {
        listen: options.listen.clone(),
        or_any_port: false,
        data: Some(options.data().to_owned()),
        admin_token: options.admin_token.clone().filter(|token| !token.is_empty()),
        organization_id: options.organization_id.clone().filter(|name| !name.is_empty()),
        workers: options.workers,
        max_unfinished: Some(options.max_unfinished),
        public_url: options.public_url.clone().filter(|url| !url.is_empty()),
        trusted_proxies: options.trusted_proxies.clone(),
        allow_private_addresses: options.allow_private_addresses,
    }
}

/// Starts, says where, and runs.
pub async fn run(options: &Options) -> Result<(), Failure> {
    // Before anything is opened, so that a signal during a long start is not lost.
    let until = stopped()?;
    let app = App::build(app_config(options)).await?;
    say(&[format!("listening on http://{}", app.address())])?;
    tracing::info!(address = %app.address(), data = %options.data().display(), "serving");
    app.run(until).await?;
    Ok(())
}

/// Prints lines on stdout at once, also into a pipe.
pub fn say(lines: &[String]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for line in lines {
        writeln!(out, "{line}")?;
    }
    out.flush()
}

/// Done at SIGTERM or Ctrl-C.
pub fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
