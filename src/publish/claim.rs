//! Folders for work that a kill may interrupt, and how to tell one's own from a stranger's.
//!
//! A staging folder holds one folder, whose name is a token that was drawn at random. The token is also kept in the
//! user's state folder, under the place of the staging folder: what a repository brings along has no token there, and a
//! token that was copied stands for another place. Only a folder that has its token, belongs to this user and is of
//! real folders and plain files all through is completed, undone or removed; any other is left as it is and told.
//!
//! Without a state folder nothing tells whose a staging folder is: work can be done, but what a kill leaves is refused.

use std::io;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_128;

use super::folder::{Folder, random};
use super::{is_absent, not_ours, unwritable};
use crate::diagnostic::Diagnostic;

/// Where tokens are kept, in the state folder.
const TOKENS: &str = "tokens";

/// A staging folder of this user's, held.
#[derive(Debug)]
pub(super) struct Claim {
    /// What holds the staging folder.
    parent: Folder,
    name: String,
    token: String,
    /// Where the work is.
    pub(super) folder: Folder,
    record: Option<TokenRecord>,
}

/// The token of a place, in the user's state folder.
#[derive(Debug)]
struct TokenRecord {
    folder: Folder,
    name: String,
}

impl TokenRecord {
    /// Where the token of a staging folder is kept; `None` without a state folder that can be used.
    fn of(state: Option<&Path>, place: &Path, make: bool) -> Option<TokenRecord> {
        let state = state?;
        let state = if make { Folder::open_or_make(state) } else { Folder::open(state) }.ok()?;
        let folder = if make { state.make_below(TOKENS) } else { state.below(TOKENS) }.ok()?;
        let name = format!("{:032x}", xxh3_128(place.as_os_str().as_encoded_bytes()));
        Some(TokenRecord { folder, name })
    }

    fn token(&self) -> Option<String> {
        String::from_utf8(self.folder.read(&self.name).ok()??).ok()
    }
}

impl Claim {
    /// Makes a staging folder in `parent`. The token is kept before the folder is there, so that a kill leaves none
    /// without. Errors: there is something of that name, or the file system.
    pub(super) fn make(state: Option<&Path>, parent: &Folder, name: &str) -> io::Result<Claim> {
        let token = random()?;
        let record = TokenRecord::of(state, &parent.place(name), true);
        // A state folder that cannot be written is none.
        let record = record.filter(|r| r.folder.put(&r.name, token.as_bytes()).is_ok());
        let folder = parent.make_private(name)?.make_private(&token)?;
        Ok(Claim { parent: parent.again()?, name: name.to_owned(), token, folder, record })
    }

    /// The staging folder that an interrupted run left in `parent`; `None` when there is none. Errors: it is not certain
    /// that it is this user's own.
    pub(super) fn find(
        state: Option<&Path>,
        parent: &Folder,
        name: &str,
    ) -> Result<Option<Claim>, Diagnostic> {
        let place = parent.place(name);
        let failed = |error: io::Error| unwritable(&place, &error);
        if parent.look(name).map_err(failed)?.is_none() {
            return Ok(None);
        }
        let stranger = |why: String| stranger(&place, &why);
        let outer = parent.below(name).map_err(|error| stranger(error.to_string()))?;
        check_owner(&outer).map_err(stranger)?;
        let names = outer.names().map_err(failed)?;
        // The token is the first that comes into it, and an empty folder can be removed without a loss.
        if names.is_empty() {
            drop(outer);
            parent.remove_folder(name).map_err(failed)?;
            return Ok(None);
        }
        let record = TokenRecord::of(state, &place, false);
        let kept = record.as_ref().and_then(TokenRecord::token);
        let token = match (names.as_slice(), kept, state) {
            ([token], Some(kept), _) if *token == kept => kept,
            (_, _, None) => {
                return Err(stranger(
                    "there is no home folder, where the token would be that tells".to_owned(),
                ));
            }
            (_, _, Some(state)) => {
                return Err(stranger(format!(
                    "it does not hold the token that is kept for it in `{}`",
                    state.display()
                )));
            }
        };
        let folder = outer.below(&token).map_err(|error| stranger(error.to_string()))?;
        check_plain(&folder).map_err(stranger)?;
        let parent = parent.again().map_err(failed)?;
        Ok(Some(Claim { parent, name: name.to_owned(), token, folder, record }))
    }

    /// The token.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// Where the work is, below the folder that holds the staging folder.
    pub(super) fn place(&self) -> PathBuf {
        self.folder.place("")
    }

    /// Makes the token durable, for work that must be finished after a power cut.
    pub(super) fn sync(&self) {
        if let Some(TokenRecord { folder, name }) = &self.record {
            if let Ok(Some(file)) = folder.open_file(name)
                && !cfg!(test)
            {
                let _ = file.sync_all();
            }
            folder.sync();
        }
        self.folder.sync();
    }

    /// Removes the staging folder and its token.
    pub(super) fn remove(&mut self) -> io::Result<()> {
        // Some systems remove no folder that is held open.
        self.folder = self.parent.again()?;
        match self.parent.remove_all(&self.name) {
            Err(error) if !is_absent(&error) => return Err(error),
            _ => {}
        }
        // A token without a folder opens nothing, and is replaced by the next.
        if let Some(TokenRecord { folder, name }) = &self.record {
            let _ = folder.remove_file(name);
        }
        Ok(())
    }
}

/// What to do about a staging folder that may be somebody else's.
fn stranger(place: &Path, why: &str) -> Diagnostic {
    not_ours(format!(
        "`{}` has the name of what an interrupted run leaves, but it is not certain that this user's Chancery made it: {why}",
        place.display()
    ))
    .help("nothing in it was used; look at what it holds, then move it away or remove it, and try again")
}

/// Whether a folder belongs to this user; if not, why in words.
#[cfg(unix)]
fn check_owner(folder: &Folder) -> Result<(), String> {
    use cap_std::fs::MetadataExt as _;
    let owner = folder.metadata().map_err(|error| error.to_string())?.uid();
    let user = rustix::process::geteuid().as_raw();
    if owner == user {
        return Ok(());
    }
    Err(format!("it belongs to the user with the number {owner}, and this one has {user}"))
}

/// This system tells no owner; the token tells.
#[cfg(not(unix))]
fn check_owner(_: &Folder) -> Result<(), String> {
    Ok(())
}

/// Whether a folder holds nothing but folders and plain files of this user; if not, why in words.
fn check_plain(folder: &Folder) -> Result<(), String> {
    check_owner(folder)?;
    for name in folder.names().map_err(|error| error.to_string())? {
        let found = folder.look(&name).map_err(|error| error.to_string())?;
        match found {
            Some(found) if found.is_dir() => {
                let inner = folder.below(&name).map_err(|error| error.to_string())?;
                check_plain(&inner)?;
            }
            Some(found) if found.is_file() => {}
            _ => {
                let place = folder.place(&name);
                return Err(format!("`{}` in it is no plain file", place.display()));
            }
        }
    }
    Ok(())
}
