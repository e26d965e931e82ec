//! How a document is read.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::address::wikilink_readings;
use crate::html::Embeds;
use crate::names::{RegisteredIx, Registry};

/// What becomes of HTML tags in a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RawHtml {
    /// Harmless tags stay, everything else is removed, and what was left open is closed.
    #[default]
    Sanitise,
    /// Tags are shown as text.
    Escape,
    /// Everything stays as it is written.
    Trust,
}

/// How a document is read.
#[derive(Clone, Debug)]
pub struct Options {
    /// What becomes of HTML tags.
    pub raw_html: RawHtml,
    /// Whether quotes are curled, `--` and `---` become dashes and `...` an ellipsis.
    pub smart_punctuation: bool,
    /// The language that texts are in which say nothing of it, such as `en`: its quotation marks are written.
    pub language: Box<str>,
    /// Whether `$…$` and `$$…$$` are formulas.
    pub math: bool,
    /// Whether a `Proof` is wanted.
    pub proof: bool,
    /// Destinations of wikilinks whose own text is not to be read where the document is quoted, in its headings and in
    /// their anchors: `…` stands there.
    pub unspoken: Arc<FxHashSet<Box<str>>>,
    /// Whom wikilinks mean.
    pub wikilinks: Arc<WikilinkActors>,
    /// The full address of the site, as in `https://x.example/repo/`: links to it are links into the site, whatever
    /// they are written with.
    pub site: Box<str>,
    /// Where frames may be from.
    pub embeds: Arc<Embeds>,
    /// Whether each paragraph of a text has an anchor.
    pub paragraphs: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            raw_html: RawHtml::default(),
            smart_punctuation: true,
            language: Box::default(),
            math: true,
            proof: false,
            unspoken: Arc::default(),
            wikilinks: Arc::default(),
            site: Box::default(),
            embeds: Arc::default(),
            paragraphs: false,
        }
    }
}

impl Options {
    /// The same, where wikilinks mean whom `corrections` say.
    pub fn with_wikilinks(mut self, corrections: &WikilinkActors) -> Options {
        let all = self.wikilinks.0.iter().chain(&corrections.0);
        let all = all.map(|(written, actor)| (written.clone(), *actor)).collect();
        self.wikilinks = Arc::new(WikilinkActors(all));
        self
    }
}

/// Whom wikilinks mean, by what is written in them, where the names of actors alone do not tell it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WikilinkActors(FxHashMap<Box<str>, Option<RegisteredIx>>);

impl WikilinkActors {
    /// Says whom a wikilink means; `None` if that is no actor.
    pub fn insert(&mut self, written: &str, actor: Option<RegisteredIx>) {
        self.0.insert(written.into(), actor);
    }

    /// Whether it is said here whom a wikilink means.
    pub fn has(&self, written: &str) -> bool {
        self.0.contains_key(written)
    }

    /// Whether it is said of no wikilink.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The actor that a wikilink means.
    pub fn meant(&self, written: &str, registry: &Registry) -> Option<RegisteredIx> {
        wikilink_readings(written)
            .find_map(|(name, _)| match self.0.get(name) {
                Some(meant) => Some(*meant),
                None => registry.called(name).map(Some),
            })
            .flatten()
    }
}
