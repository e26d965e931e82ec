//! Which files change.

use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;

use notify::event::{AccessKind, AccessMode};
use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::source::FOLDERS;

/// What changed.
pub enum Touched {
    /// These came, changed or went.
    Paths(Vec<PathBuf>),
    /// The system lost count.
    Anything,
}

/// Watches the folders of a site.
pub struct Watcher {
    inner: RecommendedWatcher,
}

impl Watcher {
    /// Watches the site in the folder `root`, whose path is canonical. Errors: the system refuses, in a sentence.
    pub fn new(root: &Path, sender: Sender<Touched>) -> Result<Watcher, String> {
        let inner = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let touched = match event {
                Ok(event) if event.need_rescan() => Touched::Anything,
                // Reading a file is an event too, and the site is read after each.
                Ok(event) if is_reading(&event) => return,
                Ok(event) => Touched::Paths(event.paths),
                Err(_) => Touched::Anything,
            };
            // After the workshop has ended there is nobody to tell.
            let _ = sender.send(touched);
        })
        .map_err(|error| refused(root, &error))?;
        let mut watcher = Watcher { inner };
        // The folder itself for `site.toml`, and for folders that come later; not what is built in it.
        let folders = FOLDERS.iter().map(|f| root.join(f)).filter(|folder| folder.is_dir());
        watcher.watch(root, RecursiveMode::NonRecursive)?;
        for folder in folders {
            watcher.watch(&folder, RecursiveMode::Recursive)?;
        }
        Ok(watcher)
    }

    fn watch(&mut self, path: &Path, mode: RecursiveMode) -> Result<(), String> {
        self.inner.watch(path, mode).map_err(|error| refused(path, &error))
    }

    /// Watches those of the site's folders that are among the paths touched: they may be new. Gives what the
    /// system refuses.
    pub fn renew(&mut self, root: &Path, touched: &[PathBuf]) -> Vec<String> {
        let folders = FOLDERS.iter().map(|f| root.join(f));
        let new = folders.filter(|folder| touched.contains(folder) && folder.is_dir());
        new.filter_map(|folder| self.watch(&folder, RecursiveMode::Recursive).err()).collect()
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
            "`{path}` cannot be watched: the system watches no more folders\nhelp: allow more, on Linux with `sysctl fs.inotify.max_user_watches=524288`"
        ),
        _ => format!("`{path}` cannot be watched: {error}"),
    }
}
