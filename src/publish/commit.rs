//! Moving a staged build into the output folder, so that a kill at any moment can be made good.
//!
//! Everything that will be done is written to a journal first. Each action can be done twice without
//! harm, so the next build does a journal that it finds again, from its start. The manifest moves last:
//! once it is gone from the staging folder, the commit is done.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::folder::{Folder, OpenPath};
use super::manifest::{self, Manifest};
use super::path::{MANIFEST, OutputPath, folder, folders};
use super::steps::Steps;
use super::{MadeFile, foreign, is_absent, unwritable};
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
    made: &BTreeMap<Box<str>, MadeFile>,
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
fn check_nesting(made: &BTreeMap<Box<str>, MadeFile>) -> Result<(), Diagnostic> {
    for path in made.keys() {
        if let Some(folder) = folders(path).find(|folder| made.contains_key(*folder)) {
            return Err(Diagnostic::new(
                Code::Collision,
                format!("`{folder}` would be a file and, for `{path}`, a folder"),
            )
            .help("give the document or the file that is published at one of them another name"));
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

/// A path that is in no manifest which allows for what a journal would do with it: what it lists as removed has to be of
/// the previous build, and what it lists as moved of the one that was interrupted.
pub(super) fn beyond<'a>(
    actions: &'a [Action],
    previous: &Manifest,
    staged: &Manifest,
) -> Option<&'a str> {
    let is_beyond = |action: &&Action| match action {
        Action::Remove(path) => !previous.contains_key(path),
        Action::Clear(path) | Action::Move(path) => !staged.contains_key(path),
    };
    actions.iter().find(is_beyond).map(|action| match action {
        Action::Remove(path) | Action::Clear(path) | Action::Move(path) => &**path,
    })
}

/// A file-system error and the path it is about.
pub(super) struct CommitError(PathBuf, io::Error);

impl From<CommitError> for Diagnostic {
    fn from(CommitError(path, error): CommitError) -> Self {
        unwritable(&path, &error)
    }
}

/// Says which path an error is about.
trait AtPath<T> {
    fn about(self, path: PathBuf) -> Result<T, CommitError>;
}

impl<T> AtPath<T> for io::Result<T> {
    fn about(self, path: PathBuf) -> Result<T, CommitError> {
        self.map_err(|error| CommitError(path, error))
    }
}

/// Carries out actions, one file-system step after the other. `staging` is the folder of the staged files, of the
/// staged manifest and of the journal.
pub(super) struct Mover<'a> {
    staging: &'a Folder,
    pub(super) steps: Steps,
}

impl<'a> Mover<'a> {
    pub(super) fn new(staging: &'a Folder) -> Self {
        Mover { staging, steps: Steps::default() }
    }

    /// Writes a file below the staging folder that must have reached the disk before the next step.
    pub(super) fn write_durably(&mut self, path: &str, text: &str) -> Result<(), CommitError> {
        let place = || self.staging.place(path);
        self.steps.step().about(place())?;
        let mut file = self.staging.create(path).about(place())?;
        self.steps.step().about(place())?;
        file.write_all(text.as_bytes()).about(place())?;
        self.steps.step().about(place())?;
        // What tests write need not outlive a power cut, and waiting for the disk takes most of their time.
        if cfg!(test) { Ok(()) } else { file.sync_all().about(place()) }
    }

    /// Puts a whole site where there is none, or an empty folder: as `name` in `parent`.
    pub(super) fn publish_first(
        &mut self,
        parent: &Folder,
        name: &str,
        manifest: &str,
    ) -> Result<(), CommitError> {
        self.write_durably(&[SITE, "/", MANIFEST].concat(), manifest)?;
        // An empty folder that was there keeps its permissions.
        let output = || parent.place(name);
        if let Some(found) = parent.look(name).about(output())? {
            let site = self.staging.below(SITE).about(self.staging.place(SITE))?;
            site.allow_as(&found).about(self.staging.place(SITE))?;
        }
        self.steps.step().about(output())?;
        self.staging.rename(SITE, parent, name).about(output())
    }

    /// Makes a folder Chancery's own before anything is in it, for where it cannot be replaced as a whole.
    pub(super) fn claim(&mut self, output: &Folder) -> Result<(), CommitError> {
        let staged = [SITE, "/", MANIFEST].concat();
        self.write_durably(&staged, &manifest::text(std::iter::empty()))?;
        let live = output.place(MANIFEST);
        self.steps.step().about(live.clone())?;
        self.staging.rename(&staged, output, MANIFEST).about(live)
    }

