//! What is kept of one reading for the next.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::diagnostic::Diagnostic;
use crate::front_matter::{Actor, Brief, Page, Storyline, Topic};
use crate::markdown::WikilinkActors;
use crate::names::{Declaration, Registry};
use crate::source::{DocumentFile, Sources};

use super::Document;
use super::lists::ActorLists;

/// What was made of a file, at a reading of the site.
pub(super) struct Remembered<T> {
    pub(super) reading: u32,
    pub(super) document: Option<Arc<Document<T>>>,
    pub(super) found: Vec<Diagnostic>,
}

pub(super) type Cache<T> = FxHashMap<Arc<str>, Remembered<T>>;

/// What was made of each file when the site was last read. A document is made again when its file has changed;
/// all are when the configuration has, a list of actors, or who is called what.
#[derive(Default)]
pub struct DocumentMemory {
    pub(super) config: Arc<str>,
    /// Who is called what; nothing before the first reading.
    pub(super) names: Option<KnownNames>,
    /// The lists of actors that the site asks for.
    pub(super) lists: Option<ActorLists>,
    pub(super) briefs: Cache<Brief>,
    pub(super) actors: Cache<Actor>,
    pub(super) topics: Cache<Topic>,
    pub(super) storylines: Cache<Storyline>,
    pub(super) pages: Cache<Page>,
}

impl DocumentMemory {
    /// Forgets all documents.
    pub(super) fn forget(&mut self, sources: &Sources) {
        *self = DocumentMemory { config: sources.config.clone(), ..DocumentMemory::default() };
    }
}

/// Takes out what is remembered of a file that is as it was.
pub(super) fn remembered<T>(cache: &mut Cache<T>, source: &DocumentFile) -> Option<Remembered<T>> {
    cache.remove(&source.file).filter(|known| known.reading == source.reading)
}

/// Who was called what.
pub(super) struct KnownNames {
    pub(super) declarations: Vec<Declaration>,
    /// Whom wikilinks were expected to mean.
    pub(super) expected: Arc<WikilinkActors>,
    /// What was made of them, if nothing was found wrong.
    pub(super) registry: Option<Arc<Registry>>,
}
