//! Files in the user's cache. Each may be lost at any time: then a run only takes longer.

use std::io;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::folder::Folder;

/// What a file of the cache holds, if it is there, a plain file and whole.
pub(crate) fn read<T: DeserializeOwned>(file: &Path) -> Option<T> {
    let folder = Folder::open(file.parent()?).ok()?;
    serde_json::from_slice(&folder.read(file.file_name()?.to_str()?).ok()??).ok()
}

/// Writes a file of the cache, which appears as a whole. Errors: the cache cannot be written.
pub(crate) fn write<T: Serialize>(file: &Path, value: &T) -> io::Result<()> {
    let (Some(folder), Some(name)) = (file.parent(), file.file_name().and_then(|n| n.to_str()))
    else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    Folder::open_or_make(folder)?.put(name, &serde_json::to_vec(value)?)
}
