//! The only writer: a site appears as a whole or not at all.
//!
//! Whatever is written, moved or removed is reached through a folder that is held open, and never through a link
//! (`folder`). Files are staged in a folder beside the output (inside it, where it is a mount) and moved in by rename when the build has succeeded,
//! only those that changed. What the previous build wrote and this one did not is removed. Nothing else
//! in the output is touched: the manifest in it says what is Chancery's own.
#![allow(clippy::disallowed_methods, reason = "this room is the one that writes")]
#![allow(
    clippy::result_large_err,
    reason = "an error ends the build; its size costs nothing before"
)]

pub(crate) mod cache;
mod claim;
mod commit;
mod fingerprint;
mod folder;
mod lock;
mod manifest;
mod path;
mod revise;
mod stage;
mod steps;

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use rayon::prelude::*;
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use crate::diagnostic::{Code, Diagnostic};
use claim::Claim;
use commit::{JOURNAL, Mover, SITE, STAGED_MANIFEST};
pub(crate) use fingerprint::{FilesDigest, Fingerprint, OutputState};
use folder::Folder;
use lock::Lock;
use manifest::{Fault, FileContent, Manifest};
pub(crate) use path::OutputPath;
use path::{LOCK_SUFFIX, MANIFEST, STAGING_SUFFIX};
pub(crate) use revise::{Revision, recover, revise};
use stage::Stage;

/// How much of a file is in memory while it is copied or compared, in bytes.
const CHUNK: usize = 64 * 1024;

/// What a commit did, in files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// New or changed.
    pub written: usize,
    /// The same as before, and not touched.
    pub unchanged: usize,
    /// Of the previous build and no longer made.
    pub removed: usize,
    /// The size of the whole site in bytes, without the manifest.
    pub bytes: u64,
}

/// What a commit did, file by file.
#[derive(Debug)]
pub(crate) struct Committed {
    /// In numbers.
    pub report: Report,
    /// The files that are new or changed, by path.
    pub written: Vec<Box<str>>,
    /// The files of the previous build that are gone, by path.
    pub removed: Vec<Box<str>>,
    /// How the site looks then, if that is known without looking at each file.
    pub left: Option<OutputState>,
}

/// One build's hold on an output folder.
///
/// Files are written from many threads, then [`Publisher::commit`] publishes them all. A publisher that is
/// dropped before leaves the site as it was.
#[derive(Debug)]
pub(crate) struct Publisher {
    output: PathBuf,
    /// What holds the output folder, and the name of that in it.
    parent: Folder,
    name: String,
    /// The staging folder; `None` when it is left to the next build, as a commit was interrupted.
    claim: Option<Claim>,
    /// Where the staging folder is.
    staging: PathBuf,
    stage: Stage,
    /// Whether there is no site yet.
    first: bool,
    /// Whether the staging folder is inside the output: a mounted folder cannot be replaced, nor files be
    /// renamed into it from beside it.
    in_place: bool,
    previous: Manifest,
    /// Every file of this build that is written, in the order in which they were.
    made: Mutex<Vec<(Box<str>, MadeFile)>>,
    /// A file that could not be written.
    broken: OnceLock<Box<str>>,
    /// Folders of the output: whether they are real ones.
    live_folders: Mutex<HashMap<Box<str>, bool>>,
    #[cfg(test)]
    steps_left: Option<usize>,
    /// Held until everything else is done.
    _lock: Lock,
}

const ANOTHER_OUTPUT: &str = "choose a folder that holds nothing else, such as `public`";

/// A file of this build.
#[derive(Clone, Copy, Debug)]
struct MadeFile {
    content: FileContent,
    /// Whether it has to be moved in; otherwise the output has it already.
    staged: bool,
    /// How it looks, if that is known before it is published.
    look: Option<u64>,
}

