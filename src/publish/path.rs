//! Where a file may go: the check that every published path passes.

use std::borrow::Cow;
use std::fmt;

/// The manifest of a published site, inside the output folder.
pub(super) const MANIFEST: &str = ".chancery";
/// How the path of a page in a folder of its own ends.
pub(super) const INDEX: &str = "/index.html";
/// How the staging folder's name ends; it lies beside the output.
pub(super) const STAGING_SUFFIX: &str = ".chancery-staging";
/// How the lock's name ends; it lies beside the output.
pub(super) const LOCK_SUFFIX: &str = ".chancery-lock";

/// The longest name that common file systems take, in bytes.
const MAX_PART: usize = 255;

/// Names that Windows keeps for devices, with any extension and in any case.
/// <https://learn.microsoft.com/windows/win32/fileio/naming-a-file>
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

const LONGEST_DEVICE: usize = "conout$".len();

/// A path below the output folder with `/` between its parts, checked: it stays inside, can be made on
/// every common file system, and is no name that Chancery keeps for itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct OutputPath(String);

impl OutputPath {
    /// Checks a path. The error says what is wrong with it, as the end of a sentence: "it is absolute".
    pub(crate) fn new(path: &str) -> Result<Self, String> {
        OutputPath::check(path).map(|()| OutputPath(path.to_owned()))
    }

    /// Checks a path that is not needed yet; as [`OutputPath::new`].
    pub(crate) fn check(path: &str) -> Result<(), String> {
        if path.is_empty() {
            return Err("it is empty".to_owned());
        }
        if path.starts_with('/') {
            return Err("it is absolute".to_owned());
        }
        path.split('/').try_for_each(check_part)
    }

    /// The path as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OutputPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a part is of letters that nothing can be wrong with: nearly all are.
fn is_plain(part: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let (stem, extension) = part.split_once('.').unwrap_or((part, "x"));
    let letters = !stem.is_empty()
        && !extension.is_empty()
        && part.len() <= MAX_PART
        && stem.bytes().all(|byte| letter(byte) || byte == b'-')
        // Names that Chancery keeps for itself have a hyphen there.
        && extension.bytes().all(letter);
    letters && (stem.len() > LONGEST_DEVICE || !is_device(stem))
}

fn check_part(part: &str) -> Result<(), String> {
    if is_plain(part) {
        return Ok(());
    }
    match part {
        "" => return Err("a part of it is empty".to_owned()),
        "." | ".." => return Err(format!("it has `{part}` as a part")),
        _ => {}
    }
    if let Some(c) = part
        .chars()
        .find(|c| c.is_control() || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\\'))
    {
        return Err(format!("`{}` cannot be in a file name", c.escape_default()));
    }
    if part.ends_with(['.', ' ']) {
        return Err(format!("`{part}` ends with a dot or a space"));
    }
    if part.len() > MAX_PART {
        return Err(format!("a part of it is longer than {MAX_PART} bytes"));
    }
    let is_folded = part.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase());
    let folded = if is_folded { Cow::Borrowed(part) } else { Cow::Owned(part.to_lowercase()) };
    if folded == MANIFEST || folded.ends_with(STAGING_SUFFIX) || folded.ends_with(LOCK_SUFFIX) {
        return Err(format!("`{part}` is a name that Chancery keeps for itself"));
    }
    if is_device(folded.split('.').next().unwrap_or_default().trim_end()) {
        return Err(format!("`{part}` is a name that Windows keeps for a device"));
    }
    Ok(())
}

fn is_device(stem: &str) -> bool {
    let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    let mut number = port.unwrap_or_default().chars();
    let numbered = matches!(number.next(), Some('0'..='9' | '¹' | '²' | '³'));
    DEVICES.contains(&stem) || (numbered && number.next().is_none())
}

/// The folders that hold a path, the outermost first: `a`, `a/b` for `a/b/c.html`.
pub(super) fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}

/// The folder that holds a path; empty for the output folder itself.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
