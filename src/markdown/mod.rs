//! A document's body: Markdown in, finished HTML with holes for links out.
//!
//! Where a link leads is not known while a document is read, so whatever depends on another document
//! is left open as a hole and filled when a page is written. Everything else is final: a document
//! is parsed once. Names in running text are found by a [`Linker`](crate::names::Linker), which sees the text of one
//! block at a time and of its markup only where it stands.
//!
//! `renderer` goes through the events of the parser and hands each to a part: `block_quotes`, `footnotes`, `headings`,
//! `images`, `links`, `mentions`, `raw`, `tables`. A part has a state of its own, knows no other part, and writes to
//! `sink`. Citations are gathered by `citations`, and `endnotes` numbers what they cite. A file imports only from files that import nothing of it.

mod address;
mod autolinks;
mod block;
mod block_quotes;
mod body;
mod citations;
mod comments;
mod dollars;
mod endnotes;
mod footnotes;
mod fragment;
mod headings;
mod highlight;
mod images;
mod leftovers;
mod links;
mod math;
mod mentions;
mod options;
mod paragraphs;
mod proof;
mod prose;
mod quotation;
mod quote;
mod raw;
mod renderer;
mod sanitise;
mod sentences;
mod signs;
mod sink;
mod tables;
mod tag;
mod words;

pub(crate) use address::{path_below, wikilink_readings};
pub use body::Fill;
pub(crate) use body::{Body, CitationIx, Markup, Mention, Target, TargetIx, TargetKind};
pub(crate) use endnotes::{Endnotes, citation_anchor, source_anchor};
pub(crate) use headings::slug as heading_anchor;
pub(crate) use highlight::code_css;
pub(crate) use options::WikilinkActors;
pub use options::{Options, RawHtml};
pub(crate) use proof::{Proof, ProofCitation, Sighting, UnknownName};
pub(crate) use prose::prose;
pub(crate) use quote::Quote;
pub use renderer::BodyRenderer;
pub(crate) use tag::{attribute_range, raw_references, tag_end};

#[cfg(test)]
mod tests;
