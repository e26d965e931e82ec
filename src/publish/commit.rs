//! Moving a staged build into the output folder, so that a kill at any moment can be made good.
//!
//! Everything that will be done is written to a journal first. Each action can be done twice without
//! harm, so the next build does a journal that it finds again, from its start. The manifest moves last:
//! once it is gone from the staging folder, the commit is done.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::manifest::{self, Manifest};
use super::path::{MANIFEST, OutputPath, folder, folders};
use super::{Made, foreign, is_absent, unwritable};
use crate::diagnostic::{Code, Diagnostic};

/// The staged files, in the staging folder.
pub(super) const SITE: &str = "site";
/// The manifest to be, in the staging folder.
pub(super) const STAGED_MANIFEST: &str = "manifest";
/// The journal, in the staging folder.
pub(super) const JOURNAL: &str = "journal";

const HEADER: &str = "chancery-journal 1";
/// The last line: without it the journal was not finished, and nothing has been moved.
const END: &str = "end";

/// One thing to do to the output folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Remove a file of the previous build, and its folders if they are empty then.
    Remove(Box<str>),
    /// Remove a folder that holds nothing but folders: a file is to have its name.
    Clear(Box<str>),
    /// Move a staged file in.
    Move(Box<str>),
}

/// What has to be done for `made` to take the place of `previous`. Nothing is changed; whatever is in the
/// way and not Chancery's own is an error, so that it is found before the first move.
pub(super) fn plan(
    output: &Path,
    previous: &Manifest,
    made: &BTreeMap<Box<str>, Made>,
) -> Result<Vec<Action>, Diagnostic> {
    check_nesting(made)?;
    let mut early: BTreeSet<Box<str>> = BTreeSet::new();
    let mut cleared = Vec::new();
    let mut seen = HashSet::new();
    let staged = || made.iter().filter(|(_, made)| made.staged).map(|(path, _)| path);
    for path in staged() {
        for folder in folders(path).filter(|folder| seen.insert(*folder)) {
            let live = output.join(folder);
            match fs::symlink_metadata(&live) {
                Ok(found) if found.is_dir() => {}
                Ok(found) if found.is_file() && previous.contains_key(folder) => {
                    early.insert(folder.into());
                }
                Ok(_) => return Err(foreign(&live, "a folder")),
                Err(error) if is_absent(&error) => {}
                Err(error) => return Err(unwritable(&live, &error)),
            }
        }
        let live = output.join(&**path);
        match fs::symlink_metadata(&live) {
            Ok(found) if found.is_dir() => {
                early.extend(files_of_ours(output, &live, previous)?);
                cleared.push(Action::Clear(path.clone()));
            }
            Ok(_) if previous.contains_key(path) => {}
            Ok(_) => return Err(foreign(&live, "a file")),
            Err(error) if is_absent(&error) => {}
            Err(error) => return Err(unwritable(&live, &error)),
        }
    }
    // Pages come after what they show, so that none is ever published before its images and styles.
    let (pages, assets): (Vec<_>, Vec<_>) = staged().partition(|path| path.ends_with(".html"));
    let late = previous.keys().filter(|path| !made.contains_key(*path) && !early.contains(*path));
    let mut actions: Vec<_> = early.iter().cloned().map(Action::Remove).collect();
    actions.extend(cleared);
    actions.extend(assets.into_iter().chain(pages).cloned().map(Action::Move));
    actions.extend(late.cloned().map(Action::Remove));
    Ok(actions)
}

/// Refuses a file that has the name of a folder of another one.
fn check_nesting(made: &BTreeMap<Box<str>, Made>) -> Result<(), Diagnostic> {
    for path in made.keys() {
        if let Some(folder) = folders(path).find(|folder| made.contains_key(*folder)) {
            return Err(Diagnostic::new(
                Code::Collision,
                format!("`{folder}` would be a file and, for `{path}`, a folder"),
            ));
        }
    }
    Ok(())
}

