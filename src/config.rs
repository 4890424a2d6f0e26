//! Options of the process: flags before `CALLBOARD_*` before a TOML file before defaults.
//!
//! A key of the file that is not known is an error, and so is an unknown flag. Of the environment only the
//! known names are read: orchestrators put names of their own beside them (`CALLBOARD_SERVICE_HOST`).

use std::path::{Path, PathBuf};

use clap::Args;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

use crate::limits::MAX_UNFINISHED;

/// How log lines look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Flags that every command with a server or a store takes.
#[derive(Clone, Debug, Default, Args, Serialize)]
pub struct Flags {
    /// TOML file with any of these options
    #[arg(long, value_name = "FILE", env = "CALLBOARD_CONFIG")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Address to listen on; port 0 picks one
    #[arg(long, value_name = "ADDR:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<String>,
    /// Directory of the store
    #[arg(long, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<PathBuf>,
    /// Log filter, e.g. info or callboard=debug
    #[arg(long, value_name = "FILTER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    /// Form of log lines
    #[arg(long, value_enum)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_format: Option<LogFormat>,
    /// Most unfinished conversations, each some KB of memory; beyond it a hand-off is answered 503
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_unfinished: Option<usize>,
    /// URL at which this server is reached from outside: scheme, host and perhaps a path
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// Proxies in front of this server: networks between commas, e.g. 10.0.0.0/8. What their X-Forwarded-For, -Host and -Proto say is believed
    #[arg(long, value_name = "CIDR,CIDR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_proxies: Option<String>,
    /// Let outgoing calls (webhooks, keys of visitors' tokens) go to private addresses, and over http
    #[arg(long)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub allow_private_addresses: bool,
}

/// Options in force.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Address to listen on.
    pub listen: String,
    /// Directory of the store; none: the command's default.
    pub data: Option<PathBuf>,
    /// The administrator's token; none: one is generated into the data directory. Not a flag: command lines
    /// are for everybody to see.
    pub admin_token: Option<String>,
    /// Name of the organization; none: what the settings say.
    pub organization_id: Option<String>,
    /// Log filter.
    pub log: String,
    /// Form of log lines.
    pub log_format: LogFormat,
    /// Threads that answer HTTP; 0: one a core.
    pub workers: usize,
    /// Most unfinished conversations.
    pub max_unfinished: usize,
    /// URL at which it is reached from outside; none: as each request says.
    pub public_url: Option<String>,
    /// Networks of the proxies in front of it, between commas; empty: none.
    pub trusted_proxies: String,
    /// Whether outgoing calls may go to private addresses.
    pub allow_private_addresses: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            data: None,
            admin_token: None,
            organization_id: None,
            log: "info".to_owned(),
            log_format: LogFormat::Text,
            workers: 0,
            max_unfinished: MAX_UNFINISHED,
            public_url: None,
            trusted_proxies: String::new(),
            allow_private_addresses: false,
        }
    }
}

/// Where the store is when nothing is said.
pub const DEFAULT_DATA: &str = "./data";

impl Options {
    /// Reads all sources.
    pub fn read(flags: &Flags) -> Result<Self, OptionsError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = &flags.config {
            figment = figment.merge(Toml::file_exact(file));
        }
        let names = [
            "listen",
            "data",
            "admin_token",
            "organization_id",
            "log",
            "log_format",
            "workers",
            "max_unfinished",
            "public_url",
            "trusted_proxies",
            "allow_private_addresses",
        ];
        // Raw text: a token of digits is a token, not a number.
        let environment =
            Env::prefixed("CALLBOARD_").only(&names).lowercase(true).filter_map(|name| Some(name.into()));
        let given: Vec<(String, String)> =
            environment.iter().map(|(name, value)| (name.as_str().to_owned(), value)).collect();
        for (name, value) in given {
            figment = match name.as_str() {
                "workers" | "max_unfinished" => match value.parse::<usize>() {
                    Ok(number) => figment.merge(Serialized::default(&name, number)),
                    // Left as text, so that the refusal quotes it.
                    Err(_) => figment.merge(Serialized::default(&name, value)),
                },
                "allow_private_addresses" => match value.parse::<bool>() {
                    Ok(yes) => figment.merge(Serialized::default(&name, yes)),
                    Err(_) => figment.merge(Serialized::default(&name, value)),
                },
                _ => figment.merge(Serialized::default(&name, value)),
            };
        }
        let options: Self = figment
            .merge(Serialized::defaults(flags))
            .extract()
            .map_err(|error| OptionsError(Box::new(error)))?;
        Ok(options)
    }

    /// The store's directory.
    pub fn data(&self) -> &Path {
        self.data.as_deref().unwrap_or(Path::new(DEFAULT_DATA))
    }
}

/// Options that cannot be taken.
#[derive(Debug, thiserror::Error)]
pub struct OptionsError(Box<figment::Error>);

impl std::fmt::Display for OptionsError {
    /// What is wrong, with which option, and in which file, if it is one.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "options: {}", self.0.kind)?;
        if !self.0.path.is_empty() {
            write!(f, " for {}", self.0.path.join("."))?;
        }
        match self.0.metadata.as_ref().and_then(|metadata| metadata.source.as_ref()) {
            Some(figment::Source::File(file)) => write!(f, " in {}", file.display()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<Options, OptionsError> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("callboard.toml");
        std::fs::write(&path, text).unwrap();
        Options::read(&Flags { config: Some(path), listen: Some("1.2.3.4:5".to_owned()), ..Flags::default() })
    }

    #[test]
    fn flags_go_before_the_file_and_the_file_before_the_defaults() {
        let options = file("listen = '9.9.9.9:9'\norganization_id = 'org'\n").unwrap();
        assert_eq!(options.listen, "1.2.3.4:5");
        assert_eq!(options.organization_id.as_deref(), Some("org"));
        assert_eq!(options.log, "info");
    }

    #[test]
    fn an_unknown_key_of_the_file_is_an_error_that_names_it() {
        let error = file("lisen = '9.9.9.9:9'\n").unwrap_err().to_string();
        assert!(error.contains("lisen"), "{error}");
    }

    #[test]
    fn a_value_of_the_wrong_type_is_an_error_that_names_its_option() {
        let error = file("workers = 'many'\n").unwrap_err().to_string();
        assert!(error.contains("for workers in ") && error.contains("many"), "{error}");
        assert!(!error.contains(".rs"), "{error}");
    }

    #[test]
    fn a_file_that_is_not_there_is_an_error() {
        let flags = Flags { config: Some("surely/not/here.toml".into()), ..Flags::default() };
        assert!(Options::read(&flags).is_err());
    }
}
