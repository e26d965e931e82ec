//! What lists say of documents, side by side.
//!
//! A page names a dozen other documents that lie all over the memory: fetching their titles and paths took longer than
//! printing the page. Here they lie in the order of the documents, in one piece.

use std::borrow::Cow;

use crate::corpus::{Ix, Shelf};

use super::is_plain;
use super::value::Seen;

/// The name and the path of each document of a kind, and what else its lists show.
pub struct Listing<K, More = ()> {
    entries: Shelf<K, Entry<More>>,
    /// Names and paths, one after the other.
    text: String,
}

struct Entry<More> {
    start: usize,
    name: u32,
    path: u32,
    /// Whether the name stands in HTML as it is.
    plain: bool,
    more: More,
}

impl<K, More: Copy> Listing<K, More> {
    /// Lists documents by name, by path as it stands in links, and what else is shown of them.
    pub fn new<'a>(documents: impl Iterator<Item = (&'a str, Cow<'a, str>, More)>) -> Self {
        let mut text = String::new();
        let entry = |(name, path, more): (&str, Cow<'_, str>, More)| {
            let start = text.len();
            text.push_str(name);
            text.push_str(&path);
            let length = |text: &str| u32::try_from(text.len()).unwrap_or(u32::MAX);
            let (plain, name, path) = (is_plain(name), length(name), length(&path));
            Entry { start, name, path, plain, more }
        };
        let entries = documents.map(entry).collect();
        text.shrink_to_fit();
        Listing { entries: Shelf::new(entries), text }
    }

    /// A document's name.
    pub fn name(&self, ix: Ix<K>) -> Seen<'_> {
        let Entry { start, name, plain, .. } = &self.entries[ix];
        let name = self.text.get(*start..start + *name as usize).unwrap_or_default();
        if *plain { Seen::Html(name) } else { Seen::Text(name) }
    }

    /// Where a document lies, as it stands in links.
    pub fn path(&self, ix: Ix<K>) -> &str {
        let Entry { start, name, path, .. } = &self.entries[ix];
        let start = start + *name as usize;
        self.text.get(start..start + *path as usize).unwrap_or_default()
    }

    /// What else its lists show.
    pub fn more(&self, ix: Ix<K>) -> More {
        self.entries[ix].more
    }
}
