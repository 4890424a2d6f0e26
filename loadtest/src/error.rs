//! What can go wrong between the harness and a server.

/// The result of everything fallible here.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure of the harness itself, or of a server to do what the harness needs before it can measure.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refused something: a connection, a process, a file.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The other side did not speak HTTP, WebSocket or the contract.
    #[error("{0}")]
    Protocol(String),
    /// A call that the harness depends on was answered with another status than expected.
    #[error("{call} answered {status}: {body}")]
    Refused {
        /// Method and path.
        call: String,
        /// The HTTP status.
        status: u16,
        /// The answer's body, as it came.
        body: String,
    },
    /// The other side ended the connection.
    #[error("closed: {0}")]
    Closed(String),
}

impl Error {
    /// Wraps an operating-system error with what was being done.
    pub fn io(what: impl Into<String>, source: std::io::Error) -> Self {
        Self::Io { what: what.into(), source }
    }

    /// Makes a short, stable name for counting errors by kind (no addresses, no ids).
    pub fn kind(&self) -> String {
        match self {
            Self::Io { source, .. } => format!("io {}", source.kind()),
            Self::Protocol(_) => "protocol".to_owned(),
            Self::Refused { status, .. } => format!("http {status}"),
            Self::Closed(why) => format!("closed {why}"),
        }
    }
}
