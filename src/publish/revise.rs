//! Changing the site's own files, all of them or none, for the commands that edit on an author's behalf.
//!
//! What the files hold is first copied to a staging folder in the site, with a journal of what will be done. A run that
//! fails undoes what it did, and one that is killed leaves that to the next command. The change is done when the journal
//! is gone. Undoing touches only what still holds what was written: what an author has saved meanwhile stays.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use super::claim::Claim;
use super::folder::Folder;
use super::lock::Lock;
use super::path::{LOCK_SUFFIX, STAGING_SUFFIX, folder, folders};
use super::steps::Steps;
use super::{is_absent, not_ours, unwritable};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{CONFIG, FOLDERS, LOG};

/// The journal, in the staging folder.
const JOURNAL: &str = "journal";
/// The folder of the texts as they were, by number, in the staging folder.
const OLD: &str = "old";

/// A change to one file.
#[derive(Clone, Debug)]
pub(crate) struct Revision {
    /// The file's name below the site's root.
    pub file: Arc<str>,
    /// What it holds now. A file that holds anything else is not changed, nor any other.
    pub old: Arc<str>,
    /// What it is to hold.
    pub new: String,
}

/// What a command found interrupted, and undid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Undone {
    /// What was interrupted, such as `rename actor us states/us`; empty if nothing had to be undone.
    what: String,
    /// Files that were saved or removed meanwhile, and left as they are.
    kept: Vec<String>,
}

impl fmt::Display for Undone {
    /// In a line, and one for what was kept.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.what.as_str() {
            "" => writeln!(
                f,
                "what an interrupted command had left was removed; no file was half changed"
            )?,
            what => writeln!(f, "`{what}` was interrupted, and has been undone; run it again")?,
        }
        if self.kept.is_empty() {
            return Ok(());
        }
        let kept: Vec<String> = self.kept.iter().map(|file| format!("`{file}`")).collect();
        let kept = kept.join(", ");
        writeln!(f, "warning: left as they are, as they were saved or removed meanwhile: {kept}")
    }
}

/// What is done to the site's files, by their real names below the root.
#[derive(Debug, Serialize, Deserialize)]
struct Journal {
    /// The command.
    what: String,
    files: Vec<JournalEntry>,
    moved: Option<Moved>,
}

/// A file that is changed, and the hashes of what it holds before and after.
#[derive(Debug, Serialize, Deserialize)]
struct JournalEntry {
    file: String,
    old: String,
    new: String,
}

/// A file or folder that is moved after all texts are changed.
#[derive(Debug, Serialize, Deserialize)]
struct Moved {
    from: String,
    to: String,
    /// Folders that are made for it, the outermost first.
    made: Vec<String>,
}

impl Moved {
    /// Where a file is once this is moved; `None` if that does not move it.
    fn carried(&self, file: &str) -> Option<String> {
        let rest = file.strip_prefix(&self.from)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| format!("{}{rest}", self.to))
    }
}

/// Changes files, and then moves a file or folder, which has to be no link. `what` is the command, for whoever undoes
/// it; `state` is Chancery's folder in the user's state, without which a kill cannot be undone.
///
/// Errors: a file was changed by somebody else meanwhile, leads out of the site's folders or cannot be written, or
/// there is something where the moved file is to go. Everything is then as it was.
pub(crate) fn revise(
    root: &Path,
    state: Option<&Path>,
    what: &str,
    revisions: &[Revision],
    moved: Option<(&str, &str)>,
) -> Result<(), Diagnostic> {
    revise_in(root, state, what, revisions, moved, Steps::default())
}