impl Publisher {
    /// Takes hold of an output folder, which need not exist.
    ///
    /// `root` is the site and `sources` what it is made of; the output may not hold the site, nor be, hold or
    /// lie in a source. What a killed build left is put right first, if `state`, Chancery's folder in the user's state,
    /// tells that it was this user's: without one it is refused.
    pub(crate) fn open(
        output: &Path,
        root: &Path,
        sources: &[PathBuf],
        state: Option<&Path>,
    ) -> Result<Publisher, Diagnostic> {
        let real = resolve(output).map_err(|error| unwritable(output, &error))?;
        let in_place = is_mount_point(&real);
        Self::hold(output, real, in_place, (root, sources), state)
    }

    fn hold(
        asked: &Path,
        output: PathBuf,
        in_place: bool,
        (root, sources): (&Path, &[PathBuf]),
        state: Option<&Path>,
    ) -> Result<Publisher, Diagnostic> {
        let (Some(holder), Some(name)) = (output.parent(), output.file_name()) else {
            return Err(not_ours(format!("`{}` cannot be an output folder", asked.display()))
                .help(ANOTHER_OUTPUT));
        };
        let Some(name) = name.to_str().map(str::to_owned) else {
            return Err(not_ours(format!("the name of `{}` is not UTF-8", asked.display()))
                .help(ANOTHER_OUTPUT));
        };
        refuse_sources(&output, root, sources)?;
        let parent = match fs::metadata(&output) {
            Ok(found) if !found.is_dir() => {
                return Err(not_ours(format!("`{}` is not a folder", output.display()))
                    .help(ANOTHER_OUTPUT));
            }
            _ => Folder::open_or_make(holder).map_err(|error| unwritable(holder, &error))?,
        };
        let lock = Lock::take(&parent, &beside(&name, LOCK_SUFFIX), || {
            Diagnostic::new(
                Code::Locked,
                format!("another build is writing to `{}`", asked.display()),
            )
            .help("wait until it is done, or write to another folder with `--output DIR`")
        })?;
        let failed = |error: io::Error| unwritable(&output, &error);
        let live = match parent.look(&name).map_err(failed)? {
            Some(_) => Some(parent.below(&name).map_err(failed)?),
            None => None,
        };
        let (outer, staging) = match (&live, in_place) {
            (Some(live), true) => (live.again().map_err(failed)?, STAGING_SUFFIX.to_owned()),
            _ => (parent.again().map_err(failed)?, beside(&name, STAGING_SUFFIX)),
        };
        heal(live.as_ref(), &outer, &staging, state)?;
        let previous = live.as_ref().map(read_manifest).transpose()?.flatten();
        if previous.is_none() && !is_empty(&output).map_err(failed)? {
            return Err(not_ours(format!(
                "`{}` is not empty, and Chancery did not make it",
                output.display()
            ))
            .help("empty it, if nothing in it is needed, or choose another folder"));
        }
        let failed = |error: io::Error| unwritable(&outer.place(&staging), &error);
        let mut claim = Claim::make(state, &outer, &staging).map_err(failed)?;
        let stage = claim.folder.make_below(SITE).and_then(|site| Stage::open(&site));
        let stage = stage.map_err(|error| {
            // The error that is told is the first.
            let _ = claim.remove();
            failed(error)
        })?;
        Ok(Publisher {
            output,
            parent,
            name,
            staging: claim.place(),
            claim: Some(claim),
            stage,
            first: previous.is_none(),
            in_place,
            previous: previous.unwrap_or_default(),
            made: Mutex::default(),
            broken: OnceLock::new(),
            live_folders: Mutex::default(),
            #[cfg(test)]
            steps_left: None,
            _lock: lock,
        })
    }

    /// Writes a file of the site. That a path is written twice is told here or when all are published.
    pub(crate) fn write(&self, path: &OutputPath, bytes: &[u8]) -> Result<(), Diagnostic> {
        self.note(path, self.write_file(path, bytes))
    }

    /// Copies a file into the site, a piece at a time.
    pub(crate) fn copy(&self, path: &OutputPath, source: &Path) -> Result<(), Diagnostic> {
        self.note(path, self.copy_file(path, source))
    }

