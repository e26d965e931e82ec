//! Files in the user's cache. Each may be lost at any time: then a run only takes longer.

use std::fs;
use std::io;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a file of the cache holds, if it is there and whole.
pub fn read<T: DeserializeOwned>(file: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}

/// Writes a file of the cache, which appears as a whole. Errors: the cache cannot be written.
pub fn write<T: Serialize>(file: &Path, value: &T) -> io::Result<()> {
    fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
    let staged = file.with_extension(format!("{}.new", std::process::id()));
    fs::write(&staged, serde_json::to_vec(value)?)?;
    fs::rename(&staged, file)
}
