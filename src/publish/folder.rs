//! A folder that is held open, and all that is done below it.
//!
//! Every path is walked from the open folder, one part after the other, and a link is never followed: what stands in
//! for a folder or a file on the way is an error that names it. So nothing that lies in a folder can lead a writer out
//! of it, nor can anybody who changes it meanwhile. `cap-std` keeps the same rules on every system.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _, OpenOptionsSyncExt as _};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, DirBuilder, Metadata, OpenOptions};

use super::is_absent;
use super::path::{folder, folders};

/// A folder that is held open. Paths below it have `/` between their parts; the empty path is the folder itself.
#[derive(Debug)]
pub(super) struct Folder {
    dir: Dir,
    /// Where it lies, for messages.
    place: PathBuf,
}

impl Folder {
    /// Opens the folder at a place that the user has named: links that lead to it are followed.
    pub(super) fn open(place: &Path) -> io::Result<Folder> {
        let dir = Dir::open_ambient_dir(place, ambient_authority())?;
        Ok(Folder { dir, place: place.to_owned() })
    }

    /// Opens the folder at a place that the user has named, and makes it if there is none.
    pub(super) fn open_or_make(place: &Path) -> io::Result<Folder> {
        Dir::create_ambient_dir_all(place, ambient_authority())?;
        Folder::open(place)
    }

    /// The same folder, held once more.
    pub(super) fn again(&self) -> io::Result<Folder> {
        Ok(Folder { dir: self.dir.try_clone()?, place: self.place.clone() })
    }

    /// Where something below it lies, for messages.
    pub(super) fn place(&self, path: &str) -> PathBuf {
        if path.is_empty() { self.place.clone() } else { self.place.join(path) }
    }

    /// A folder in it, which has to be a real one.
    fn step(&self, name: &str) -> io::Result<Folder> {
        checked(name)?;
        let place = self.place(name);
        match self.dir.open_dir_nofollow(name) {
            Ok(dir) => Ok(Folder { dir, place }),
            Err(error) => match self.dir.symlink_metadata(name) {
                Ok(found) if !found.is_dir() => Err(self.not_a(name, &found, "folder")),
                _ => Err(error),
            },
        }
    }

    /// A folder below it.
    pub(super) fn below(&self, path: &str) -> io::Result<Folder> {
        parts(path).try_fold(self.again()?, |at, part| at.step(part))
    }

