//! New files below a folder, each with as few calls of the system as it takes.

use std::fs::File;
use std::io;

use super::folder::Folder;
#[cfg(unix)]
use super::path::folders;
use super::path::{INDEX, folder};

/// A folder that files are made in.
#[derive(Debug)]
pub(super) struct Stage {
    /// The folder, open: paths below it are short for the system too.
    #[cfg(unix)]
    handle: std::os::fd::OwnedFd,
    #[cfg(not(unix))]
    place: std::path::PathBuf,
}

impl Stage {
    /// In a folder that this run has just made, which only this user can reach: so no name in it needs to be looked at
    /// before it is used.
    #[cfg(unix)]
    pub(super) fn open(folder: &Folder) -> io::Result<Stage> {
        Ok(Stage { handle: folder.handle()?.into() })
    }

    /// In a folder that this run has just made. It is not held open, as this system moves no folder that is.
    #[cfg(not(unix))]
    pub(super) fn open(folder: &Folder) -> io::Result<Stage> {
        Ok(Stage { place: folder.place("") })
    }

    /// Makes a file that is not there yet, and its folders.
    pub(super) fn create(&self, path: &str) -> io::Result<File> {
        // A page mostly has a folder to itself, which is not there before it; other files are in the folders of
        // pages. So neither is looked for: what is wrong with a folder, making the file tells.
        if path.ends_with(INDEX)
            && let Err(error) = self.make_folder(folder(path))
            && !matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound)
        {
            return Err(error);
        }
        match self.create_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.make_folders(path)?;
                self.create_file(path)
            }
            created => created,
        }
    }
}

#[cfg(unix)]
impl Stage {
    fn make_folder(&self, folder: &str) -> io::Result<()> {
        let all = rustix::fs::Mode::from_raw_mode(0o777);
        Ok(rustix::fs::mkdirat(&self.handle, folder, all)?)
    }

    fn make_folders(&self, path: &str) -> io::Result<()> {
        for folder in folders(path) {
            match self.make_folder(folder) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn create_file(&self, path: &str) -> io::Result<File> {
        use rustix::fs::{Mode, OFlags};
        let how =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::from_raw_mode(0o666);
        let open = || rustix::fs::openat(&self.handle, path, how, mode);
        Ok(rustix::io::retry_on_intr(open)?.into())
    }
}

#[cfg(not(unix))]
impl Stage {
    fn make_folder(&self, folder: &str) -> io::Result<()> {
        std::fs::create_dir(self.place.join(folder))
    }

    fn make_folders(&self, path: &str) -> io::Result<()> {
        std::fs::create_dir_all(self.place.join(folder(path)))
    }

    fn create_file(&self, path: &str) -> io::Result<File> {
        File::create_new(self.place.join(path))
    }
}
