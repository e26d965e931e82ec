//! Which files change.

use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::source::{FOLDERS, Snapshot};

/// What changed.
pub(super) enum Change {
    /// These came, changed or went.
    Paths(Vec<PathBuf>),
    /// The system lost count.
    Anything,
}

/// Watches the folders of a site.
pub(super) enum Watcher {
    /// The system tells of changes.
    Told(RecommendedWatcher),
    /// The files are looked at again and again.
    Looking,
}

impl Watcher {
    /// Watches the site in the folder `root`, whose path is canonical: by what the system tells, or by looking each
    /// time that an interval has passed. Errors: the system refuses, in a sentence.
    pub(super) fn new(
        root: &Path,
        poll: Option<Duration>,
        sender: Sender<Change>,
    ) -> Result<Watcher, String> {
        let Some(interval) = poll else { return Watcher::told(root, sender) };
        let (root, first) = (root.to_path_buf(), Snapshot::at(root));
        std::thread::spawn(move || look_again_and_again(&root, first, interval, &sender));
        Ok(Watcher::Looking)
    }

    fn told(root: &Path, sender: Sender<Change>) -> Result<Watcher, String> {
        let inner = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let touched = match event {
                Ok(event) if event.need_rescan() => Change::Anything,
                // Reading a file is an event too, and the site is read after each.
                Ok(event) if is_reading(&event) => return,
                Ok(event) => Change::Paths(event.paths),
                Err(_) => Change::Anything,
            };
            // After the worker has ended there is nobody to tell.
            let _ = sender.send(touched);
        })
        .map_err(|error| refused(root, &error))?;
        let mut watcher = Watcher::Told(inner);
        // The folder itself for `site.toml`, and for folders that come later; not what is built in it.
        let folders = FOLDERS.iter().map(|f| root.join(f)).filter(|folder| folder.is_dir());
        watcher.watch(root, RecursiveMode::NonRecursive)?;
        for folder in folders {
            watcher.watch(&folder, RecursiveMode::Recursive)?;
        }
        Ok(watcher)
    }

    fn watch(&mut self, path: &Path, mode: RecursiveMode) -> Result<(), String> {
        match self {
            Watcher::Told(inner) => inner.watch(path, mode).map_err(|error| refused(path, &error)),
            Watcher::Looking => Ok(()),
        }
    }

    /// Watches those of the site's folders that are among the paths touched: they may be new. Gives what the
    /// system refuses.
    pub(super) fn renew(&mut self, root: &Path, touched: &[PathBuf]) -> Vec<String> {
        let folders = FOLDERS.iter().map(|f| root.join(f));
        let new = folders.filter(|folder| touched.contains(folder) && folder.is_dir());
        new.filter_map(|folder| self.watch(&folder, RecursiveMode::Recursive).err()).collect()
    }
}

/// Tells what changed between two looks at the site, until nobody listens.
fn look_again_and_again(root: &Path, first: Snapshot, interval: Duration, sender: &Sender<Change>) {
    let mut last = first;
    loop {
        std::thread::sleep(interval);
        let now = Snapshot::at(root);
        let changed: Vec<PathBuf> = last.changed(&now).iter().map(|name| root.join(name)).collect();
        if !changed.is_empty() && sender.send(Change::Paths(changed)).is_err() {
            return;
        }
        last = now;
    }
}

fn is_reading(event: &Event) -> bool {
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
        EventKind::Access(_) => true,
        _ => false,
    }
}

fn refused(path: &Path, error: &notify::Error) -> String {
    let path = path.display();
    match &error.kind {
        ErrorKind::MaxFilesWatch => format!(
            "`{path}` cannot be watched: the system watches no more folders\nhelp: allow more, on Linux with `sysctl fs.inotify.max_user_watches=524288`; or look for changes every second with `--poll`"
        ),
        _ => format!(
            "`{path}` cannot be watched: {error}\nhelp: look for changes every second with `--poll`"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_that_does_not_watch_is_no_end() {
        for error in [notify::Error::new(ErrorKind::MaxFilesWatch), notify::Error::generic("no")] {
            assert!(refused(Path::new("/site"), &error).contains("with `--poll`"), "{error}");
        }
    }
}
