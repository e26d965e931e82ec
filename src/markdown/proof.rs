//! What an editor wants to know of a document, and no page shows.

use std::collections::BTreeSet;

use crate::diagnostic::Span;
use crate::names::{Found, RegisteredIx};

/// A name found in the text, and what the linker made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Where in the file.
    pub span: Span,
    /// What it is.
    pub found: Found,
    /// How it is written.
    pub written: String,
    /// The longer name that it seems to be part of, by the capitalised words beside it; not told of headings.
    pub longer: Option<String>,
}

/// A name, by its capitals, that no actor has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// The name.
    pub name: String,
    /// Where in the file.
    pub span: Span,
    /// The actor behind whose name it stands in brackets, when it is initials.
    pub abbreviates: Option<RegisteredIx>,
}

/// What an editor wants to know of a document and no page shows: gathered only when `Options::proof` asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// Every name that was found, in the order of the text.
    pub sightings: Vec<Sighting>,
    /// Names, by their capitals, that no actor has.
    pub strangers: Vec<UnknownName>,
    /// Every word that starts with a small letter.
    pub small: BTreeSet<Box<str>>,
    /// Every link with its text, and its address when it leads out of the site.
    pub links: Vec<ProofLink>,
    /// The images without a description.
    pub undescribed: Vec<Span>,
    /// Every citation of a source.
    pub citations: Vec<ProofCitation>,
}

/// A citation as an editor sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofCitation {
    /// The number of the source in the document's front matter.
    pub source: u32,
    /// The whole citation in the file.
    pub span: Span,
    /// The sentence that it stands in, as plain text.
    pub sentence: String,
}

/// A link as an editor sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofLink {
    /// What readers see.
    pub text: String,
    /// The address, when it leads out of the site.
    pub outside: Option<String>,
    /// The whole link in the file.
    pub span: Span,
}
