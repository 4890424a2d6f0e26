//! The server as a process: start, `SIGTERM`, `SIGKILL`, and what `/proc` says about it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use rustix::process::{Pid, Resource, Signal, getrlimit, kill_process, setrlimit};

use crate::{Error, Result};

/// The longest a server may take to say `listening on`.
const START_LIMIT: Duration = Duration::from_mins(1);
/// The longest a server may take to stop (CONTRACT §1 says 10 s).
const STOP_LIMIT: Duration = Duration::from_secs(15);

/// How to start the server.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The binary.
    pub bin: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// The administrator's token that it gets by its environment.
    pub admin_token: String,
    /// Where its log (stderr) goes; nowhere if not given.
    pub log: Option<PathBuf>,
}

impl Launch {
    /// `callboard serve` on a data directory and a free port.
    pub fn serve(bin: &Path, data: &Path, admin_token: &str) -> Self {
        let args = ["serve", "--data", &data.to_string_lossy(), "--listen", "127.0.0.1:0"];
        Self {
            bin: bin.to_owned(),
            args: args.map(ToOwned::to_owned).to_vec(),
            admin_token: admin_token.to_owned(),
            log: None,
        }
    }
}

/// A running server; dropped, it is killed.
#[derive(Debug)]
pub struct Server {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Server {
    /// Starts the process without waiting for it to be ready.
    pub fn spawn(launch: &Launch) -> Result<Self> {
        let log = match &launch.log {
            Some(path) => {
                let opened = std::fs::File::options().create(true).append(true).open(path);
                Stdio::from(opened.map_err(|error| Error::io("open the server's log", error))?)
            }
            None => Stdio::null(),
        };
        let mut child = Command::new(&launch.bin)
            .args(&launch.args)
            .env("CALLBOARD_ADMIN_TOKEN", &launch.admin_token)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|error| Error::io(format!("start {}", launch.bin.display()), error))?;
        let (sender, lines) = mpsc::channel();
        if let Some(stdout) = child.stdout.take() {
            // Reads to the end, so that the server never blocks on a full pipe.
            std::thread::spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(std::io::Result::ok) {
                    let _ = sender.send(line);
                }
            });
        }
        Ok(Self { child, lines })
    }

    /// Waits for the `listening on` line and gives the address.
    pub fn ready(&mut self) -> Result<SocketAddr> {
        let line = self.lines.recv_timeout(START_LIMIT).map_err(|_| {
            let status = self.child.try_wait().ok().flatten();
            Error::Protocol(format!("the server did not say `listening on` (exit: {status:?})"))
        })?;
        line.strip_prefix("listening on http://")
            .and_then(|address| address.trim_end_matches('/').parse().ok())
            .ok_or_else(|| Error::Protocol(format!("first line of the server: {line}")))
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`, and waits until it is gone.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill().map_err(|error| Error::io("kill the server", error))?;
        self.child.wait().map_err(|error| Error::io("wait for the server", error))?;
        Ok(())
    }

    /// `SIGTERM`, and waits for the exit; killed when it takes too long.
    pub fn stop(&mut self) -> Result<ExitStatus> {
        if let Some(pid) = Pid::from_raw(self.child.id() as i32) {
            kill_process(pid, Signal::TERM).map_err(|errno| Error::io("stop the server", errno.into()))?;
        }
        let step = Duration::from_millis(20);
        for _ in 0..STOP_LIMIT.as_millis() / step.as_millis() {
            let exited = self.child.try_wait().map_err(|error| Error::io("wait for the server", error))?;
            if let Some(status) = exited {
                return Ok(status);
            }
            std::thread::sleep(step);
        }
        self.kill()?;
        Err(Error::Protocol(format!("the server did not stop within {} s of SIGTERM", STOP_LIMIT.as_secs())))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let _ = self.kill();
        }
    }
}

/// What a process has used.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// User and system time of all its threads.
    pub cpu_seconds: f64,
    /// Resident memory.
    pub rss_bytes: u64,
}

/// Reads `/proc/PID/stat`.
pub fn usage(pid: u32) -> Result<Usage> {
    let path = format!("/proc/{pid}/stat");
    let text = std::fs::read_to_string(&path).map_err(|error| Error::io(format!("read {path}"), error))?;
    parse_stat(&text).ok_or_else(|| Error::Protocol(format!("{path}: {text}")))
}

fn parse_stat(text: &str) -> Option<Usage> {
    // The second field is a name in brackets that may hold blanks; what follows the last bracket starts at field 3.
    let fields: Vec<&str> = text[text.rfind(')')? + 1..].split_whitespace().collect();
    let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
    let ticks = field(14)? + field(15)?;
    Some(Usage {
        cpu_seconds: ticks as f64 / rustix::param::clock_ticks_per_second() as f64,
        rss_bytes: field(24)? * rustix::param::page_size() as u64,
    })
}

/// Raises the limit of open files to what is allowed, for this process and those it starts; gives the limit.
pub fn raise_file_limit() -> u64 {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let _ = setrlimit(Resource::Nofile, limit);
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Launch, Server, parse_stat, usage};

    /// A server that is a shell script.
    fn script(text: &str) -> Server {
        let launch = Launch {
            bin: "/bin/sh".into(),
            args: vec!["-c".to_owned(), text.to_owned()],
            admin_token: "secret".to_owned(),
            log: None,
        };
        Server::spawn(&launch).expect("spawn")
    }

    #[test]
    fn server_is_ready_at_its_line_and_stops_at_sigterm() {
        let wait = "while :; do sleep 0.01; done";
        let mut server =
            script(&format!("trap 'exit 0' TERM; echo listening on http://127.0.0.1:4321; {wait}"));
        assert_eq!(server.ready().expect("line").port(), 4321);
        assert!(server.stop().expect("stop").success());
    }

    #[test]
    fn server_that_ends_without_its_line_is_an_error() {
        let mut server = script("echo cannot open the store; exit 1");
        assert!(server.ready().is_err());
    }

    #[test]
    fn stat_is_read_past_a_name_with_blanks_and_brackets() {
        let text =
            "42 (call) board) S 1 42 42 0 -1 4194560 99 0 0 0 150 50 0 0 20 0 8 0 777 1000000 25 184467440";
        let usage = parse_stat(text).expect("stat");
        assert!((usage.cpu_seconds - 200.0 / rustix::param::clock_ticks_per_second() as f64).abs() < 1e-9);
        assert_eq!(usage.rss_bytes, 25 * rustix::param::page_size() as u64);
    }

    #[test]
    fn this_process_has_memory() {
        assert!(usage(std::process::id()).expect("proc").rss_bytes > 0);
    }
}
