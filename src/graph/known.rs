//! What is known from the last time that the documents were linked, so that only what has changed is looked up.

use std::sync::Arc;

use crate::corpus::{Document, Ix, Published, Shelf};
use crate::front_matter::{Brief, Topic};

use super::links::{facts, names};
use super::{BriefLinks, DocumentIx, Graph, all};

/// How far ahead a brief is looked for that does not stand where it stood.
const AHEAD: usize = 64;

/// A graph in which nothing was found wrong, against the documents that are to be linked now.
pub(super) struct Known<'a> {
    pub(super) last: &'a Graph,
    /// The links of each brief that is the same, with those it names.
    briefs: Vec<Option<&'a BriefLinks>>,
    /// Whether links in the text lead where they led: all documents have the numbers, names and headings they had.
    pub(super) targets: bool,
}

impl<'a> Known<'a> {
    pub(super) fn new(last: &'a Graph, documents: &Published) -> Self {
        let before = &last.documents;
        let ids = same(&documents.actors, &before.actors, |a, b| a.id == b.id)
            && documents.same_registered(before)
            && same(&documents.storylines, &before.storylines, |a, b| a.id == b.id)
            && same(&documents.topics, &before.topics, |a, b| {
                a.id == b.id && aliases(a).eq(aliases(b))
            });
        let briefs = if ids { same_briefs(last, documents) } else { Vec::new() };
        Known { last, briefs, targets: same_targets(before, documents) }
    }

    /// How a brief was linked, if it is the same one and what it names is too.
    pub(super) fn brief(&self, index: usize) -> Option<&'a BriefLinks> {
        self.briefs.get(index).copied().flatten()
    }
}

fn aliases(topic: &Document<Topic>) -> impl Iterator<Item = &str> {
    topic.front.aliases.iter().map(|alias| alias.value.as_str())
}

/// Whether each of some documents is as it was in what `alike` looks at.
fn same<T>(
    these: &Shelf<T, Arc<Document<T>>>,
    others: &Shelf<T, Arc<Document<T>>>,
    alike: impl Fn(&Document<T>, &Document<T>) -> bool,
) -> bool {
    let mut pairs = these.iter().zip(others.iter());
    these.len() == others.len() && pairs.all(|(a, b)| Arc::ptr_eq(a, b) || alike(a, b))
}

fn same_briefs<'a>(last: &'a Graph, documents: &Published) -> Vec<Option<&'a BriefLinks>> {
    let before = last.documents.briefs.as_slice();
    let mut next = 0;
    let links = documents.briefs.iter().map(|brief| {
        let ahead = before.iter().enumerate().skip(next).take(AHEAD);
        let at = ahead.filter(|(_, other)| Arc::ptr_eq(brief, other)).map(|(at, _)| at).next()?;
        next = at + 1;
        Some(&last.briefs[Ix::<Brief>::new(at)])
    });
    links.collect()
}

fn same_targets(before: &Published, documents: &Published) -> bool {
    let (these, others) = (all(documents), all(before));
    documents.withheld == before.withheld
        && these == others
        && these.into_iter().filter(|document| !unchanged(before, documents, *document)).all(
            |document| {
                let ((file, folder, body), (old_file, old_folder, old_body)) =
                    (facts(documents, document), facts(before, document));
                (file, folder) == (old_file, old_folder)
                    && names(documents, document) == names(before, document)
                    && body.anchors().eq(old_body.anchors())
            },
        )
}

/// Whether a document is the very one it was.
pub(super) fn unchanged(before: &Published, documents: &Published, document: DocumentIx) -> bool {
    match document {
        DocumentIx::Brief(ix) => Arc::ptr_eq(&before.briefs[ix], &documents.briefs[ix]),
        DocumentIx::Actor(ix) => Arc::ptr_eq(&before.actors[ix], &documents.actors[ix]),
        DocumentIx::Topic(ix) => Arc::ptr_eq(&before.topics[ix], &documents.topics[ix]),
        DocumentIx::Storyline(ix) => Arc::ptr_eq(&before.storylines[ix], &documents.storylines[ix]),
        DocumentIx::Page(ix) => Arc::ptr_eq(&before.pages[ix], &documents.pages[ix]),
    }
}
