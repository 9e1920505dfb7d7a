//! What tells one state of a file from another.

use std::fs::{self, Metadata};
use std::path::Path;
use std::time::SystemTime;

/// Device, inode, size and time of modification of a file, links followed: a link that leads elsewhere now counts as a
/// change, as when Kubernetes swaps the directory behind the files of a `ConfigMap`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileIdentity {
    device: u64,
    inode: u64,
    size: u64,
    modified: Option<SystemTime>,
}

impl FileIdentity {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let (device, inode) = {
            use std::os::unix::fs::MetadataExt as _;
            (metadata.dev(), metadata.ino())
        };
        #[cfg(not(unix))]
        let (device, inode) = (0, 0);
        Self { device, inode, size: metadata.len(), modified: metadata.modified().ok() }
    }

    /// `None` if there is no such file, or none that may be looked at.
    pub(crate) fn at(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|metadata| Self::of(&metadata))
    }
}

/// A file that somebody wants to know the changes of.
#[derive(Debug)]
pub(crate) struct WatchedFile {
    path: String,
    identity: Option<FileIdentity>,
}

impl WatchedFile {
    /// What differs from the file as it is now counts as a change.
    pub(crate) fn new(path: &str) -> Self {
        Self { path: path.to_owned(), identity: FileIdentity::at(Path::new(path)) }
    }

    /// The path, if the file is another one than at the last look, has come or has gone.
    pub(crate) fn changed(&mut self) -> Option<&str> {
        let identity = FileIdentity::at(Path::new(&self.path));
        if identity == self.identity {
            return None;
        }
        self.identity = identity;
        Some(&self.path)
    }
}
