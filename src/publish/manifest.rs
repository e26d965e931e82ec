//! What a build wrote: the file that makes an output folder Chancery's own.
//!
//! ```text
//! chancery 2
//! <XXH3 of the file, 128 bits in hex> <its size in bytes> <its path>
//! ```
//!
//! The lines are sorted by path. Only files listed here are ever replaced or removed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use super::folder::Folder;
use super::path::{MANIFEST, OutputPath};

/// The first line: the format and its version.
const HEADER: &str = "chancery 2";

/// The content of a published file. The hash only tells that a file differs: one that may be the same is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileContent {
    /// As bytes, which need no room to be aligned.
    pub(super) hash: [u8; 16],
    /// In bytes.
    pub(super) size: u64,
}

/// Every file of a published site by its path.
pub(super) type Manifest = BTreeMap<Box<str>, FileContent>;

/// Why a manifest cannot be used.
pub(super) enum Fault {
    /// It cannot be read.
    Io(io::Error),
    /// It is not what this version writes.
    Format(String),
}

/// Reads the manifest of an output folder; `None` when there is none.
pub(super) fn read(output: &Folder) -> Result<Option<Manifest>, Fault> {
    read_at(output, MANIFEST)
}

/// Reads the manifest in a file below a folder; `None` when there is none.
pub(super) fn read_at(folder: &Folder, path: &str) -> Result<Option<Manifest>, Fault> {
    let Some(bytes) = folder.read(path).map_err(Fault::Io)? else { return Ok(None) };
    let text = String::from_utf8(bytes).map_err(|_| Fault::Format("it is not text".to_owned()))?;
    parse(&text).map(Some).map_err(Fault::Format)
}

fn parse(text: &str) -> Result<Manifest, String> {
    let mut lines = text.lines();
    match lines.next() {
        Some(HEADER) => {}
        Some(other) if other.starts_with("chancery ") => {
            return Err("another version of Chancery wrote it".to_owned());
        }
        _ => return Err("its first line is wrong".to_owned()),
    }
    let entry = |line: &str| {
        let mut parts = line.splitn(3, ' ');
        let hash = u128::from_str_radix(parts.next()?, 16).ok()?.to_be_bytes();
        let size = parts.next()?.parse().ok()?;
        // A manifest that was tampered with must not lead out of the output folder.
        let path = OutputPath::new(parts.next()?).ok()?;
        Some((path.as_str().into(), FileContent { hash, size }))
    };
    lines
        .enumerate()
        .map(|(n, line)| entry(line).ok_or_else(|| format!("its line {} is damaged", n + 2)))
        .collect()
}

/// The text of a manifest.
pub(super) fn text<'a>(files: impl Iterator<Item = (&'a str, FileContent)>) -> String {
    let mut out = format!("{HEADER}\n");
    for (path, FileContent { hash, size }) in files {
        let hash = u128::from_be_bytes(hash);
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{hash:032x} {size} {path}");
    }
    out
}
