//! A folder that another program made and that is only read: what lies in it, and what each file holds. No link in it is followed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use walkdir::WalkDir;

use super::{LARGEST_TEXT, is_utf_16, open, whole};

/// No other file may be larger: 256 MiB.
const LARGEST_FILE: u64 = 256 << 20;

/// Folders of other programs that hold nothing of an author's.
const OTHERS: [&str; 3] = ["node_modules", "_site", "__MACOSX"];

/// Folders that lie beside an export of WordPress or Ghost.
const BESIDE: [&str; 3] = ["wp-content/uploads/", "uploads/", "content/images/"];

/// A folder of somebody else's, or a file of an export with what lies beside it.
pub(crate) struct Archive {
    root: PathBuf,
    /// The size of each file, by its name below the root.
    files: BTreeMap<String, u64>,
    /// What was passed over, and why.
    passed: Vec<(String, &'static str)>,
    /// The names of the hidden folders at the root, which are not looked into.
    marks: Vec<String>,
}

impl Archive {
    /// Lists what lies in a folder; of a file, it and the folders of files that exports have beside it. Errors: it cannot be
    /// read.
    pub(crate) fn of(path: &Path) -> Result<Archive, String> {
        let Some(name) = path.file_name().filter(|_| path.is_file()) else {
            return Archive::of_folder(path);
        };
        let mut archive = Archive::of_folder(path.parent().unwrap_or(path))?;
        let name = name.to_string_lossy().into_owned();
        archive.files.retain(|file, _| {
            *file == name || BESIDE.iter().any(|folder| file.starts_with(folder))
        });
        archive.passed.retain(|(file, _)| BESIDE.iter().any(|folder| file.starts_with(folder)));
        archive.marks.clear();
        Ok(archive)
    }

    fn of_folder(root: &Path) -> Result<Archive, String> {
        let cannot =
            |error: &dyn std::fmt::Display| format!("`{}` cannot be read: {error}", root.display());
        fs::read_dir(root).map_err(|error| cannot(&error))?;
        let mut archive = Archive {
            root: root.to_path_buf(),
            files: BTreeMap::new(),
            passed: Vec::new(),
            marks: Vec::new(),
        };
        let mut entries = WalkDir::new(root).min_depth(1).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().unwrap_or(root);
                    archive.passed.push((shown(root, path), "it cannot be read"));
                    continue;
                }
            };
            let kind = entry.file_type();
            let Some(name) = super::name_of(root, entry.path()) else {
                archive.passed.push((shown(root, entry.path()), "its name is not UTF-8"));
                if kind.is_dir() {
                    entries.skip_current_dir();
                }
                continue;
            };
            let last = super::last_of(&name);
            if last.starts_with('.') || OTHERS.contains(&last) {
                if kind.is_dir() {
                    entries.skip_current_dir();
                }
                if entry.depth() == 1 {
                    archive.marks.push(name);
                }
            } else if kind.is_symlink() {
                archive.passed.push((name, "a symbolic link, which is not followed"));
            } else if kind.is_file() {
                archive.files.insert(name, entry.metadata().map_or(0, |found| found.len()));
            } else if !kind.is_dir() {
                archive.passed.push((name, "a pipe or a device"));
            }
        }
        Ok(archive)
    }

    /// The names of the files below the folder, with `/` between their parts, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Whether there is such a file.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// Whether a hidden folder of this name lies in it.
    pub(crate) fn is_marked(&self, name: &str) -> bool {
        self.marks.iter().any(|mark| mark == name)
    }

    /// What was passed over, and why.
    pub(crate) fn passed(&self) -> &[(String, &'static str)] {
        &self.passed
    }

    /// The day on which a file was last saved.
    pub(crate) fn saved(&self, name: &str) -> Option<jiff::civil::Date> {
        let saved = fs::symlink_metadata(self.root.join(name)).ok()?.modified().ok()?;
        let saved = Timestamp::try_from(saved).ok()?;
        Some(saved.to_zoned_datetime(jiff::tz::TimeZone::UTC).date())
    }

    /// What a file holds. Errors: why it cannot be read.
    pub(crate) fn bytes(&self, name: &str) -> Result<Vec<u8>, String> {
        self.read(name, LARGEST_FILE)
    }

    /// What a text holds, without a byte-order mark. Errors: why it is none.
    pub(crate) fn text(&self, name: &str) -> Result<String, String> {
        let bytes = self.read(name, LARGEST_TEXT)?;
        if is_utf_16(&bytes) {
            return Err("it is UTF-16, not UTF-8".to_owned());
        }
        if bytes.contains(&0) {
            return Err("it holds a NUL byte: it is no text".to_owned());
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let before = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
            let line = before.filter(|byte| **byte == b'\n').count() + 1;
            format!("it is not UTF-8: the first bad byte is on line {line}")
        })?;
        Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
    }

    fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, String> {
        let path = self.root.join(name);
        // Between the listing and now a link may have come in its place.
        let is_link = fs::symlink_metadata(&path).is_ok_and(|found| found.is_symlink());
        let file = open(&path).map_err(|error| format!("it cannot be read: {error}"))?;
        let found = file.metadata().map_err(|error| format!("it cannot be read: {error}"))?;
        if is_link || !found.is_file() {
            return Err("it is no plain file".to_owned());
        }
        if found.len() > most {
            let (size, most) = (found.len() >> 20, most >> 20);
            return Err(format!("it has {size} MiB, and {most} are read at most"));
        }
        let size = usize::try_from(found.len()).map_err(|error| error.to_string())?;
        whole(file, size).map_err(|error| format!("it cannot be read: {error}"))
    }
}

fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned()
}