    fn write_file(&self, path: &OutputPath, bytes: &[u8]) -> Result<MadeFile, Diagnostic> {
        let content = FileContent { hash: xxh3_128(bytes).to_be_bytes(), size: bytes.len() as u64 };
        // When the manifest has another hash, there is no need to look at the file itself.
        let expected = self.previous.get(path.as_str()).is_none_or(|before| *before == content);
        // The file is compared, not its size and time: one that was edited by hand has to be put right.
        let same = expected
            && self
                .open_live(path, content.size)
                .is_some_and(|live| equal(live, bytes, content.size, |_| {}).unwrap_or(false));
        let mut look = None;
        if !same {
            let mut file = self.stage(path)?;
            file.write_all(bytes).map_err(|error| self.unwritable(path, &error))?;
            look = self.look(path, &file);
        }
        Ok(MadeFile { content, staged: !same, look })
    }

    fn copy_file(&self, path: &OutputPath, source: &Path) -> Result<MadeFile, Diagnostic> {
        let unreadable = |error: io::Error| unreadable(source, &error);
        let open = || File::open(source).map_err(unreadable);
        let mut from = open()?;
        let size = from.metadata().map_err(unreadable)?.len();
        if let Some(live) = self.open_live(path, size) {
            let mut hasher = Xxh3::new();
            let same = equal(live, &mut from, size, |piece| {
                hasher.update(piece);
            });
            if same.unwrap_or(false) {
                let content = FileContent { hash: hasher.digest128().to_be_bytes(), size };
                return Ok(MadeFile { content, staged: false, look: None });
            }
            from = open()?;
        }
        let mut file = self.stage(path)?;
        let mut hasher = Xxh3::new();
        let mut copied = 0;
        let mut buffer = vec![0; CHUNK];
        loop {
            let read = fill(&mut from, &mut buffer).map_err(unreadable)?;
            let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else { break };
            hasher.update(piece);
            copied += piece.len() as u64;
            file.write_all(piece).map_err(|error| self.unwritable(path, &error))?;
        }
        let content = FileContent { hash: hasher.digest128().to_be_bytes(), size: copied };
        Ok(MadeFile { content, staged: true, look: self.look(path, &file) })
    }

    /// Notes a file of this build, or that it is none.
    fn note(
        &self,
        path: &OutputPath,
        made: Result<MadeFile, Diagnostic>,
    ) -> Result<(), Diagnostic> {
        match made {
            Ok(made) => locked(&self.made).push((path.as_str().into(), made)),
            Err(diagnostic) => {
                self.broken.get_or_init(|| path.as_str().into());
                return Err(diagnostic);
            }
        }
        Ok(())
    }