    /// A folder below it, made with those on the way if there is none.
    pub(super) fn make_below(&self, path: &str) -> io::Result<Folder> {
        parts(path).try_fold(self.again()?, |at, part| match at.step(part) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                match at.dir.create_dir(part) {
                    Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
                    _ => at.step(part),
                }
            }
            stepped => stepped,
        })
    }

    /// Makes a folder in it that only this user can read. Errors: there is something of that name.
    pub(super) fn make_private(&self, name: &str) -> io::Result<Folder> {
        checked(name)?;
        let mut how = DirBuilder::new();
        #[cfg(unix)]
        cap_std::fs::DirBuilderExt::mode(&mut how, 0o700);
        self.dir.create_dir_with(name, &how)?;
        self.step(name)
    }

    /// What is at a path, which may be a link; `None` when there is nothing.
    pub(super) fn look(&self, path: &str) -> io::Result<Option<Metadata>> {
        let found = self.at(path, |at, name| at.dir.symlink_metadata(name));
        match found {
            Ok(found) => Ok(Some(found)),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The folder itself.
    pub(super) fn metadata(&self) -> io::Result<Metadata> {
        self.dir.dir_metadata()
    }

    /// The open folder, for the system's own calls. (The handle that `cap-std` holds can only be walked from.)
    #[cfg(unix)]
    pub(super) fn handle(&self) -> io::Result<File> {
        use rustix::fs::{Mode, OFlags, openat};
        let how = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(openat(&self.dir, ".", how, Mode::empty())?.into())
    }

    /// Gives the folder the permissions of another one.
    #[cfg(unix)]
    pub(super) fn allow_as(&self, other: &Metadata) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = cap_std::fs::MetadataExt::mode(other);
        self.handle()?.set_permissions(std::fs::Permissions::from_mode(mode))
    }

    /// Gives the folder the permissions of another one, of which this system has none that matter.
    #[cfg(not(unix))]
    pub(super) fn allow_as(&self, _: &Metadata) -> io::Result<()> {
        Ok(())
    }

    /// What is in it: names, lossy where they are no UTF-8, sorted.
    pub(super) fn names(&self) -> io::Result<Vec<String>> {
        let name = |entry: io::Result<cap_std::fs::DirEntry>| {
            Ok(entry?.file_name().to_string_lossy().into_owned())
        };
        let mut names: Vec<String> = self.dir.entries()?.map(name).collect::<io::Result<_>>()?;
        names.sort_unstable();
        Ok(names)
    }

    /// Opens a plain file for reading; `None` when there is nothing. Never waits for a FIFO.
    pub(super) fn open_file(&self, path: &str) -> io::Result<Option<File>> {
        let mut how = OpenOptions::new();
        how.read(true);
        self.open_plain(path, how)
    }

    /// Opens a plain file for locking it, and makes it if there is nothing.
    pub(super) fn open_lock(&self, name: &str) -> io::Result<File> {
        let mut how = OpenOptions::new();
        how.write(true).create(true);
        let file = self.open_plain(name, how)?;
        file.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn open_plain(&self, path: &str, mut how: OpenOptions) -> io::Result<Option<File>> {
        how.follow(FollowSymlinks::No).nonblock(true);
        self.at(path, |at, name| {
            // A device may do something when it is opened.
            if let Ok(found) = at.dir.symlink_metadata(name)
                && !found.is_file()
            {
                return Err(at.not_a(name, &found, "file"));
            }
            let file = match at.dir.open_with(name, &how) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(error),
            };
            let found = file.metadata()?;
            match found.is_file() {
                true => Ok(Some(file.into_std())),
                false => Err(at.not_a(name, &found, "file")),
            }
        })
    }

    /// All of a plain file; `None` when there is nothing.
    pub(super) fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        let Some(mut file) = self.open_file(path)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// Makes a file. Errors: there is something at that path, be it a link to nothing.
    pub(super) fn create(&self, path: &str) -> io::Result<File> {
        let mut how = OpenOptions::new();
        how.write(true).create_new(true).follow(FollowSymlinks::No);
        self.at(path, |at, name| Ok(at.dir.open_with(name, &how)?.into_std()))
    }

    /// Makes a file with the owner, the group and the permissions of another one. Errors: as [`Folder::create`], or
    /// they cannot be given to it.
    pub(super) fn create_like(&self, name: &str, other: &std::fs::Metadata) -> io::Result<File> {
        checked(name)?;
        let mut how = OpenOptions::new();
        how.write(true).create_new(true).follow(FollowSymlinks::No);
        // Until it has its owner, nobody else reads it.
        #[cfg(unix)]
        cap_std::fs::OpenOptionsExt::mode(&mut how, 0o600);
        let file = self.dir.open_with(name, &how)?.into_std();
        own_as(&file, other).and_then(|()| file.set_permissions(other.permissions()))?;
        Ok(file)
    }

    /// Makes a file or replaces what is in one, by rename from a name that nobody can know before: a link in its
    /// place is replaced and not followed.
    pub(super) fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let staged = format!("{}.{}", path, random()?);
        let put = self
            .create(&staged)
            .and_then(|mut file| file.write_all(bytes))
            .and_then(|()| self.rename(&staged, self, path));
        put.inspect_err(|_| {
            // The error that is told is the first.
            let _ = self.remove_file(&staged);
        })
    }

    /// Moves a file or folder, here or to another folder of the file system; a file in its way is replaced.
    pub(super) fn rename(&self, from: &str, to: &Folder, new: &str) -> io::Result<()> {
        self.at(from, |source, old| {
            to.at(new, |target, new| source.dir.rename(old, &target.dir, new))
        })
    }

    /// Removes a file, or a link but not what it leads to.
    pub(super) fn remove_file(&self, path: &str) -> io::Result<()> {
        self.at(path, |at, name| at.dir.remove_file(name))
    }

    /// Removes an empty folder.
    pub(super) fn remove_folder(&self, path: &str) -> io::Result<()> {
        self.at(path, |at, name| at.dir.remove_dir(name))
    }

    /// Removes a folder and all in it; of links the links.
    pub(super) fn remove_all(&self, path: &str) -> io::Result<()> {
        self.at(path, |at, name| at.dir.remove_dir_all(name))
    }

    /// Makes what was done in the folder durable, where the system has a way to.
    pub(super) fn sync(&self) {
        #[cfg(all(unix, not(test)))]
        if let Ok(handle) = self.handle() {
            let _ = handle.sync_all();
        }
    }

    /// Does something with the last part of a path in the folder that holds it.
    fn at<T>(&self, path: &str, act: impl FnOnce(&Folder, &str) -> io::Result<T>) -> io::Result<T> {
        let name = path.rsplit('/').next().unwrap_or(path);
        checked(name)?;
        match folder(path) {
            "" => act(self, name),
            holder => act(&self.below(holder)?, name),
        }
    }

    /// Says what is where a real folder or a plain file has to be.
    fn not_a(&self, name: &str, found: &Metadata, wanted: &str) -> io::Error {
        let place = self.place(name);
        let is = match () {
            () if found.is_symlink() => match self.dir.read_link_contents(name) {
                Ok(target) => format!("a link to `{}`", target.display()),
                Err(_) => "a link".to_owned(),
            },
            () if found.is_dir() => "a folder".to_owned(),
            () if found.is_file() => "a file".to_owned(),
            () => "a device, a pipe or a socket".to_owned(),
        };
        let kind = io::ErrorKind::InvalidInput;
        io::Error::new(kind, format!("`{}` is {is}, and no {wanted}", place.display()))
    }
}

