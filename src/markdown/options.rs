//! How a document is read.

use std::sync::Arc;

use rustc_hash::FxHashSet;

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
    /// Whether `$…$` and `$$…$$` are formulas.
    pub math: bool,
    /// Whether a [`Proof`] is wanted.
    pub proof: bool,
    /// Destinations of wikilinks whose own text is not to be read where the document is quoted, in its headings and in
    /// their anchors: `…` stands there.
    pub unspoken: Arc<FxHashSet<Box<str>>>,
    /// The full address of the site, as in `https://x.example/repo/`: links to it are links into the site, whatever
    /// they are written with.
    pub site: Box<str>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            raw_html: RawHtml::default(),
            smart_punctuation: true,
            math: true,
            proof: false,
            unspoken: Arc::default(),
            site: Box::default(),
        }
    }
}