    /// Carries out all actions on the output folder, then puts the manifest in place.
    pub(super) fn run(&mut self, output: &Folder, actions: &[Action]) -> Result<(), CommitError> {
        let site = self.staging.below(SITE).about(self.staging.place(SITE))?;
        let output = output.again().about(output.place(""))?;
        let (mut staged, mut live) = (OpenPath::from(site), OpenPath::from(output));
        for action in actions {
            match action {
                Action::Remove(path) => self.remove(&mut live, path)?,
                Action::Clear(path) => self.clear(&mut live, path)?,
                Action::Move(path) => self.move_in(&mut staged, &mut live, path)?,
            }
        }
        let place = live.start().place(MANIFEST);
        self.steps.step().about(place.clone())?;
        self.staging.rename(STAGED_MANIFEST, live.start(), MANIFEST).about(place)
    }

    fn move_in(
        &mut self,
        staged: &mut OpenPath,
        live: &mut OpenPath,
        path: &str,
    ) -> Result<(), CommitError> {
        let place = live.start().place(path);
        let name = path.rsplit('/').next().unwrap_or(path);
        let mut step = || self.steps.step();
        let target = live.to(folder(path), Some(&mut step)).about(place.clone())?;
        self.steps.step().about(place.clone())?;
        // What is not staged any more was moved before a kill.
        let source = match staged.to(folder(path), None) {
            Err(error) if is_absent(&error) => return Ok(()),
            source => source.about(place.clone())?,
        };
        match source.rename(name, target, name) {
            Err(error) if is_absent(&error) && matches!(source.look(name), Ok(None)) => Ok(()),
            moved => moved.about(place),
        }
    }

    fn remove(&mut self, live: &mut OpenPath, path: &str) -> Result<(), CommitError> {
        let place = live.start().place(path);
        let name = path.rsplit('/').next().unwrap_or(path);
        // A link that took the place of the file, or of a folder on the way, is not what Chancery wrote.
        if let Ok(holder) = live.to(folder(path), None)
            && holder.look(name).is_ok_and(|found| found.is_some_and(|found| found.is_file()))
        {
            self.steps.step().about(place.clone())?;
            holder.remove_file(name).about(place)?;
        }
        let mut emptied = folder(path);
        while !emptied.is_empty() {
            let name = emptied.rsplit('/').next().unwrap_or(emptied);
            if let Ok(holder) = live.to(folder(emptied), None) {
                self.steps.step().about(holder.place(name))?;
                match holder.remove_folder(name) {
                    Ok(()) => {}
                    Err(error) if is_absent(&error) => {}
                    // It holds something else still. A folder that cannot be removed does no harm.
                    Err(_) => break,
                }
            }
            emptied = folder(emptied);
        }
        Ok(())
    }

    fn clear(&mut self, live: &mut OpenPath, path: &str) -> Result<(), CommitError> {
        let Ok(holder) = live.to(folder(path), None) else { return Ok(()) };
        let name = path.rsplit('/').next().unwrap_or(path);
        match holder.look(name) {
            Ok(Some(found)) if found.is_dir() => self.clear_folder(holder, name),
            _ => Ok(()),
        }
    }

    /// Removes a folder that holds nothing but folders.
    fn clear_folder(&mut self, holder: &Folder, name: &str) -> Result<(), CommitError> {
        let place = holder.place(name);
        let inner = holder.below(name).about(place.clone())?;
        for entry in inner.names().about(place.clone())? {
            if inner.look(&entry).is_ok_and(|found| found.is_some_and(|found| found.is_dir())) {
                self.clear_folder(&inner, &entry)?;
            }
        }
        drop(inner);
        self.steps.step().about(place)?;
        // One that is not empty makes the move fail, which names it.
        let _ = holder.remove_folder(name);
        Ok(())
    }
}

/// Whether all folders that hold a path are real ones, so that using it leads nowhere else.
pub(super) fn is_reachable(output: &Path, path: &str) -> bool {
    folders(path)
        .all(|folder| fs::symlink_metadata(output.join(folder)).is_ok_and(|found| found.is_dir()))
}