/// Folders on the way to the path that was last asked for, held open: of many paths that are sorted, each takes few
/// calls of the system.
pub(super) struct OpenPath {
    start: Folder,
    open: Vec<(Box<str>, Folder)>,
}

impl OpenPath {
    /// From an open folder.
    pub(super) fn from(start: Folder) -> OpenPath {
        OpenPath { start, open: Vec::new() }
    }

    /// Where it starts.
    pub(super) fn start(&self) -> &Folder {
        &self.start
    }

    /// A folder below the start. One that is missing is made if `make` says so, after asking it.
    pub(super) fn to(
        &mut self,
        path: &str,
        mut make: Option<&mut dyn FnMut() -> io::Result<()>>,
    ) -> io::Result<&Folder> {
        let on_the_way = |open: &str| {
            path.strip_prefix(open).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        while self.open.last().is_some_and(|(open, _)| !on_the_way(open)) {
            self.open.pop();
        }
        let known = self.open.last().map_or(0, |(open, _)| open.len());
        let whole = (!path.is_empty()).then_some(path);
        for next in folders(path).chain(whole).filter(|next| next.len() > known) {
            let name = next.rsplit('/').next().unwrap_or(next);
            let at = self.open.last().map_or(&self.start, |(_, folder)| folder);
            let opened = match (at.step(name), &mut make) {
                (Err(error), Some(make)) if error.kind() == io::ErrorKind::NotFound => {
                    make()?;
                    at.dir.create_dir(name)?;
                    at.step(name)?
                }
                (opened, _) => opened?,
            };
            self.open.push((next.into(), opened));
        }
        Ok(self.open.last().map_or(&self.start, |(_, folder)| folder))
    }
}

/// Gives a file the owner and the group of another one, where they differ.
#[cfg(unix)]
fn own_as(file: &File, other: &std::fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let own = file.metadata()?;
    let owner = (own.uid() != other.uid()).then_some(other.uid());
    let group = (own.gid() != other.gid()).then_some(other.gid());
    if owner.is_none() && group.is_none() {
        return Ok(());
    }
    std::os::unix::fs::fchown(file, owner, group).map_err(|error| {
        let why = "its owner and group cannot be kept; let its owner do this";
        io::Error::new(error.kind(), format!("{why} ({error})"))
    })
}

/// Files of this system get their owner from their folder.
#[cfg(not(unix))]
fn own_as(_: &File, _: &std::fs::Metadata) -> io::Result<()> {
    Ok(())
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

/// Refuses what is no name of a file or folder.
fn checked(name: &str) -> io::Result<()> {
    let separates = |letter: char| letter == '/' || (cfg!(windows) && matches!(letter, '\\' | ':'));
    if name.is_empty() || name == "." || name == ".." || name.contains(separates) {
        let kind = io::ErrorKind::InvalidInput;
        return Err(io::Error::new(kind, format!("`{name}` is not the name of a file")));
    }
    Ok(())
}

/// 128 bits that nobody can know before, from the system, in hex.
pub(super) fn random() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}
