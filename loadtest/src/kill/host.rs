//! What the durability test can do to a server: start, kill, stop, check its store.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::process::{Launch, Server};
use crate::{Error, Result};

/// A server that can be killed and started again on the same data.
pub trait Host {
    /// Starts it and waits until it listens.
    fn start(&mut self) -> Result<SocketAddr>;
    /// Ends it as `kill -9` does: at once, telling nobody.
    fn kill(&mut self) -> Result<()>;
    /// Starts it and kills it after this time, ready or not.
    fn kill_while_starting(&mut self, after: Duration) -> Result<()>;
    /// Stops it in order.
    fn stop(&mut self) -> Result<()>;
    /// Checks the store of the stopped server; gives a line a finding.
    fn check(&mut self) -> Result<Vec<String>>;
    /// The administrator's token.
    fn admin_token(&self) -> &str;
}

/// The callboard binary on one data directory.
#[derive(Debug)]
pub struct ProcessHost {
    launch: Launch,
    data: PathBuf,
    offline_check: bool,
    server: Option<Server>,
}

impl ProcessHost {
    /// Prepares `bin serve --data DATA`; with `offline_check`, `bin check --data DATA` must find nothing at the end.
    pub fn new(bin: &Path, data: &Path, offline_check: bool, log: Option<PathBuf>) -> Self {
        let mut launch = Launch::serve(bin, data, "loadtest-admin-token");
        launch.log = log;
        Self { launch, data: data.to_owned(), offline_check, server: None }
    }

    fn running(&mut self) -> Result<Server> {
        self.server.take().ok_or_else(|| Error::Protocol("no server runs".to_owned()))
    }
}

impl Host for ProcessHost {
    fn start(&mut self) -> Result<SocketAddr> {
        let mut server = Server::spawn(&self.launch)?;
        let address = server.ready()?;
        self.server = Some(server);
        Ok(address)
    }

    fn kill(&mut self) -> Result<()> {
        self.running()?.kill()
    }

    fn kill_while_starting(&mut self, after: Duration) -> Result<()> {
        let mut server = Server::spawn(&self.launch)?;
        std::thread::sleep(after);
        server.kill()
    }

    fn stop(&mut self) -> Result<()> {
        let status = self.running()?.stop()?;
        if status.success() {
            return Ok(());
        }
        Err(Error::Protocol(format!("the server ended with {status} after SIGTERM")))
    }

    fn check(&mut self) -> Result<Vec<String>> {
        if !self.offline_check {
            return Ok(Vec::new());
        }
        let output = Command::new(&self.launch.bin)
            .arg("check")
            .arg("--data")
            .arg(&self.data)
            .output()
            .map_err(|error| Error::io("run the offline check", error))?;
        if output.status.success() {
            return Ok(Vec::new());
        }
        let text =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        Ok(text.lines().map(ToOwned::to_owned).chain([format!("ended with {}", output.status)]).collect())
    }

    fn admin_token(&self) -> &str {
        &self.launch.admin_token
    }
}
