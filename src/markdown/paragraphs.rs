//! Anchors of paragraphs, so that a reader can point at one.

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use super::body::PARAGRAPHS;
use super::sink::Sink;
use crate::html::Html;

/// So much of a hash tells the paragraphs of a text apart.
const DIGITS: u64 = 0xff_ffff;

/// The paragraphs of a text that have an anchor: those that stand in no list, quote or note.
#[derive(Default)]
pub(super) struct Paragraphs {
    /// How many lists are open.
    pub(super) lists: usize,
    /// How often each hash was met.
    known: FxHashMap<u64, u32>,
    /// All anchors.
    ids: Vec<Box<str>>,
}

impl Paragraphs {
    /// Gives an anchor to the paragraph that was just written, whose tag stands at a byte of the HTML. It follows from the
    /// words, so that it leads to them wherever they are moved, and nowhere when they have changed.
    pub(super) fn end(&mut self, start: usize, written: &str, out: &mut Sink<'_, '_>) {
        let fragment = &mut out.fragment;
        // What was one picture is a figure.
        let is_paragraph = fragment.html.get(start..).is_some_and(|html| html.starts_with("<p>"));
        if !is_paragraph || self.lists > 0 {
            return;
        }
        let hash = xxh3_64(written.trim().as_bytes()) & DIGITS;
        let count = self.known.entry(hash).or_insert(0);
        *count += 1;
        let id = match *count {
            1 => format!("{PARAGRAPHS}{hash:06x}"),
            count => format!("{PARAGRAPHS}{hash:06x}-{count}"),
        };
        let mut tag = Html::default();
        tag.attribute("id", &id);
        let at = start + "<p".len();
        let first_hole = fragment.holes.partition_point(|hole| (hole.at as usize) < at);
        let first_special = fragment.special.partition_point(|(range, _)| range.start < at);
        fragment.insert(at, &tag, first_hole, first_special);
        self.ids.push(id.into());
    }

    /// The anchors.
    pub(super) fn finish(self) -> Vec<Box<str>> {
        self.ids
    }
}