fn revise_in(
    root: &Path,
    state: Option<&Path>,
    what: &str,
    revisions: &[Revision],
    moved: Option<(&str, &str)>,
    steps: Steps,
) -> Result<(), Diagnostic> {
    if revisions.is_empty() && moved.is_none() {
        return Ok(());
    }
    let site = open(root)?;
    let _lock = lock(&site)?;
    let mut by_place: BTreeMap<String, &Revision> = BTreeMap::new();
    for revision in revisions {
        let file = place_of(&site, &revision.file)?;
        let now = site.read(&file).map_err(|error| unwritable(&site.place(&file), &error))?;
        if now.as_deref() != Some(revision.old.as_bytes()) {
            let message = format!("`{}` was changed meanwhile; nothing was done", revision.file);
            return Err(refused(message));
        }
        if let Some(other) = by_place.insert(file, revision)
            && other.new != revision.new
        {
            let (a, b) = (&other.file, &revision.file);
            let message = format!("`{a}` and `{b}` are one file; nothing was done");
            return Err(refused(message).help("make one of them a file of its own"));
        }
    }
    let moved = moved.map(|(from, to)| moving(&site, from, to)).transpose()?;
    let entry = |(file, revision): (&String, &&Revision)| JournalEntry {
        file: file.clone(),
        old: digest(revision.old.as_bytes()),
        new: digest(revision.new.as_bytes()),
    };
    let files = by_place.iter().map(entry).collect();
    let journal = Journal { what: what.to_owned(), files, moved };
    let failed = |error: io::Error| unwritable(&site.place(STAGING_SUFFIX), &error);
    let claim = Claim::make(state, &site, STAGING_SUFFIX).map_err(failed)?;
    let mut work = Revising { site: &site, claim, journal, steps };
    let texts: Vec<&Revision> = by_place.into_values().collect();
    let done = work.stage(&texts).and_then(|()| work.run(&texts));
    match done {
        Ok(()) => {
            // The next command removes what is left.
            let _ = work.claim.remove();
            Ok(())
        }
        // Left as a kill would leave it.
        Err((place, error)) if work.steps.counted() => Err(unwritable(&site.place(&place), &error)),
        Err((place, error)) => {
            let undone = work.undo();
            let error = unwritable(&site.place(&place), &error);
            Err(match undone {
                Ok(_) => error.help("nothing was changed; mend that, and try again"),
                Err((place, why)) => error.help(format!(
                    "what was done could not be undone, as `{place}` cannot be written: {why}; the next command tries again"
                )),
            })
        }
    }
}

/// Undoes what a killed command has left of [`revise`]; `None` when there is nothing. `state` as there.
///
/// Errors: it is not certain that this user's Chancery left it, another command is at work, or the file system.
pub(crate) fn recover(root: &Path, state: Option<&Path>) -> Result<Option<Undone>, Diagnostic> {
    recover_in(root, state, Steps::default())
}

fn recover_in(
    root: &Path,
    state: Option<&Path>,
    steps: Steps,
) -> Result<Option<Undone>, Diagnostic> {
    // That there is no site, the command says.
    let Ok(site) = open(root) else { return Ok(None) };
    let place = site.place(STAGING_SUFFIX);
    if site.look(STAGING_SUFFIX).map_err(|error| unwritable(&place, &error))?.is_none() {
        return Ok(None);
    }
    let _lock = lock(&site)?;
    let Some(mut claim) = Claim::find(state, &site, STAGING_SUFFIX)? else { return Ok(None) };
    let text = claim.folder.read(JOURNAL).map_err(|error| unwritable(&place, &error))?;
    // A journal that is not whole was not followed yet.
    let Some(journal) = text.and_then(|text| serde_json::from_slice::<Journal>(&text).ok()) else {
        claim.remove().map_err(|error| unwritable(&place, &error))?;
        return Ok(Some(Undone::default()));
    };
    let moved = journal.moved.iter().flat_map(|m| m.made.iter().chain([&m.from, &m.to]));
    let named = journal.files.iter().map(|entry| &entry.file).chain(moved);
    if let Some(path) = named.into_iter().find(|path| !is_of_site(path)) {
        return Err(not_ours(format!(
            "the journal in `{}` would touch `{path}`, which is no file of the site",
            place.display()
        ))
        .help("nothing was done; remove the folder, and try again"));
    }
    let mut work = Revising { site: &site, claim, journal, steps };
    let kept = work.undo().map_err(|(place, error)| unwritable(&site.place(&place), &error))?;
    Ok(Some(Undone { what: work.journal.what, kept }))
}

