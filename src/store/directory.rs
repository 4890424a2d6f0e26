//! The data directory: one process at a time, one format, private to its user.
//!
//! ```text
//! DIR/format      the format's number and what it is the format of
//! DIR/lock        locked while a process has the directory open
//! DIR/journal/    segments, see `journal`
//! DIR/snapshots/  see `journal::snapshot`
//! DIR/state/      sled, which can be removed at any time: it is rebuilt
//! ```

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::StoreError;
use super::files::{DiskFiles, sync_directory};

/// The format that this version writes. Older ones are brought up to it, newer ones are refused.
pub const FORMAT: u32 = 1;

/// An open data directory; nobody else can open it while this lives.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    _lock: File,
}

impl Directory {
    /// Opens `path` and makes it (mode 0700) if it is not there.
    ///
    /// Fails when it is not a directory, cannot be written, is locked by another process or has a newer format.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let not_writable = |source| StoreError::NotWritable { path: path.to_owned(), source };
        if path.exists() && !path.is_dir() {
            return Err(StoreError::NotADirectory { path: path.to_owned() });
        }
        make_directory(path).map_err(not_writable)?;
        let lock = private_file(&path.join("lock")).map_err(not_writable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Locked { path: path.to_owned() }),
            Err(TryLockError::Error(source)) => return Err(not_writable(source)),
        }
        check_format(path)?;
        for part in ["journal", "snapshots"] {
            make_directory(&path.join(part)).map_err(not_writable)?;
        }
        sync_directory(path).map_err(not_writable)?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// Opens a directory that is there, for looking only: nothing in it is made or changed.
    ///
    /// Fails as [`Directory::open`] does, and when there is no data directory.
    pub fn look(path: &Path) -> Result<Self, StoreError> {
        let not_readable = |name: &str, source| StoreError::Io {
            doing: "open",
            name: path.join(name).display().to_string(),
            source,
        };
        if !path.is_dir() {
            return Err(StoreError::NotADirectory { path: path.to_owned() });
        }
        let lock = File::open(path.join("lock")).map_err(|source| not_readable("lock", source))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Locked { path: path.to_owned() }),
            Err(TryLockError::Error(source)) => return Err(not_readable("lock", source)),
        }
        let text =
            fs::read_to_string(path.join("format")).map_err(|source| not_readable("format", source))?;
        known_format(path, &text)?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// The path as it was given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The files of the journal's segments.
    pub fn journal(&self) -> Arc<DiskFiles> {
        Arc::new(DiskFiles::new(&self.path.join("journal")))
    }

    /// The files of the snapshots.
    pub fn snapshots(&self) -> Arc<DiskFiles> {
        Arc::new(DiskFiles::new(&self.path.join("snapshots")))
    }

    /// Where `sled::SledStore` lives.
    pub fn state(&self) -> PathBuf {
        self.path.join("state")
    }
}

fn make_directory(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    match path.parent() {
        // A relative path of one part has the empty path as its parent.
        Some(parent) if !parent.as_os_str().is_empty() => sync_directory(parent),
        _ => sync_directory(Path::new(".")),
    }
}

fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

fn check_format(root: &Path) -> Result<(), StoreError> {
    let path = root.join("format");
    let not_writable = |source| StoreError::NotWritable { path: root.to_owned(), source };
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return write_format(root).map_err(not_writable);
        }
        Err(source) => return Err(not_writable(source)),
    };
    known_format(root, &text)
}

fn known_format(root: &Path, text: &str) -> Result<(), StoreError> {
    let found: u32 = text
        .strip_prefix("callboard ")
        .and_then(|number| number.trim().parse().ok())
        .ok_or_else(|| StoreError::UnknownFormat { path: root.join("format") })?;
    if found > FORMAT {
        return Err(StoreError::NewerFormat { path: root.to_owned(), found, ours: FORMAT });
    }
    Ok(())
}

/// Written whole under another name first, so that a crash leaves no half a format.
fn write_format(root: &Path) -> io::Result<()> {
    let temporary = root.join("format.new");
    let mut file = private_file(&temporary)?;
    file.set_len(0)?;
    file.write_all(format!("callboard {FORMAT}\n").as_bytes())?;
    file.sync_all()?;
    fs::rename(&temporary, root.join("format"))?;
    sync_directory(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_opener_is_told_that_the_directory_is_in_use() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a").join("data");
        let first = Directory::open(&path).unwrap();
        assert!(matches!(Directory::open(&path), Err(StoreError::Locked { .. })));
        drop(first);
        Directory::open(&path).unwrap();
    }

    #[test]
    fn directory_is_private() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("data");
        let _open = Directory::open(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn newer_format_is_refused_with_both_numbers() {
        let root = tempfile::tempdir().unwrap();
        drop(Directory::open(root.path()).unwrap());
        fs::write(root.path().join("format"), "callboard 7\n").unwrap();
        let line = Directory::open(root.path()).unwrap_err().to_string();
        assert!(line.contains("format 7") && line.contains("up to format 1"), "{line}");
        fs::write(root.path().join("format"), "").unwrap();
        assert!(matches!(Directory::open(root.path()), Err(StoreError::UnknownFormat { .. })));
    }

    #[test]
    fn file_is_not_taken_for_a_directory() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("file");
        fs::write(&path, "").unwrap();
        assert!(matches!(Directory::open(&path), Err(StoreError::NotADirectory { .. })));
        assert!(matches!(Directory::open(&path.join("below")), Err(StoreError::NotWritable { .. })));
    }
}
