//! What a build was made from and what it left, so that the next one can tell that it would do nothing.
//!
//! A build is told by everything that its bytes follow from: the program, its arguments, the files of the site,
//! and the day. Files are told by size, times and number; since no one can set back the time of a change, a file
//! that looks the same is the same. The record lies in a cache: without it, a build only takes longer.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3Default, xxh3_128};

use super::folder::Folder;
use super::path::{MANIFEST, STAGING_SUFFIX};
use super::{cache, manifest};

/// File systems tell time in ticks: of a file that changed in the tick in which a build began, nobody can say
/// whether the build saw the change. Coarser than any that is common.
const TICK: SignedDuration = SignedDuration::from_secs(2);

/// The record of a build, to be.
pub(crate) struct Fingerprint {
    file: PathBuf,
    key: String,
}

/// How files looked at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FilesDigest {
    digest: String,
    /// When one of them last changed.
    newest: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct BuildRecord {
    key: String,
    from: String,
    since: Timestamp,
    until: Timestamp,
    left: String,
    said: String,
}

impl FilesDigest {
    /// At the files of these names below a folder. Errors: one of them cannot be looked at.
    pub(crate) fn at(root: &Path, names: &[&str]) -> io::Result<FilesDigest> {
        let looks: Vec<(u64, Timestamp)> = names
            .par_iter()
            .map(|name| {
                // A link in the place of a file looks different, and so does what it leads to.
                let path = root.join(name);
                let found = fs::symlink_metadata(&path)?;
                let mut look = Xxh3Default::new();
                look.update(name.as_bytes());
                let mut newest = tell(&found, &mut look)?;
                if found.is_symlink() {
                    newest = newest.max(tell(&fs::metadata(&path)?, &mut look)?);
                }
                Ok((look.digest(), newest))
            })
            .collect::<io::Result<_>>()?;
        let newest = looks.iter().map(|(_, changed)| *changed).max();
        let digest = together(looks.iter().map(|(look, _)| *look));
        Ok(FilesDigest { digest, newest: newest.unwrap_or(Timestamp::MIN) })
    }
}

/// How a site looked when it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OutputState(String);

impl OutputState {
    /// Of a site in a folder whose files have these looks, in the order of their paths.
    pub(super) fn of(
        output: &Path,
        files: impl Iterator<Item = Option<u64>>,
    ) -> Option<OutputState> {
        let manifest = || look_of(MANIFEST, &fs::symlink_metadata(output.join(MANIFEST)).ok()?);
        let looks: Option<Vec<u64>> = files.chain(std::iter::once_with(manifest)).collect();
        Some(OutputState(together(looks?.into_iter())))
    }

    /// Of a published site; `None` when there is none, or a build was killed.
    fn at(output: &Path) -> Option<OutputState> {
        let output = fs::canonicalize(output).ok()?;
        let beside = super::beside(output.file_name()?.to_str()?, STAGING_SUFFIX);
        if output.join(STAGING_SUFFIX).exists() || output.parent()?.join(beside).exists() {
            return None;
        }
        let manifest = manifest::read(&Folder::open(&output).ok()?).ok()??;
        let mut names: Vec<&str> = manifest.keys().map(|path| &**path).collect();
        names.push(MANIFEST);
        Some(OutputState(FilesDigest::at(&output, &names).ok()?.digest))
    }
}

/// How a real file looks.
pub(super) fn look_of(name: &str, found: &Metadata) -> Option<u64> {
    let mut look = Xxh3Default::new();
    look.update(name.as_bytes());
    tell(found, &mut look).ok()?;
    Some(look.digest())
}

/// How files look, all in one.
fn together(looks: impl Iterator<Item = u64>) -> String {
    let mut all = Xxh3Default::new();
    looks.for_each(|look| all.update(&look.to_le_bytes()));
    format!("{:032x}", all.digest128())
}

/// Adds what tells a file from another to a look at it: its length, times, and number. Returns when it last changed
/// in any way.
#[cfg(unix)]
fn tell(found: &Metadata, look: &mut Xxh3Default) -> io::Result<Timestamp> {
    use std::os::unix::fs::MetadataExt as _;
    for number in [found.len(), found.dev(), found.ino(), found.mode().into()] {
        look.update(&number.to_le_bytes());
    }
    for time in [found.mtime(), found.mtime_nsec(), found.ctime(), found.ctime_nsec()] {
        look.update(&time.to_le_bytes());
    }
    let nanoseconds = i32::try_from(found.ctime_nsec()).unwrap_or_default();
    Timestamp::new(found.ctime(), nanoseconds).map_err(io::Error::other)
}