/// A path below the root, and what is wrong with it.
type StepError = (String, io::Error);

struct Revising<'a> {
    site: &'a Folder,
    claim: Claim,
    journal: Journal,
    steps: Steps,
}

impl Revising<'_> {
    fn step(&mut self, about: &str) -> Result<(), StepError> {
        self.steps.step().map_err(|error| (about.to_owned(), error))
    }

    /// Puts the old texts and the journal into the staging folder.
    fn stage(&mut self, texts: &[&Revision]) -> Result<(), StepError> {
        let at = |error: io::Error| (STAGING_SUFFIX.to_owned(), error);
        self.step(STAGING_SUFFIX)?;
        let old = self.claim.folder.make_below(OLD).map_err(at)?;
        for (number, revision) in texts.iter().enumerate() {
            self.step(STAGING_SUFFIX)?;
            let mut file = old.create(&number.to_string()).map_err(at)?;
            file.write_all(revision.old.as_bytes()).and_then(|()| durable(&file)).map_err(at)?;
        }
        old.sync();
        let text = serde_json::to_vec(&self.journal).map_err(|error| at(error.into()))?;
        self.step(STAGING_SUFFIX)?;
        let mut file = self.claim.folder.create(JOURNAL).map_err(at)?;
        self.step(STAGING_SUFFIX)?;
        file.write_all(&text).and_then(|()| durable(&file)).map_err(at)?;
        self.claim.sync();
        Ok(())
    }

    /// Does what the journal says.
    fn run(&mut self, texts: &[&Revision]) -> Result<(), StepError> {
        for (number, revision) in texts.iter().enumerate() {
            let Some(JournalEntry { file, old, .. }) = self.journal.files.get(number) else {
                continue;
            };
            let (file, old) = (file.clone(), old.clone());
            self.write(number, &file, &old, revision.new.as_bytes())?;
        }
        if let Some(Moved { from, to, made }) = &self.journal.moved {
            let (from, to, made) = (from.clone(), to.clone(), made.clone());
            for folder in made {
                self.step(&folder)?;
                self.site.make_below(&folder).map_err(|error| (folder, error))?;
            }
            self.step(&to)?;
            self.carry(&from, &to).map_err(|error| (to.clone(), error))?;
        }
        self.sync();
        self.step(STAGING_SUFFIX)?;
        let done = self.claim.folder.remove_file(JOURNAL);
        done.map_err(|error| (STAGING_SUFFIX.to_owned(), error))?;
        if let Some(Moved { from, .. }) = &self.journal.moved {
            // A folder that has become empty, but for those of the kinds, has no purpose any more.
            let emptied: Vec<&str> = folders(from).skip(2).collect();
            let _ = emptied.iter().rev().try_for_each(|folder| self.site.remove_folder(folder));
        }
        Ok(())
    }

    /// Goes back to where the journal began, as far as nobody has saved anything meanwhile, and removes the staging
    /// folder. Returns what was left as it is.
    fn undo(&mut self) -> Result<Vec<String>, StepError> {
        let mut kept = Vec::new();
        let mut stays = None;
        if let Some(Moved { from, to, made }) = &self.journal.moved {
            let (from, to, made) = (from.clone(), to.clone(), made.clone());
            let at = |error: io::Error| (to.clone(), error);
            let is_there = |path: &str| self.site.look(path).map(|found| found.is_some());
            if is_there(&to).map_err(at)? && !is_there(&from).map_err(at)? {
                stays = self.saved_since(&from);
                if stays.is_none() {
                    self.step(&from)?;
                    self.carry(&to, &from).map_err(at)?;
                }
            }
            for folder in made.iter().rev() {
                self.step(folder)?;
                // One that is not empty any more holds what somebody else put there.
                if self.site.remove_folder(folder).is_err() {
                    break;
                }
            }
        }
        kept.extend(stays.iter().cloned());
        for number in 0..self.journal.files.len() {
            let Some(JournalEntry { file, old, new }) = self.journal.files.get(number) else {
                continue;
            };
            let (file, old, new) = (file.clone(), old.clone(), new.clone());
            let at = |error: io::Error| (file.clone(), error);
            // Where it was moved to and saved, it stays.
            let moved = self.journal.moved.as_ref();
            if stays.is_some() && moved.is_some_and(|moved| moved.carried(&file).is_some()) {
                continue;
            }
            let staged = self.staged(number, &file);
            if self.site.look(&staged).map_err(at)?.is_some() {
                self.step(&file)?;
                self.site.remove_file(&staged).map_err(at)?;
            }
            let now = self.site.read(&file).ok().flatten().map(|bytes| digest(&bytes));
            if now.as_ref() == Some(&new) {
                let before = self.claim.folder.read(&format!("{OLD}/{number}")).map_err(at)?;
                let before = before.filter(|before| digest(before) == old);
                let before = before.ok_or_else(|| at(io::ErrorKind::NotFound.into()))?;
                self.write(number, &file, &new, &before)?;
            } else if now.as_ref() != Some(&old) {
                kept.push(file);
            }
        }
        self.sync();
        self.step(STAGING_SUFFIX)?;
        let at = |error: io::Error| (STAGING_SUFFIX.to_owned(), error);
        // It may not have been written yet.
        match self.claim.folder.remove_file(JOURNAL) {
            Err(error) if !is_absent(&error) => return Err(at(error)),
            _ => {}
        }
        self.claim.remove().map_err(at)?;
        Ok(kept)
    }

    /// The file of what was moved that holds anything but what was written.
    fn saved_since(&self, from: &str) -> Option<String> {
        let moved = self.journal.moved.as_ref().filter(|moved| moved.from == from)?;
        self.journal.files.iter().find_map(|entry| {
            let file = moved.carried(&entry.file)?;
            let now = self.site.read(&file).ok().flatten().map(|bytes| digest(&bytes));
            let known = now.is_some_and(|now| now == entry.new || now == entry.old);
            (!known).then_some(file)
        })
    }

    /// Moves a file or folder to where nothing is.
    fn carry(&self, from: &str, to: &str) -> io::Result<()> {
        let target = self.site.make_below(folder(to))?;
        let name = to.rsplit('/').next().unwrap_or(to);
        if target.look(name)?.is_some() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.site.rename(from, &target, name)
    }

    /// Where the text of a file is until it takes the file's place: a name that nobody could know before.
    fn staged(&self, number: usize, file: &str) -> String {
        let name = format!(".chancery-{}-{number}", self.claim.token());
        match folder(file) {
            "" => name,
            folder => format!("{folder}/{name}"),
        }
    }

    /// Replaces what a file holds, by rename, so that nobody reads half of it; it has to hold `expected` until then.
    fn write(
        &mut self,
        number: usize,
        file: &str,
        expected: &str,
        text: &[u8],
    ) -> Result<(), StepError> {
        let at = |error: io::Error| (file.to_owned(), error);
        let staged = self.staged(number, file);
        let holder = self.site.below(folder(file)).map_err(at)?;
        let last = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let (name, staged) = (last(file), last(&staged));
        let gone = || at(io::ErrorKind::NotFound.into());
        let found = holder.open_file(&name).map_err(at)?.ok_or_else(gone)?;
        let found = found.metadata().map_err(at)?;
        self.step(file)?;
        let mut new = holder.create_like(&staged, &found).map_err(at)?;
        self.step(file)?;
        new.write_all(text).and_then(|()| durable(&new)).map_err(at)?;
        let now = holder.read(&name).map_err(at)?.ok_or_else(gone)?;
        if digest(&now) != expected {
            return Err(at(io::Error::other("somebody has saved it meanwhile")));
        }
        self.step(file)?;
        holder.rename(&staged, &holder, &name).map_err(at)
    }

    /// Makes durable what has been renamed.
    fn sync(&self) {
        let moved = self.journal.moved.iter().flat_map(|m| [folder(&m.from), folder(&m.to)]);
        let touched = self.journal.files.iter().map(|entry| folder(&entry.file));
        for folder in touched.chain(moved).collect::<BTreeSet<_>>() {
            if let Ok(folder) = self.site.below(folder) {
                folder.sync();
            }
        }
    }
}