    /// Publishes everything that was written, and removes what the previous build wrote and this one did not.
    pub(crate) fn commit(mut self) -> Result<Committed, Diagnostic> {
        if let Some(path) = self.broken.get() {
            return Err(Diagnostic::new(
                Code::Unwritable,
                format!("`{path}` was not written, so nothing is published"),
            )
            .help("what is there stays as it was; the errors before this one say why"));
        }
        let mut made = std::mem::take(self.made.get_mut().unwrap_or_else(PoisonError::into_inner));
        made.par_sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let same = made.windows(2).find_map(|pair| match pair {
            [(one, _), (other, _)] if one == other => Some(one),
            _ => None,
        });
        if let Some(path) = same {
            return Err(Diagnostic::new(
                Code::Collision,
                format!("`{path}` would be written twice in one build"),
            ));
        }
        let made: BTreeMap<_, _> = made.into_iter().collect();
        let written = made.values().filter(|file| file.staged).count();
        let report = Report {
            written,
            unchanged: made.len() - written,
            removed: self.previous.keys().filter(|path| !made.contains_key(*path)).count(),
            bytes: made.values().map(|file| file.content.size).sum(),
        };
        let manifest = manifest::text(made.iter().map(|(path, made)| (&**path, made.content)));
        let mut left = None;
        let unheld = |error: io::Error| unwritable(&self.output, &error);
        // From here on, what is not finished is left to the next build, unless nothing was moved.
        let Some(mut claim) = self.claim.take() else {
            return Err(unheld(io::ErrorKind::NotFound.into()));
        };
        let mut mover = Mover::new(&claim.folder);
        #[cfg(test)]
        {
            mover.steps.left = self.steps_left;
        }
        let mut begun = false;
        let done: Result<(), Diagnostic> = (|| {
            if self.first && !self.in_place {
                mover.publish_first(&self.parent, &self.name, &manifest)?;
                self.parent.sync();
                left = OutputState::of(&self.output, made.values().map(|file| file.look));
                return Ok(());
            }
            let actions = commit::plan(&self.output, &self.previous, &made)?;
            let output = self.parent.below(&self.name).map_err(unheld)?;
            let before = self.previous.iter().map(|(path, content)| (&**path, *content));
            if self.first {
                mover.claim(&output)?;
            }
            if actions.is_empty() && manifest == manifest::text(before) {
                return Ok(());
            }
            mover.write_durably(STAGED_MANIFEST, &manifest)?;
            mover.write_durably(JOURNAL, &commit::journal(&actions))?;
            claim.sync();
            // From here on, going forward is the only way to a whole site.
            begun = true;
            mover.run(&output, &actions).map_err(|failure| {
                Diagnostic::from(failure)
                    .help("some files are in place already; the next build finishes this one first")
            })?;
            output.sync();
            Ok(())
        })();
        let stopped = mover.steps.counted();
        let undone = begun && done.is_err();
        if !stopped && !undone {
            // What is left behind is removed by the next build.
            let _ = claim.remove();
        }
        done?;
        let removed =
            self.previous.keys().filter(|path| !made.contains_key(*path)).cloned().collect();
        let written = made.into_iter().filter(|(_, file)| file.staged).map(|(path, _)| path);
        Ok(Committed { report, written: written.collect(), removed, left })
    }

    /// The published file at a path, if it is a real file of that size.
    fn open_live(&self, path: &OutputPath, size: u64) -> Option<File> {
        if self.first || !self.is_live_folder(path.as_str()) {
            return None;
        }
        let live = self.output.join(path.as_str());
        let found = fs::symlink_metadata(&live).ok()?;
        if found.is_file() && found.len() == size { File::open(&live).ok() } else { None }
    }

    /// Whether the folder of a path is in the output, and not through a link.
    fn is_live_folder(&self, path: &str) -> bool {
        let folder = path::folder(path);
        let known = locked(&self.live_folders).get(folder).copied();
        known.unwrap_or_else(|| {
            let real = folder.is_empty()
                || (commit::is_reachable(&self.output, folder)
                    && fs::symlink_metadata(self.output.join(folder))
                        .is_ok_and(|found| found.is_dir()));
            locked(&self.live_folders).insert(folder.into(), real);
            real
        })
    }

    /// A new file in the staging folder.
    fn stage(&self, path: &OutputPath) -> Result<File, Diagnostic> {
        self.stage.create(path.as_str()).map_err(|error| match error.kind() {
            io::ErrorKind::NotADirectory
            | io::ErrorKind::AlreadyExists
            | io::ErrorKind::IsADirectory => Diagnostic::new(
                Code::Collision,
                format!("`{path}` or one of its folders would be both a file and a folder"),
            ),
            _ => self.unwritable(path, &error),
        })
    }

    /// How a file looks that was just written, if it will look the same when it is published: the folder of a first
    /// build is renamed, which is no change of the files in it.
    fn look(&self, path: &OutputPath, file: &File) -> Option<u64> {
        if !self.first || self.in_place {
            return None;
        }
        fingerprint::look_of(path.as_str(), &file.metadata().ok()?)
    }

