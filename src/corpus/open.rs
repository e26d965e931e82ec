//! Files with their front matter read, and their text still to be.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::front_matter::tree::Node;
use crate::front_matter::{self, Actor, field::Field};
use crate::never;
use crate::source::{DocumentFile, Kind, Sources};

use super::lists::ActorLists;

/// A file whose front matter is read and whose body is still to be.
pub(super) struct Opened<T> {
    pub(super) id: String,
    pub(super) file: Arc<str>,
    pub(super) folder: bool,
    pub(super) text: String,
    pub(super) front: T,
    pub(super) body_start: u32,
}

impl Opened<Actor> {
    /// Reads the front matter of an actor, with what it has from the registry.
    pub(super) fn actor(
        source: &DocumentFile,
        sources: &Sources,
        lists: &ActorLists,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        Opened::with(source, sources, found, |text, found| {
            let complete = |node: &mut Node, found: &mut Vec<Diagnostic>| {
                lists.complete(&source.file, node, found);
            };
            front_matter::read_over(&source.file, text, complete, found)
        })
    }
}

impl<T: Field + front_matter::FrontMatter> Opened<T> {
    pub(super) fn open(
        source: &DocumentFile,
        sources: &Sources,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        Opened::with(source, sources, found, |text, found| {
            front_matter::read(&source.file, text, found)
        })
    }

    /// Reads a file, and its front matter by `read`, which says where the body starts.
    fn with(
        source: &DocumentFile,
        sources: &Sources,
        found: &mut Vec<Diagnostic>,
        read: impl FnOnce(&str, &mut Vec<Diagnostic>) -> Option<(T, u32)>,
    ) -> Option<Self> {
        let text = match sources.read_text(&source.file) {
            Ok(text) => text,
            Err(diagnostic) => {
                found.push(diagnostic);
                return None;
            }
        };
        let (front, body_start) = read(&text, found)?;
        Some(Opened {
            id: source.id.clone(),
            file: source.file.clone(),
            folder: source.folder,
            text,
            front,
            body_start,
        })
    }
}

/// A thread takes no more documents than this at a time: with larger portions the others wait at the end for the one
/// that began the last.
pub(super) const PORTION: usize = 32;

/// The files of a kind.
pub(super) fn files_of(sources: &Sources, kind: Kind) -> &[DocumentFile] {
    let start = sources.documents.partition_point(|d| d.kind < kind);
    let end = sources.documents.partition_point(|d| d.kind <= kind);
    let files = sources.documents.get(start..end);
    files.unwrap_or_else(|| never!("documents are not in the order of their kinds" => &[]))
}
