//! The name and the path of each document, side by side.
//!
//! A page names a dozen other documents that lie all over the memory: fetching their titles and paths took longer than
//! printing the page. Here they lie in the order of the documents, in one piece.

use std::borrow::Cow;

use crate::arena::{Arena, Ix};

use super::value::TemplateValue;
use crate::html::{Plain, PlainTexts};
use crate::never;

/// The name and the path of each document of a kind, and what else its lists show.
pub(super) struct Labels<K, More = ()> {
    entries: Arena<K, Label<More>>,
    /// Names that stand in HTML as they are, and paths, one after the other.
    plain: PlainTexts,
    /// The other names.
    marked: String,
}

struct Label<More> {
    /// Where the path starts; a name that stands in HTML as it is ends there.
    path: usize,
    /// Where any other name starts.
    marked: Option<u32>,
    name_length: u32,
    path_length: u32,
    more: More,
}

impl<K, More: Copy> Labels<K, More> {
    /// Lists documents by name, by path as it stands in links, and what else is shown of them.
    pub(super) fn new<'a>(documents: impl Iterator<Item = (&'a str, Cow<'a, str>, More)>) -> Self {
        let mut plain = PlainTexts::default();
        let mut marked = String::new();
        let entry = |(name, path, more): (&str, Cow<'_, str>, More)| {
            let narrow = |length: usize| {
                u32::try_from(length)
                    .unwrap_or_else(|_| never!("names and paths of over 4 GiB" => u32::MAX))
            };
            let at = plain.add(name).is_none().then(|| {
                let at = narrow(marked.len());
                marked.push_str(name);
                at
            });
            let path = plain.add_path(&path);
            Label {
                path: path.start,
                marked: at,
                name_length: narrow(name.len()),
                path_length: narrow(path.len()),
                more,
            }
        };
        let entries = documents.map(entry).collect();
        plain.shrink_to_fit();
        marked.shrink_to_fit();
        Labels { entries: Arena::new(entries), plain, marked }
    }

    /// A document's name.
    pub(super) fn name(&self, ix: Ix<K>) -> TemplateValue<'_> {
        let Label { path, marked, name_length, .. } = &self.entries[ix];
        let length = *name_length as usize;
        match marked {
            None => TemplateValue::Plain(self.plain.at(path.saturating_sub(length)..*path)),
            Some(start) => {
                let start = *start as usize;
                TemplateValue::Text(
                    self.marked
                        .get(start..start + length)
                        .unwrap_or_else(|| never!("a name beyond the list" => "")),
                )
            }
        }
    }

    /// Where a document lies, as it stands in links.
    pub(super) fn path(&self, ix: Ix<K>) -> Plain<'_> {
        let Label { path, path_length, .. } = &self.entries[ix];
        self.plain.at(*path..path + *path_length as usize)
    }

    /// What else its lists show.
    pub(super) fn more(&self, ix: Ix<K>) -> More {
        self.entries[ix].more
    }
}