    fn unwritable(&self, path: &OutputPath, error: &io::Error) -> Diagnostic {
        unwritable(&self.staging.join(SITE).join(path.as_str()), error)
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        if let Some(claim) = &mut self.claim {
            // What is left behind is removed by the next build.
            let _ = claim.remove();
        }
    }
}

/// Writes a new file below the folder `root`, and the folders on its way. Fails when there is anything at that path
/// already, or a link on the way; the error names it.
pub(crate) fn write_new(root: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    let (holder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let holder = Folder::open_or_make(root)?.make_below(holder)?;
    let mut file = holder.create(name)?;
    file.write_all(bytes).inspect_err(|_| {
        // Half a file is worse than none, and would be in the way of the next attempt.
        let _ = holder.remove_file(name);
    })
}

/// Writes a file below the folder `root`, and the folders on its way; one that is there is replaced, whole. Fails when there is
/// a link on the way; the error names it.
pub(crate) fn write_over(root: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    let (holder, name) = path.rsplit_once('/').unwrap_or(("", path));
    Folder::open_or_make(root)?.make_below(holder)?.put(name, bytes)
}

/// Puts right what a killed build left: a commit that had begun is finished, anything else is dropped.
fn heal(
    output: Option<&Folder>,
    outer: &Folder,
    staging: &str,
    state: Option<&Path>,
) -> Result<(), Diagnostic> {
    let Some(mut claim) = Claim::find(state, outer, staging)? else { return Ok(()) };
    let place = claim.place();
    let failed = |error: io::Error| unwritable(&place, &error);
    let journal = claim.folder.read(JOURNAL).map_err(failed)?;
    let journal = journal.and_then(|bytes| String::from_utf8(bytes).ok());
    // Without the staged manifest the commit was done; without the published one, the site was removed since.
    let staged = manifest::read_at(&claim.folder, STAGED_MANIFEST).ok().flatten();
    let previous = output.map(read_manifest).transpose()?.flatten();
    if let (Some(actions), Some(staged), Some(previous), Some(output)) =
        (journal.and_then(|text| commit::parse_journal(&text)), staged, previous, output)
    {
        if let Some(path) = commit::beyond(&actions, &previous, &staged) {
            return Err(not_ours(format!(
                "the journal in `{}` would touch `{path}`, which no manifest names",
                claim.place().display()
            ))
            .help("nothing was done; remove the folder, and build again"));
        }
        Mover::new(&claim.folder).run(output, &actions)?;
    }
    claim.remove().map_err(failed)
}

fn read_manifest(output: &Folder) -> Result<Option<Manifest>, Diagnostic> {
    manifest::read(output).map_err(|fault| {
        let path = output.place(MANIFEST);
        match fault {
            Fault::Io(error) => unwritable(&path, &error),
            Fault::Format(reason) => {
                not_ours(format!("`{}` cannot be used: {reason}", path.display()))
                    .help("remove the output folder, or choose another")
            }
        }
    })
}

/// Refuses an output folder that the build, or its next one, would take for a source.
fn refuse_sources(output: &Path, root: &Path, sources: &[PathBuf]) -> Result<(), Diagnostic> {
    let real = |path: &Path| resolve(path).map_err(|error| unreadable(path, &error));
    let refused = |relation: &str, path: &Path| {
        not_ours(format!("`{}` {relation} `{}`", output.display(), path.display()))
            .help(ANOTHER_OUTPUT)
    };
    if real(root)?.starts_with(output) {
        return Err(refused("holds the site", root));
    }
    for source in sources {
        let place = real(source)?;
        if place.starts_with(output) {
            return Err(refused("holds the site's source", source));
        }
        if output.starts_with(&place) {
            return Err(refused("lies in the site's source", source));
        }
    }
    Ok(())
}

/// The path without links, of which the last parts need not exist.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let mut at = path.as_path();
    let mut missing = Vec::new();
    loop {
        match fs::canonicalize(at) {
            Ok(mut real) => {
                real.extend(missing.iter().rev());
                return Ok(real);
            }
            Err(error) => {
                // A link to nothing is there itself.
                let (Some(parent), Some(name), true) = (
                    at.parent(),
                    at.file_name(),
                    is_absent(&error) && fs::symlink_metadata(at).is_err(),
                ) else {
                    return Err(error);
                };
                missing.push(name);
                at = parent;
            }
        }
    }
}

