//! HTML in the making: with holes, and with ranges that the cleaner treats in ways of their own.

use std::ops::Range;

use super::body::{Fill, Hole, narrow};
use crate::html::Html;

/// HTML with holes, and what the cleaner does not treat as it treats the rest.
#[derive(Default)]
pub(super) struct Fragment {
    pub(super) html: Html,
    pub(super) holes: Vec<Hole>,
    pub(super) special: Vec<(Range<usize>, Special)>,
}

/// A range of HTML that only the cleaner makes into what it is to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Special {
    /// MathML, which no cleaner may touch.
    Finished,
    /// Tags that the author wrote, escaped until they are cleaned.
    Raw,
}

impl Fragment {
    /// Inserts HTML before a byte; of the holes and special ranges only those from the given ones on lie behind it.
    pub(super) fn insert(
        &mut self,
        at: usize,
        html: &Html,
        first_hole: usize,
        first_special: usize,
    ) {
        self.html.put(at..at, html.whole());
        let by = narrow(html.len());
        for hole in self.holes.iter_mut().skip(first_hole) {
            hole.at = hole.at.saturating_add(by);
        }
        for (range, _) in self.special.iter_mut().skip(first_special) {
            *range = range.start + html.len()..range.end + html.len();
        }
    }

    /// Adds another at the end.
    pub(super) fn append(&mut self, other: Fragment) {
        let by = self.html.len();
        let narrow = narrow(by);
        self.html.append(other.html.whole());
        self.holes.extend(
            other.holes.iter().map(|hole| Hole { at: hole.at.saturating_add(narrow), ..*hole }),
        );
        self.special
            .extend(other.special.into_iter().map(|(r, what)| (r.start + by..r.end + by, what)));
    }

    /// Leaves a hole at the end.
    pub(super) fn hole(&mut self, fill: Fill) {
        let at = narrow(self.html.len());
        self.holes.push(Hole { at, fill });
    }

    /// Removes single bytes, given in order, and moves what lies behind them; of the holes and special ranges only those
    /// from the given ones on do.
    pub(super) fn remove(&mut self, bytes: &[usize], first_hole: usize, first_special: usize) {
        let Some(first) = bytes.first().copied() else { return };
        let tail = self.html.split_off(first);
        let mut from = 0;
        for byte in bytes {
            let at = byte - first;
            self.html.append(tail.part(from..at));
            from = at + 1;
        }
        self.html.append(tail.part(from..tail.len()));
        let before = |at: usize| bytes.partition_point(|byte| *byte < at);
        for hole in self.holes.iter_mut().skip(first_hole) {
            hole.at = hole.at.saturating_sub(narrow(before(hole.at as usize)));
        }
        for (range, _) in self.special.iter_mut().skip(first_special) {
            *range = range.start - before(range.start)..range.end - before(range.end);
        }
    }
}
