//! Changing the site's own files, all of them or none: for the commands that edit on an author's behalf.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A change to one file.
#[derive(Clone, Debug)]
pub struct Revision {
    /// The file.
    pub path: PathBuf,
    /// What it holds now. A file that holds anything else is not changed, nor any other.
    pub old: Arc<str>,
    /// What it is to hold.
    pub new: String,
}

/// Files that were changed, until it is certain that they stay so.
#[derive(Debug)]
pub struct Revised {
    /// Changed files and what they held.
    changed: Vec<(PathBuf, Arc<str>)>,
    /// Where something was moved from and to.
    moved: Option<(PathBuf, PathBuf)>,
    kept: bool,
}

impl Revised {
    /// Leaves the changes as they are.
    pub fn keep(mut self) {
        self.kept = true;
    }

    fn undo(&mut self) {
        if let Some((from, to)) = self.moved.take() {
            // Nothing more can be done where going back fails as well.
            let _ = fs::rename(to, from);
        }
        for (path, old) in self.changed.drain(..).rev() {
            let _ = write(&path, &old);
        }
    }
}

impl Drop for Revised {
    fn drop(&mut self) {
        if !self.kept {
            self.undo();
        }
    }
}

/// Changes files, and then moves a file or folder; undone when the result is dropped before it is kept.
///
/// Errors, in a sentence: a file was changed by somebody else meanwhile, one cannot be written, or there is
/// something where the moved file is to go. Everything is then as it was.
pub fn revise(revisions: &[Revision], moved: Option<(&Path, &Path)>) -> Result<Revised, String> {
    for revision in revisions {
        let now = fs::read(&revision.path)
            .map_err(|error| format!("`{}` cannot be read: {error}", revision.path.display()))?;
        if now != revision.old.as_bytes() {
            return Err(format!(
                "`{}` was changed meanwhile; nothing was done",
                revision.path.display()
            ));
        }
    }
    if let Some((_, to)) = moved
        && to.symlink_metadata().is_ok()
    {
        return Err(format!("there is a `{}` already; nothing was done", to.display()));
    }
    let mut revised = Revised { changed: Vec::new(), moved: None, kept: false };
    for revision in revisions {
        write(&revision.path, &revision.new).map_err(|error| {
            format!("`{}` cannot be written: {error}; nothing was done", revision.path.display())
        })?;
        revised.changed.push((revision.path.clone(), revision.old.clone()));
    }
    if let Some((from, to)) = moved {
        let parent = to.parent().map_or(Ok(()), fs::create_dir_all);
        parent.and_then(|()| fs::rename(from, to)).map_err(|error| {
            format!(
                "`{}` cannot be moved to `{}`: {error}; nothing was done",
                from.display(),
                to.display()
            )
        })?;
        revised.moved = Some((from.to_path_buf(), to.to_path_buf()));
    }
    Ok(revised)
}

/// Replaces what a file holds, by rename, so that nobody reads half of it. A link stays a link, and the
/// permissions stay.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let path = path.canonicalize()?;
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".chancery-new");
    let staged = path.with_file_name(name);
    let done = fs::write(&staged, text)
        .and_then(|()| fs::set_permissions(&staged, fs::metadata(&path)?.permissions()))
        .and_then(|()| fs::rename(&staged, &path));
    done.inspect_err(|_| {
        let _ = fs::remove_file(&staged);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revision(path: &Path, old: &str, new: &str) -> Revision {
        Revision { path: path.to_path_buf(), old: old.into(), new: new.to_owned() }
    }

    #[test]
    fn all_files_change_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let [a, b, c, d] = ["a", "b", "c", "x/d"].map(|name| folder.path().join(name));
        for (path, text) in [(&a, "1"), (&b, "2"), (&c, "3")] {
            fs::write(path, text).unwrap();
        }
        let read = |path: &Path| fs::read_to_string(path).unwrap();
        // Somebody changed `b`.
        assert!(revise(&[revision(&a, "1", "one"), revision(&b, "old", "two")], None).is_err());
        assert_eq!((read(&a), read(&b)), ("1".to_owned(), "2".to_owned()));
        // `c` cannot be moved over `b`.
        assert!(revise(&[revision(&a, "1", "one")], Some((&c, &b))).is_err());
        assert_eq!(read(&a), "1");
        // Not kept.
        drop(revise(&[revision(&a, "1", "one")], Some((&c, &d))).unwrap());
        assert_eq!((read(&a), read(&c), d.exists()), ("1".to_owned(), "3".to_owned(), false));
        revise(&[revision(&a, "1", "one"), revision(&c, "3", "three")], Some((&c, &d)))
            .unwrap()
            .keep();
        assert_eq!((read(&a), read(&d), c.exists()), ("one".to_owned(), "three".to_owned(), false));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }
}