/// The files of the previous build in a folder that is to give way to a file.
fn files_of_ours(
    output: &Path,
    live: &Path,
    previous: &Manifest,
) -> Result<Vec<Box<str>>, Diagnostic> {
    let mut files = Vec::new();
    for entry in WalkDir::new(live) {
        let entry = entry.map_err(|error| unwritable(live, &error.into()))?;
        if entry.file_type().is_dir() {
            continue;
        }
        let below = entry.path().strip_prefix(output).unwrap_or(entry.path());
        let parts: Option<Vec<_>> = below.iter().map(|part| part.to_str()).collect();
        let path = parts.unwrap_or_default().join("/");
        if !entry.file_type().is_file() || !previous.contains_key(path.as_str()) {
            return Err(foreign(entry.path(), "no file, as its folder becomes one"));
        }
        files.push(path.into());
    }
    Ok(files)
}

/// The text of a journal.
pub(super) fn journal(actions: &[Action]) -> String {
    let mut out = format!("{HEADER}\n");
    for action in actions {
        let (verb, path) = match action {
            Action::Remove(path) => ("remove", path),
            Action::Clear(path) => ("clear", path),
            Action::Move(path) => ("move", path),
        };
        out.extend([verb, " ", path, "\n"]);
    }
    out.push_str(END);
    out.push('\n');
    out
}

/// The actions of a journal; `None` unless it is whole.
pub(super) fn parse_journal(text: &str) -> Option<Vec<Action>> {
    let body = text.strip_prefix(HEADER)?.strip_prefix('\n')?;
    let body = body.strip_suffix('\n')?.strip_suffix(END)?;
    body.lines()
        .map(|line| {
            let (verb, path) = line.split_once(' ')?;
            let path: Box<str> = OutputPath::new(path).ok()?.as_str().into();
            match verb {
                "remove" => Some(Action::Remove(path)),
                "clear" => Some(Action::Clear(path)),
                "move" => Some(Action::Move(path)),
                _ => None,
            }
        })
        .collect()
}

/// A file-system error and the path it is about.
pub(super) struct Failure(PathBuf, io::Error);

impl From<Failure> for Diagnostic {
    fn from(Failure(path, error): Failure) -> Self {
        unwritable(&path, &error)
    }
}

/// Says which path an error is about.
trait About<T> {
    fn about(self, path: &Path) -> Result<T, Failure>;
}

impl<T> About<T> for io::Result<T> {
    fn about(self, path: &Path) -> Result<T, Failure> {
        self.map_err(|error| Failure(path.to_owned(), error))
    }
}

/// Carries out actions, one file-system step after the other.
pub(super) struct Mover<'a> {
    output: &'a Path,
    staging: &'a Path,
    /// Folders of the output known to be real folders.
    made: HashSet<Box<str>>,
    /// How many steps a test lets happen before it stops the commit as a kill would.
    #[cfg(test)]
    pub(super) steps_left: Option<usize>,
}

impl<'a> Mover<'a> {
    pub(super) fn new(output: &'a Path, staging: &'a Path) -> Self {
        Mover {
            output,
            staging,
            made: HashSet::new(),
            #[cfg(test)]
            steps_left: None,
        }
    }

    /// Comes before each change to the file system.
    #[cfg(test)]
    fn step(&mut self) -> io::Result<()> {
        match &mut self.steps_left {
            Some(0) => return Err(io::Error::other("stopped by a test")),
            Some(left) => *left -= 1,
            None => {}
        }
        Ok(())
    }

