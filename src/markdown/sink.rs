//! What the parts of the renderer write to.

use std::ops::Range;
use std::sync::Arc;

use super::block::Block;
use super::body::{Target, TargetIx, TargetKind, Targets};
use super::comments::{Cut, whole};
use super::fragment::{Fragment, Special};
use super::options::Options;
use super::proof::Proof;
use crate::diagnostic::{Diagnostic, Place, Span};
use crate::html::Html;

/// Where the text that is rendered stands.
#[derive(Clone, Copy)]
pub(super) enum Position<'a> {
    /// It is a file's text from a byte on.
    File {
        name: &'a Arc<str>,
        body_start: usize,
        /// What was cut out of it before it was read.
        cuts: &'a [Cut],
    },
    /// It is a value somewhere in a file.
    Value { name: &'a Arc<str>, span: Span },
}

impl<'a> Position<'a> {
    /// The same for what is left of the text.
    pub(super) fn cut(self, cuts: &'a [Cut]) -> Position<'a> {
        match self {
            Position::File { name, body_start, .. } => Position::File { name, body_start, cuts },
            Position::Value { .. } => self,
        }
    }

    /// A range of the text, in the file.
    pub(super) fn span(self, range: &Range<usize>) -> Span {
        match self {
            Position::File { body_start, cuts, .. } => {
                let range = whole(cuts, range);
                (range.start + body_start..range.end + body_start).into()
            }
            Position::Value { span, .. } => span,
        }
    }

    /// A range of the text, as the place of a finding.
    pub(super) fn place(self, range: &Range<usize>) -> Place {
        self.at(self.span(range))
    }

    /// A span of the file, as the place of a finding.
    pub(super) fn at(self, span: Span) -> Place {
        let (Position::File { name, .. } | Position::Value { name, .. }) = self;
        Place::span(name.clone(), span)
    }
}

/// What is made of a document while it is read: every part of the renderer writes to it, and reads nothing of another
/// part's from it.
pub(super) struct Sink<'a, 'd> {
    /// What the author asks for.
    pub(super) options: &'a Options,
    /// Where the text stands.
    pub(super) position: Position<'a>,
    /// Whether only what can stand in a line is written.
    pub(super) inline: bool,
    /// The HTML: of the document, or of the footnote that is open.
    pub(super) fragment: Fragment,
    /// The text of the block that is open.
    pub(super) block: Block,
    /// What the document points at.
    pub(super) targets: Targets,
    /// What an editor wants to know, if that is asked for.
    pub(super) proof: Option<Box<Proof>>,
    /// What is wrong with the document.
    pub(super) diagnostics: &'d mut Vec<Diagnostic>,
}

impl Sink<'_, '_> {
    /// Writes a tag.
    pub(super) fn push(&mut self, html: &'static str) {
        self.fragment.html.literal(html);
    }

    /// Writes a tag around blocks, unless only inline elements are wanted.
    pub(super) fn block_tag(&mut self, html: &'static str) {
        if !self.inline {
            self.push(html);
        }
    }

    /// Writes a text, and adds it to that of the block.
    pub(super) fn text(&mut self, text: &str, range: Range<usize>) {
        let start = self.fragment.html.len();
        self.fragment.html.text(text);
        self.block.run(text, start..self.fragment.html.len(), range);
    }

    /// Writes code in a line.
    pub(super) fn code(&mut self, code: &str, written: &str) {
        self.block.object(code);
        self.push("<code>");
        self.fragment.html.text(written);
        self.push("</code>");
    }

    /// Writes HTML that the cleaner treats in a way of its own.
    pub(super) fn special(&mut self, what: Special, write: impl FnOnce(&mut Html)) {
        let start = self.fragment.html.len();
        write(&mut self.fragment.html);
        self.fragment.special.push((start..self.fragment.html.len(), what));
    }

    /// A new target for a link or an image.
    pub(super) fn target(
        &mut self,
        kind: TargetKind,
        (destination, fragment): (Box<str>, Option<Box<str>>),
        title: &str,
        range: &Range<usize>,
    ) -> TargetIx {
        self.targets.add(Target {
            kind,
            destination,
            fragment,
            title: (!title.is_empty()).then(|| title.into()),
            span: self.position.span(range),
            sentence: None,
        })
    }

    /// Reports what is wrong with a range of the text.
    pub(super) fn report(&mut self, range: &Range<usize>, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic.at(self.position.place(range)));
    }
}