/// The site's folder, without links.
fn open(root: &Path) -> Result<Folder, Diagnostic> {
    let real = fs::canonicalize(root).and_then(|real| Folder::open(&real));
    real.map_err(|error| unwritable(root, &error))
}

fn lock(site: &Folder) -> Result<Lock, Diagnostic> {
    Lock::take(site, LOCK_SUFFIX, || {
        let place = site.place("");
        let message = format!("another command is changing the files of `{}`", place.display());
        Diagnostic::new(Code::Locked, message)
    })
}

/// The real name below the root of a file of the site. A link is followed if it leads to a file of the site that
/// is not hidden; else it is an error.
fn place_of(site: &Folder, file: &str) -> Result<String, Diagnostic> {
    let real = fs::canonicalize(site.place(file))
        .map_err(|error| unwritable(&site.place(file), &error))?;
    let below = real.strip_prefix(site.place("")).ok();
    let parts: Option<Vec<&str>> =
        below.map(|below| below.iter().map(|part| part.to_str()).collect()).unwrap_or_default();
    let name = parts.map(|parts| parts.join("/")).filter(|name| is_of_site(name));
    name.ok_or_else(|| {
        refused(format!(
            "`{file}` leads to `{}`, which is no file of the site's folders; nothing was done",
            real.display()
        ))
        .help(format!(
            "links are followed to what is not hidden in {}; put the file itself there",
            FOLDERS.map(|folder| format!("`{folder}`")).join(", ")
        ))
    })
}