    #[cfg(not(test))]
    fn step(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Writes a file that must have reached the disk before the next step.
    pub(super) fn write_durably(&mut self, path: &Path, text: &str) -> Result<(), Failure> {
        self.step().about(path)?;
        let mut file = File::create(path).about(path)?;
        self.step().about(path)?;
        file.write_all(text.as_bytes()).about(path)?;
        self.step().about(path)?;
        // What tests write need not outlive a power cut, and waiting for the disk takes most of their time.
        if cfg!(test) { Ok(()) } else { file.sync_all().about(path) }
    }

    /// Puts a whole site where there is none.
    pub(super) fn publish_first(&mut self, manifest: &str) -> Result<(), Failure> {
        let site = self.staging.join(SITE);
        self.write_durably(&site.join(MANIFEST), manifest)?;
        // An empty folder that was there keeps its permissions.
        if let Ok(found) = fs::metadata(self.output) {
            fs::set_permissions(&site, found.permissions()).about(&site)?;
        }
        self.step().about(self.output)?;
        fs::rename(&site, self.output).about(self.output)
    }

    /// Makes a folder Chancery's own before anything is in it, for where it cannot be replaced as a whole.
    pub(super) fn claim(&mut self) -> Result<(), Failure> {
        let staged = self.staging.join(SITE).join(MANIFEST);
        self.write_durably(&staged, &manifest::text(std::iter::empty()))?;
        let live = self.output.join(MANIFEST);
        self.step().about(&live)?;
        fs::rename(&staged, &live).about(&live)
    }

    /// Carries out all actions, then puts the manifest in place.
    pub(super) fn run(&mut self, actions: &[Action]) -> Result<(), Failure> {
        for action in actions {
            match action {
                Action::Remove(path) => self.remove(path)?,
                Action::Clear(path) => self.clear(path)?,
                Action::Move(path) => self.move_in(path)?,
            }
        }
        let manifest = self.output.join(MANIFEST);
        self.step().about(&manifest)?;
        fs::rename(self.staging.join(STAGED_MANIFEST), &manifest).about(&manifest)
    }

    fn move_in(&mut self, path: &str) -> Result<(), Failure> {
        let staged = self.staging.join(SITE).join(path);
        let live = self.output.join(path);
        self.make_folders(path)?;
        self.step().about(&live)?;
        match fs::rename(&staged, &live) {
            // It was moved before the kill.
            Err(error) if is_absent(&error) && fs::symlink_metadata(&staged).is_err() => Ok(()),
            moved => moved.about(&live),
        }
    }

    fn make_folders(&mut self, path: &str) -> Result<(), Failure> {
        if self.made.contains(folder(path)) {
            return Ok(());
        }
        for folder in folders(path) {
            if self.made.contains(folder) {
                continue;
            }
            let live = self.output.join(folder);
            match fs::symlink_metadata(&live) {
                Ok(found) if found.is_dir() => {}
                Ok(_) => return Err(Failure(live, io::ErrorKind::NotADirectory.into())),
                Err(error) if is_absent(&error) => {
                    self.step().about(&live)?;
                    fs::create_dir(&live).about(&live)?;
                }
                Err(error) => return Err(Failure(live, error)),
            }
            self.made.insert(folder.into());
        }
        Ok(())
    }

    fn remove(&mut self, path: &str) -> Result<(), Failure> {
        let live = self.output.join(path);
        // A link that took the file's place is not what Chancery wrote.
        if is_reachable(self.output, path)
            && fs::symlink_metadata(&live).is_ok_and(|found| found.is_file())
        {
            self.step().about(&live)?;
            fs::remove_file(&live).about(&live)?;
        }
        let mut emptied = folder(path);
        while !emptied.is_empty() {
            if is_reachable(self.output, emptied) {
                let live = self.output.join(emptied);
                self.step().about(&live)?;
                match fs::remove_dir(&live) {
                    Ok(()) => {
                        self.made.remove(emptied);
                    }
                    Err(error) if is_absent(&error) => {}
                    // It holds something else still. A folder that cannot be removed does no harm.
                    Err(_) => break,
                }
            }
            emptied = folder(emptied);
        }
        Ok(())
    }

    fn clear(&mut self, path: &str) -> Result<(), Failure> {
        if !is_reachable(self.output, path) {
            return Ok(());
        }
        let live = self.output.join(path);
        for entry in WalkDir::new(&live).follow_root_links(false).contents_first(true) {
            let Ok(entry) = entry else { continue };
            if entry.file_type().is_dir() {
                self.step().about(entry.path())?;
                // One that is not empty makes the move fail, which names it.
                let _ = fs::remove_dir(entry.path());
            }
        }
        Ok(())
    }
}

/// Whether all folders that hold a path are real ones, so that using it leads nowhere else.
pub(super) fn is_reachable(output: &Path, path: &str) -> bool {
    folders(path)
        .all(|folder| fs::symlink_metadata(output.join(folder)).is_ok_and(|found| found.is_dir()))
}
