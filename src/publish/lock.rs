//! A file that stands for something being done, which a kill frees.

use std::fs::{File, TryLockError};
use std::io;

use super::folder::Folder;
use super::{not_ours, unwritable};
use crate::diagnostic::Diagnostic;

/// A lock file that a kill frees, and that is removed when it is no longer needed.
#[derive(Debug)]
pub(super) struct Lock {
    folder: Folder,
    name: String,
    _file: File,
}

impl Lock {
    /// Takes the lock `name` in a folder. Errors: what `taken` says when another run has it, something other than a
    /// plain file has its name, or the file system.
    pub(super) fn take(
        folder: &Folder,
        name: &str,
        taken: impl Fn() -> Diagnostic,
    ) -> Result<Lock, Diagnostic> {
        let place = folder.place(name);
        loop {
            let file = match folder.open_lock(name) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                    return Err(not_ours(format!("{error}: Chancery keeps its lock there"))
                        .help("it was left as it is; move it away, and try again"));
                }
                Err(error) => return Err(unwritable(&place, &error)),
            };
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(taken().help("wait until it has finished"));
                }
                Err(TryLockError::Error(error)) => return Err(unwritable(&place, &error)),
            }
            // Its holder may have removed the file between the two calls: then it locks nothing.
            if is_at(&file, folder, name) {
                let folder = folder.again().map_err(|error| unwritable(&place, &error))?;
                return Ok(Lock { folder, name: name.to_owned(), _file: file });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // A file with something in it is not a lock that Chancery made.
        let empty = |found: &cap_std::fs::Metadata| found.is_file() && found.len() == 0;
        if self.folder.look(&self.name).is_ok_and(|found| found.as_ref().is_some_and(empty)) {
            let _ = self.folder.remove_file(&self.name);
        }
    }
}

/// Whether an open file is the one of that name still.
#[cfg(unix)]
fn is_at(file: &File, folder: &Folder, name: &str) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (file.metadata(), folder.look(name)) {
        (Ok(a), Ok(Some(b))) => {
            use cap_std::fs::MetadataExt as _;
            (a.dev(), a.ino()) == (b.dev(), b.ino())
        }
        _ => false,
    }
}

/// Whether an open file is the one of that name still. Windows does not remove a file that is open.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Folder, _: &str) -> bool {
    true
}