/// Adds what tells a file from another to a look at it: its length and time. Returns when it last changed.
#[cfg(not(unix))]
fn tell(found: &Metadata, look: &mut Xxh3Default) -> io::Result<Timestamp> {
    let changed = Timestamp::try_from(found.modified()?).map_err(io::Error::other)?;
    look.update(&found.len().to_le_bytes());
    look.update(&changed.as_nanosecond().to_le_bytes());
    Ok(changed)
}

fn digest(text: &str) -> String {
    format!("{:032x}", xxh3_128(text.as_bytes()))
}

impl Fingerprint {
    /// In a folder of the cache, for a build told by `key`: the program and its arguments.
    pub(crate) fn new(cache: &Path, key: String) -> Fingerprint {
        Fingerprint { file: cache.join(format!("{}.json", digest(&key))), key }
    }

    /// What the last build said, if one at `now` from files that look like `from` would leave `output` as it is.
    pub(crate) fn unbroken(
        &self,
        from: &FilesDigest,
        output: &Path,
        now: Timestamp,
    ) -> Option<String> {
        let record: BuildRecord = cache::read(&self.file)?;
        let same = record.key == self.key && record.from == from.digest;
        let in_time = record.since <= now && now < record.until;
        (same && in_time && OutputState::at(output)?.0 == record.left).then_some(record.said)
    }

    /// Records a build that began at `since` and would come out the same until `until`, and what it said. `began`
    /// is when its files were looked at, by the clock; `left` how the site looks if that is known. A cache that
    /// cannot be written is none.
    pub(crate) fn set(
        &self,
        from: FilesDigest,
        began: Timestamp,
        (since, until): (Timestamp, Timestamp),
        (output, left): (&Path, Option<OutputState>),
        said: String,
    ) {
        let Ok(safe) = began.checked_sub(TICK) else { return };
        if from.newest >= safe {
            return;
        }
        let Some(OutputState(left)) = left.or_else(|| OutputState::at(output)) else { return };
        let record =
            BuildRecord { key: self.key.clone(), from: from.digest, since, until, left, said };
        // Without a record the next build only takes longer.
        let _ = cache::write(&self.file, &record);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes the output folder of a site without files.
    fn publish_nothing(output: &Path) {
        fs::create_dir(output).unwrap();
        fs::write(output.join(MANIFEST), manifest::text(std::iter::empty())).unwrap();
    }

    #[test]
    fn a_build_is_recorded_only_if_no_file_changed_in_the_tick_in_which_it_began() {
        let folder = tempfile::tempdir().unwrap();
        let (root, output) = (folder.path().join("site"), folder.path().join("public"));
        fs::create_dir(&root).unwrap();
        fs::write(root.join("a.md"), "text").unwrap();
        publish_nothing(&output);
        let changed = FilesDigest::at(&root, &["a.md"]).unwrap().newest;
        let always = (Timestamp::MIN, Timestamp::MAX);
        for (after, recorded) in [
            (SignedDuration::from_secs(-1), false),
            (SignedDuration::ZERO, false),
            (TICK, false),
            (TICK + SignedDuration::from_nanos(1), true),
            (SignedDuration::from_hours(1), true),
        ] {
            let fingerprint =
                Fingerprint::new(&folder.path().join(format!("{after:?}")), "key".to_owned());
            let look = FilesDigest::at(&root, &["a.md"]).unwrap();
            let began = changed + after;
            fingerprint.set(look.clone(), began, always, (&output, None), "said".to_owned());
            let said = fingerprint.unbroken(&look, &output, changed);
            assert_eq!(said.as_deref(), recorded.then_some("said"), "begun {after:?} after");
        }
    }

    #[test]
    fn a_record_holds_from_its_first_moment_to_before_its_last() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("public");
        publish_nothing(&output);
        let at = |second| Timestamp::from_second(second).unwrap();
        let look = FilesDigest { digest: "one".to_owned(), newest: Timestamp::MIN };
        let fingerprint =
            |key: &str| Fingerprint::new(&folder.path().join("cache"), key.to_owned());
        let span = (at(100), at(200));
        fingerprint("key").set(look.clone(), at(100), span, (&output, None), "said".to_owned());
        let holds = |now| fingerprint("key").unbroken(&look, &output, at(now)).is_some();
        assert_eq!([99, 100, 199, 200].map(holds), [false, true, true, false]);
        let other = FilesDigest { digest: "other".to_owned(), ..look.clone() };
        assert_eq!(fingerprint("key").unbroken(&other, &output, at(100)), None);
        assert_eq!(fingerprint("other").unbroken(&look, &output, at(100)), None);
        // A build was killed.
        let staging = super::super::beside("public", STAGING_SUFFIX);
        fs::create_dir(folder.path().join(staging)).unwrap();
        assert!(!holds(100));
    }
}