/// Where something is moved from and to, by real names.
fn moving(site: &Folder, from: &str, to: &str) -> Result<Moved, Diagnostic> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let looked = |path: &str| {
        let found = fs::symlink_metadata(site.place(path));
        found.map(Some).or_else(|error| match is_absent(&error) {
            true => Ok(None),
            false => Err(unwritable(&site.place(path), &error)),
        })
    };
    if looked(from)?.is_some_and(|found| found.is_symlink()) {
        let message = format!("`{from}` is a link, which is not moved; nothing was done");
        return Err(refused(message).help("put the file itself there"));
    }
    if looked(to)?.is_some() {
        let place = site.place(to);
        let message = format!("there is a `{}` already; nothing was done", place.display());
        return Err(refused(message));
    }
    let mut there = folder(to);
    while looked(there)?.is_none() {
        there = folder(there);
    }
    let real = place_of(site, there)?;
    let rest = to.strip_prefix(there).unwrap_or(to);
    let to = format!("{real}{rest}");
    let made = folders(&to).filter(|folder| folder.len() > real.len()).map(str::to_owned);
    let made = made.collect();
    let from = format!("{}/{}", place_of(site, folder(from))?, name(from));
    Ok(Moved { from, to, made })
}

/// Whether a path is one that a site's file may have: `site.toml`, the record of judgements, or below a folder of the site with no hidden
/// part.
fn is_of_site(path: &str) -> bool {
    let sound = |part: &str| !part.is_empty() && !part.starts_with('.');
    let first = path.split('/').next().unwrap_or_default();
    [CONFIG, LOG].contains(&path) || (FOLDERS.contains(&first) && path.split('/').all(sound))
}

fn refused(message: String) -> Diagnostic {
    Diagnostic::new(Code::Unwritable, message)
}

fn digest(bytes: &[u8]) -> String {
    format!("{:032x}", xxh3_128(bytes))
}

/// Waits until a file has reached the disk; what tests write need not outlive a power cut.
fn durable(file: &fs::File) -> io::Result<()> {
    if cfg!(test) { Ok(()) } else { file.sync_all() }
}

#[cfg(test)]
mod tests;