/// The name of something of Chancery's beside the output folder.
fn beside(name: &str, suffix: &str) -> String {
    [".", name, suffix].concat()
}

/// Whether a folder is empty or not there.
fn is_empty(folder: &Path) -> io::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().transpose()?.is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Whether two streams, expected to be of that size, hold the same bytes; `seen` is given those of the second
/// up to the first difference.
fn equal(
    mut a: impl Read,
    mut b: impl Read,
    size: u64,
    mut seen: impl FnMut(&[u8]),
) -> io::Result<bool> {
    // Most files are small: clearing a whole chunk for each would cost more than reading it.
    let room = usize::try_from(size).unwrap_or(CHUNK).clamp(1, CHUNK);
    let (mut left, mut right) = (vec![0; room], vec![0; room]);
    loop {
        let (m, n) = (fill(&mut a, &mut left)?, fill(&mut b, &mut right)?);
        let (x, y) = (left.get(..m).unwrap_or_default(), right.get(..n).unwrap_or_default());
        if x != y {
            return Ok(false);
        }
        if y.is_empty() {
            return Ok(true);
        }
        seen(y);
    }
}

/// Reads until the buffer is full or the stream ends.
fn fill(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Whether a folder is on another mount than the one that holds it.
#[cfg(target_os = "linux")]
fn is_mount_point(folder: &Path) -> bool {
    use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
    // The device does not tell: a bind mount, as containers have them, may be on the same one.
    let mount = |path: &Path| {
        let found = statx(CWD, path, AtFlags::empty(), StatxFlags::MNT_ID).ok()?;
        Some((found.stx_dev_major, found.stx_dev_minor, found.stx_mnt_id))
    };
    let Some(own) = mount(folder) else { return false };
    folder.parent().and_then(mount).is_some_and(|outer| outer != own)
}

/// Whether a folder is on another file system than the one that holds it.
#[cfg(all(unix, not(target_os = "linux")))]
fn is_mount_point(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let device = |path: &Path| fs::metadata(path).ok().map(|found| found.dev());
    let Some(own) = device(folder) else { return false };
    folder.parent().and_then(device).is_some_and(|outer| outer != own)
}

/// Whether a folder is on another volume than the one that holds it; not looked for here.
#[cfg(not(unix))]
fn is_mount_point(_: &Path) -> bool {
    false
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A thread that panicked leaves no entry half made.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether nothing is at a path: it is missing, or a folder of it is a file.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn unwritable(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::new(Code::Unwritable, format!("`{}` cannot be written: {error}", path.display()))
        .help_if(remedy(error).map(str::to_owned))
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::new(Code::Unreadable, format!("`{}` cannot be read: {error}", path.display()))
        .help_if(remedy(error).map(str::to_owned))
}

/// What to do about an error of the file system.
fn remedy(error: &io::Error) -> Option<&'static str> {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            Some("this user has no right to it: change its mode or owner")
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            Some("its disk can only be read: choose a folder on another")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Some("the disk is full: make room on it; what was published stays as it was")
        }
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            Some("a file stands where a folder is needed: move it away")
        }
        io::ErrorKind::NotFound => {
            Some("a folder on the way is missing: make it, or look whether the path is right")
        }
        _ => None,
    }
}

fn not_ours(message: String) -> Diagnostic {
    Diagnostic::new(Code::OutputNotOurs, message)
}

/// Something that Chancery did not write is where it wants `wanted`.
fn foreign(path: &Path, wanted: &str) -> Diagnostic {
    not_ours(format!(
        "`{}` was not written by Chancery, which needs {wanted} there",
        path.display()
    ))
    .help("move it away, or choose another output folder")
}

#[cfg(test)]
mod tests;
